// Tokens of an expression. Never fails: what fits nothing is a kBad token, refused by the parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace fairlead::dynamodb {

struct Token {
  enum class Kind : std::uint8_t {
    kWord,    // a name or a keyword
    kName,    // #placeholder
    kValue,   // :placeholder
    kNumber,  // digits
    kSymbol,  // ( ) [ ] . , = < > <= >= <> + -
    kBad,
    kEnd,
  };
  Kind kind = Kind::kEnd;
  std::string_view text;   // into the expression
  std::size_t offset = 0;  // of the first byte
};

std::vector<Token> tokenize(std::string_view expression);  // ends with a kEnd token

}  // namespace fairlead::dynamodb

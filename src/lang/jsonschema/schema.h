// Schema: JSON Schema, draft 4, the language of API Gateway's models
// (https://json-schema.org/draft-04/draft-fge-json-schema-validation-00). A schema is compiled once
// and then asked about any number of values, from any thread.
//
// Unknown keywords are ignored, as the draft says; those of later drafts that would refuse more
// (`const`, `if`, …) are errors, because ignoring them would let bad values pass. `pattern` is
// RE2's language: an expression that RE2 lacks (look-around, back references) is an error too.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::jsonschema {

extern const ErrorCode kInvalidSchema;  // message: what is wrong with it

struct Program;  // program.h

class Schema {
 public:
  // The document behind a `$ref` that does not start with '#', without its fragment; null: there is
  // none. The documents need only live while compile() runs.
  using Documents = std::function<const Json*(std::string_view uri)>;

  static Result<Schema> compile(const Json& document, const Documents& documents = {});

  // Empty: the value is valid. Otherwise the first thing that is wrong, in the words of the
  // validator that AWS uses ("object has missing required properties ([\"name\"])"). Bounded: what
  // would take too many steps counts as invalid.
  std::optional<std::string> problem(const Json& value) const;

 private:
  std::shared_ptr<const Program> program_;
};

}  // namespace fairlead::jsonschema

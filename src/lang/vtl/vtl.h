// The Velocity Template Language as API Gateway runs it (Velocity 1.7 with AWS's own habits: an
// undefined reference prints nothing; null equals ""): a template is parsed once, when the stage is
// compiled, and rendered for each message. Pure: no I/O, no clock, no log.
//
//   const vtl::Template parsed = TRY(vtl::parse(text));
//   std::string body = TRY(vtl::render(parsed, scope, {}));
//
// Errors carry errors.h's kParseError or kRenderError, a message "line 3, column 7: …" and in
// `detail` {"line":3,"column":7}; what a client is told is the embedder's business. An error that
// an Object returns passes through unchanged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "lang/vtl/errors.h"
#include "lang/vtl/value.h"

namespace fairlead::vtl {

struct Program;  // program.h

// Immutable and cheap to copy; any number of threads may render one at the same time. A
// default-made one is empty text.
class Template {
 public:
  Template() = default;
  explicit Template(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  // Whether the text names this root anywhere ("input", "context"): an embedder may leave unbuilt
  // what no template asks for.
  bool mentions(std::string_view root) const;

 private:
  friend class Renderer;
  friend Result<std::string> render(const Template&, class Scope&, const struct Limits&);
  std::shared_ptr<const Program> program_;
};

// The roots that the embedder supplies.
class Scope {
 public:
  virtual ~Scope() = default;
  // `name` is without the dollar: "input", "context", "util", "stageVariables"; null when there is
  // none. Asked at most once for each name in a render, at its first use; a template's own #set of
  // that name hides it. Lists and maps that it hands out belong to the render: the template may
  // change them, and those into which it put others are emptied when it ends (so that no ring of
  // them outlives it).
  virtual Result<Value> find(std::string_view name) = 0;
};

struct Limits {
  std::size_t output_bytes = 10u << 20;  // of the result
  std::size_t memory_bytes = 64u << 20;  // of all texts, lists and maps made on the way, in sum
  std::uint64_t steps = 2'000'000;       // directives, references, operators, characters compared
  std::size_t loop_rounds = 1000;        // of one #foreach; AWS ends the loop there, silently
};

inline constexpr std::size_t kMaxTemplateBytes = 300 * 1024;  // AWS's quota
inline constexpr int kMaxNesting = 64;  // of blocks, parentheses and arguments in one template

Result<Template> parse(std::string_view text);
Result<std::string> render(const Template& parsed, Scope& scope, const Limits& limits = {});

}  // namespace fairlead::vtl

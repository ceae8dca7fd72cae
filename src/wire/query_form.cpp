// The query protocol's parameters. They are sorted once, so that everything under one name is one
// stretch of the list; then the shape is walked over stretches.
#include "wire/query_form.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "base/text.h"
#include "wire/http_input.h"
#include "wire/scalars.h"
#include "wire/wire_errors.h"

namespace fairlead::wire {
namespace {

constexpr std::size_t kMaxParameters = 20'000;
constexpr int kMaxFormDepth = 64;

using Parameter = std::pair<std::string, std::string>;

// Parameters that share their first `prefix` bytes (which end with a dot, unless empty).
struct Stretch {
  std::span<const Parameter> parameters;
  std::size_t prefix = 0;

  // The parameter that ends here: "Name" itself, not "Name.1".
  const std::string* value() const {
    if (parameters.empty() || parameters[0].first.size() + 1 != prefix) return nullptr;
    return &parameters[0].second;
  }
};

// A dot sorts before everything else, so that "a", "a.b" and "a-b" come in this order.
bool before(const Parameter& a, const Parameter& b) {
  const auto rank = [](char c) { return c == '.' ? 0 : static_cast<unsigned char>(c) + 1; };
  return std::lexicographical_compare(a.first.begin(), a.first.end(), b.first.begin(),
                                      b.first.end(),
                                      [&](char x, char y) { return rank(x) < rank(y); });
}

std::string_view component(const Parameter& parameter, std::size_t prefix) {
  if (parameter.first.size() < prefix) return {};
  const std::string_view rest = std::string_view(parameter.first).substr(prefix);
  return rest.substr(0, rest.find('.'));
}

// Calls visit(name, stretch) for each name directly below.
template <class Visit>
Status for_each_child(const Stretch& stretch, Visit visit) {
  std::size_t start = stretch.value() != nullptr ? 1 : 0;
  while (start < stretch.parameters.size()) {
    const std::string_view name = component(stretch.parameters[start], stretch.prefix);
    std::size_t end = start + 1;
    while (end < stretch.parameters.size() &&
           component(stretch.parameters[end], stretch.prefix) == name) {
      ++end;
    }
    const Stretch child{stretch.parameters.subspan(start, end - start),
                        stretch.prefix + name.size() + 1};
    TRY(visit(name, child));
    start = end;
  }
  return {};
}

class FormReader {
 public:
  explicit FormReader(const ServiceModel& service) : service_(service) {}

  Result<Json> read(const ShapeModel& shape, bool flattened, const Stretch& stretch, int depth) {
    if (depth > kMaxFormDepth)
      return serialization_error(service_, "The input is nested too deeply.");
    switch (shape.kind()) {
      case ShapeKind::kStructure:
        return structure(shape, stretch, depth);
      case ShapeKind::kList:
        return list(shape, flattened, stretch, depth);
      case ShapeKind::kMap:
        return map(shape, flattened, stretch, depth);
      default:
        return scalar(shape, stretch);
    }
  }

 private:
  Result<Json> structure(const ShapeModel& shape, const Stretch& stretch, int depth) {
    Json result = Json::object();
    Status read_all =
        for_each_child(stretch, [&](std::string_view name, const Stretch& child) -> Status {
          const MemberModel member = shape.find_wire_member(name);
          if (!member) return {};
          Json value = TRY(read(member.shape(), member.flattened(), child, depth + 1));
          result.set(member.name(), std::move(value));
          return {};
        });
    TRY(std::move(read_all));
    return result;
  }

  // The children called 1, 2, … in the order of their numbers; gaps do not count.
  Result<std::vector<std::pair<int, Stretch>>> numbered(const Stretch& stretch) {
    std::vector<std::pair<int, Stretch>> found;
    TRY(for_each_child(stretch, [&](std::string_view name, const Stretch& child) -> Status {
      int number = 0;
      const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
      if (error != std::errc() || end != name.data() + name.size() || number < 0) {
        return serialization_error(
            service_, "Key " + std::string(name.substr(0, 64)) + " is not a valid list index.");
      }
      found.emplace_back(number, child);
      return {};
    }));
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    return found;
  }

  // What is below "member" or "entry"; the stretch itself for flattened ones.
  Result<Stretch> inside(const Stretch& stretch, bool flattened) {
    if (flattened) return stretch;
    Stretch below{};
    TRY(for_each_child(stretch, [&](std::string_view, const Stretch& child) -> Status {
      below = child;
      return {};
    }));
    return below;
  }

  Result<Json> list(const ShapeModel& shape, bool flattened, const Stretch& stretch, int depth) {
    Json result = Json::array();
    const Stretch below = TRY(inside(stretch, flattened));
    const auto children = TRY(numbered(below));
    for (const auto& [number, child] : children) {
      result.push_back(TRY(read(shape.item(), shape.item().flattened(), child, depth + 1)));
    }
    return result;
  }

  Result<Json> map(const ShapeModel& shape, bool flattened, const Stretch& stretch, int depth) {
    Json result = Json::object();
    const std::string_view key_name = shape.key_name().empty() ? "key" : shape.key_name();
    const std::string_view value_name = shape.item_name().empty() ? "value" : shape.item_name();
    const Stretch below = TRY(inside(stretch, flattened));
    const auto children = TRY(numbered(below));
    for (const auto& [number, entry] : children) {
      std::string key;
      Json value;
      Status read_both =
          for_each_child(entry, [&](std::string_view name, const Stretch& child) -> Status {
            if (name == key_name && child.value() != nullptr) key = *child.value();
            if (name == value_name) {
              value = TRY(read(shape.item(), shape.item().flattened(), child, depth + 1));
            }
            return {};
          });
      TRY(std::move(read_both));
      result.set(key, std::move(value));
    }
    return result;
  }

  Result<Json> scalar(const ShapeModel& shape, const Stretch& stretch) {
    const std::string* text = stretch.value();
    if (text == nullptr) return serialization_error(service_, "Unexpected list or structure.");
    auto value = read_scalar(shape, *text);
    if (!value) return invalid_argument(service_, "", *text, type_name(shape));
    return std::move(*value);
  }

  ServiceModel service_;
};

}  // namespace

Result<Json> parse_query_form(const ServiceModel& service, const ShapeModel& shape,
                              const HttpInput& input) {
  if (!shape) return Json::object();
  std::vector<Parameter> parameters = parse_query(input.query, QueryStyle::kForm);
  if (!input.body.empty() && is_form(input)) {
    auto form = parse_query(input.body, QueryStyle::kForm);
    parameters.insert(parameters.end(), std::make_move_iterator(form.begin()),
                      std::make_move_iterator(form.end()));
  }
  if (parameters.size() > kMaxParameters) {
    return serialization_error(service, "The request has too many parameters.");
  }
  std::stable_sort(parameters.begin(), parameters.end(), before);
  return FormReader(service).read(shape, false, {parameters, 0}, 0);
}

}  // namespace fairlead::wire

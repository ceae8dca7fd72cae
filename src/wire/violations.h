// Broken constraints in AWS's words, and where in the input they are. Inside wire/.
//
// "2 validation errors detected: Value '' at 'tableName' failed to satisfy constraint: Member must
// have length greater than or equal to 3; Value null at 'keySchema' failed to …"
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/model.h"

namespace fairlead::wire {

// A place in the input, as a chain on the walker's stack: nothing is written before it is needed.
struct Path {
  enum class Spelling { kMember, kAsIs };  // member names begin with a small letter

  const Path* parent = nullptr;
  std::string_view name;
  std::size_t number = 0;  // instead of a name, when it is not 0
  Spelling spelling = Spelling::kMember;

  std::string text() const;  // attributeDefinitions.1.member.attributeName
  int depth() const;
};

// Whether a value of the right type breaks one of its own shape's constraints.
bool broken_constraint(const ShapeModel& shape, const Json& value);
bool broken_text(const ShapeModel& shape, std::string_view text);

// Where a service has a sentence of its own for a broken pattern; it then says only that. Empty:
// the usual wording.
std::string own_pattern_sentence(const ServiceModel& service, const ShapeModel& shape,
                                 const Path& path);

class Violations {
 public:
  std::size_t count() const { return texts_.size(); }
  // One violation; `shape` may be empty.
  void add(const Path& path, const ShapeModel& shape, const Json& value,
           std::string_view constraint);
  // One for each of the shape's constraints that `value` breaks.
  void add_each(const Path& path, const ShapeModel& shape, const Json& value);
  // An element of the list or map `value` breaks a constraint of `element`: all are listed.
  void add_element(const Path& path, const ShapeModel& shape, const Json& value,
                   std::string_view lead, const ShapeModel& element);
  std::string message() const;

 private:
  std::vector<std::string> texts_;  // ten at most, as AWS
};

}  // namespace fairlead::wire

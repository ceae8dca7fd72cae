// What expressions do to items: updates and projections. Pure: an item in, an item out.
#pragma once

#include "base/result.h"
#include "lang/dynamodb/expression.h"

namespace fairlead::dynamodb {

// The item after the update. Every operand sees `before` as it was. Errors: those under "Update at
// run time" in errors.h, and those of numbers.
Result<Item> apply_update(const Update& update, const Item& before);

// Only what the paths lead to; list elements close up in index order.
Item project(const Item& item, const Projection& projection);

// The paths that an update touches, for ReturnValues UPDATED_OLD and UPDATED_NEW.
Projection paths_of(const Update& update);

}  // namespace fairlead::dynamodb

// A list behind the pointer that Values share.
#pragma once

#include "lang/vtl/value.h"

namespace fairlead::vtl {

struct ListBox {
  List items;
  ListStyle style = ListStyle::kJava;

  ListBox() = default;
  ListBox(const ListBox&) = delete;
  ListBox& operator=(const ListBox&) = delete;
  ~ListBox();
};

}  // namespace fairlead::vtl

// Error and Result: how a refusal travels.
//
// A refused condition or a gone connection is normal traffic: it is a value, made by a named
// factory in a service's errors.h, passed up with TRY, and turned into bytes by wire/ alone.
// Exceptions are for our own bugs.
#pragma once

#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/json.h"

namespace fairlead {

// One for each error that AWS names. Static: an Error points at it.
struct ErrorCode {
  const char* name;  // as the SDKs know it: "ResourceNotFoundException"
  int http_status;
  // The code in a query- or XML-protocol body and in `__type` where it differs from `name`.
  const char* wire_code = nullptr;
};

struct [[nodiscard]] Error {
  const ErrorCode* code = nullptr;
  std::string message;
  Json detail;  // extra members of the error's shape ({"Item": …}), or null
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  template <class U>
  requires(std::is_convertible_v<U&&, T> && !std::is_same_v<std::decay_t<U>, T> &&
           !std::is_same_v<std::decay_t<U>, Error> && !std::is_same_v<std::decay_t<U>, Result>)
      Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    CHECK(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }

  const Error& error() const& {
    CHECK(!ok());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    CHECK(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(new Error(std::move(error))) {}
  Result(Result&& other) noexcept : error_(std::exchange(other.error_, nullptr)) {}
  Result& operator=(Result&& other) noexcept {
    std::swap(error_, other.error_);
    return *this;
  }
  ~Result() { delete error_; }

  bool ok() const { return error_ == nullptr; }
  explicit operator bool() const { return ok(); }
  void value() const { CHECK(ok()); }
  const Error& error() const& {
    CHECK(!ok());
    return *error_;
  }
  Error&& error() && {
    CHECK(!ok());
    return std::move(*error_);
  }

 private:
  Error* error_ = nullptr;
};

using Status = Result<void>;

}  // namespace fairlead

// TRY(expression): the value of a Result, or return its Error from this function.
//   const Table table = TRY(find_table(name));
#define TRY(...)                               \
  ({                                           \
    auto try_result_ = (__VA_ARGS__);          \
    if (!try_result_.ok()) [[unlikely]]        \
      return ::std::move(try_result_).error(); \
    ::std::move(try_result_).value();          \
  })

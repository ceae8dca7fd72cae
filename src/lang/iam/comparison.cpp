// Comparing values.
#include "lang/iam/comparison.h"

#include <charconv>
#include <optional>

#include "base/address_range.h"
#include "base/base64.h"
#include "base/clock.h"

namespace fairlead::iam {
namespace {

std::optional<double> number(const std::string& text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

// Milliseconds of "2026-01-12", "2026-01-12T21:44:56Z" or seconds since 1970.
std::optional<double> date(const std::string& text) {
  if (const auto seconds = number(text)) return *seconds * 1000;
  const std::int64_t ms = parse_iso8601(text.size() == 10 ? text + "T00:00:00Z" : text);
  if (ms == -1) return std::nullopt;
  return static_cast<double>(ms);
}

enum class Order { kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

bool in_order(Order order, std::optional<double> a, std::optional<double> b) {
  if (!a || !b) return false;
  switch (order) {
    case Order::kEqual:
      return *a == *b;
    case Order::kLess:
      return *a < *b;
    case Order::kLessOrEqual:
      return *a <= *b;
    case Order::kGreater:
      return *a > *b;
    case Order::kGreaterOrEqual:
      return *a >= *b;
  }
  return false;
}

bool compare_filled(Comparison comparison, const std::string& value, const std::string& wanted) {
  using C = Comparison;
  if (comparison >= C::kNumberEquals && comparison <= C::kNumberGreaterOrEqual) {
    const auto order =
        static_cast<Order>(static_cast<int>(comparison) - static_cast<int>(C::kNumberEquals));
    return in_order(order, number(value), number(wanted));
  }
  if (comparison >= C::kDateEquals && comparison <= C::kDateGreaterOrEqual) {
    const auto order =
        static_cast<Order>(static_cast<int>(comparison) - static_cast<int>(C::kDateEquals));
    return in_order(order, date(value), date(wanted));
  }
  if (comparison == C::kAddress) return in_address_range(wanted, value);
  if (comparison == C::kBool) return equals_ignoring_case(value, wanted);
  const auto have = base64_decode(value), want = base64_decode(wanted);
  return have && want && *have == *want;
}

}  // namespace

TextPattern::Wildcards wildcards_of(Comparison comparison) {
  const bool read = comparison == Comparison::kTextLike || comparison == Comparison::kArn;
  return read ? TextPattern::Wildcards::kRead : TextPattern::Wildcards::kLiteral;
}

bool holds(Comparison comparison, const std::string& value, const TextPattern& wanted,
           const RequestContext& context) {
  switch (comparison) {
    case Comparison::kText:
    case Comparison::kTextLike:
      return wanted.matches(value, context);
    case Comparison::kTextAnyCase:
      return wanted.matches(value, context, TextPattern::Case::kIgnored);
    case Comparison::kArn:
      return wanted.matches_arn(value, context);
    default:
      break;
  }
  const auto filled = wanted.filled(context);
  return filled && compare_filled(comparison, value, *filled);
}

}  // namespace fairlead::iam

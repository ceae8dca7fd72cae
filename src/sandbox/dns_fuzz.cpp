// Any bytes as a question: no crash, and a reply that is the asker's own, bounded, and no question.
#include <cstdlib>
#include <string_view>

#include "sandbox/dns.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using fairlead::sandbox::DnsAnswer;
  const std::string_view query(reinterpret_cast<const char*>(data), size);
  const DnsAnswer answer = fairlead::sandbox::answer_dns(query);
  std::string reply = answer.bytes;
  if (answer.kind == DnsAnswer::Kind::kForward) reply = fairlead::sandbox::does_not_exist(query);
  if (answer.kind == DnsAnswer::Kind::kIgnore) return 0;
  if (reply.size() < 12 || reply.size() > query.size() + 16) std::abort();
  if (reply.substr(0, 2) != query.substr(0, 2)) std::abort();
  if (fairlead::sandbox::answer_dns(reply).kind != DnsAnswer::Kind::kIgnore) std::abort();
  return 0;
}

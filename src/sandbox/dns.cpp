// Reading one question, writing one reply.
#include "sandbox/dns.h"

#include <optional>

namespace fairlead::sandbox {

namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kMaxLabel = 63, kMaxName = 253;
constexpr unsigned kTypeA = 1, kTypeAny = 255, kClassInternet = 1;
constexpr unsigned kFormatError = 1, kServerFailure = 2, kNoSuchName = 3, kNotImplemented = 4;
constexpr unsigned kTtlSeconds = 60;

constexpr std::string_view kSuffixes[] = {"amazonaws.com", "amazonaws.com.cn",
                                          "api.aws",       "on.aws",
                                          "localhost",     "localhost.localstack.cloud"};

unsigned byte(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}
unsigned word(std::string_view bytes, std::size_t at) {
  return byte(bytes, at) << 8 | byte(bytes, at + 1);
}
void put_word(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value);
}

struct Question {
  std::string name;     // lower case
  std::size_t end = 0;  // of the question, in the message
  unsigned type = 0, kind = 0;
};

std::optional<Question> read_question(std::string_view query) {
  Question question;
  std::size_t at = kHeaderBytes;
  for (;;) {
    if (at >= query.size()) return std::nullopt;
    const std::size_t size = byte(query, at++);
    if (size == 0) break;
    // Pointers have nothing to point at in the first name.
    if (size > kMaxLabel || at + size > query.size()) return std::nullopt;
    if (!question.name.empty()) question.name += '.';
    for (std::size_t i = 0; i < size; ++i, ++at) {
      const char c = query[at];
      question.name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (question.name.size() > kMaxName) return std::nullopt;
  }
  if (at + 4 > query.size()) return std::nullopt;
  question.type = word(query, at);
  question.kind = word(query, at + 2);
  question.end = at + 4;
  return question;
}

// The header and the question (its first `end` bytes), with one answer at most.
std::string reply(std::string_view query, std::size_t end, unsigned code, bool with_address) {
  std::string out(query.substr(0, 2));
  const unsigned opcode_and_wish = byte(query, 2) & 0x79u;  // opcode, recursion desired
  out += static_cast<char>(0x80u | opcode_and_wish);
  out += static_cast<char>(0x80u | code);  // recursion available
  put_word(out, end > kHeaderBytes ? 1 : 0);
  put_word(out, with_address ? 1 : 0);
  put_word(out, 0);
  put_word(out, 0);
  out += query.substr(kHeaderBytes, end - kHeaderBytes);
  if (with_address) {
    put_word(out, 0xc000u | kHeaderBytes);  // the question's name
    put_word(out, kTypeA);
    put_word(out, kClassInternet);
    put_word(out, 0);
    put_word(out, kTtlSeconds);
    put_word(out, 4);
    out += std::string_view("\x7f\0\0\x01", 4);
  }
  return out;
}

std::string refusal(std::string_view query, unsigned code) {
  if (query.size() < kHeaderBytes) return "";
  const auto question = word(query, 4) == 1 ? read_question(query) : std::nullopt;
  return reply(query, question ? question->end : kHeaderBytes, code, false);
}

}  // namespace

bool leads_to_us(std::string_view name) {
  for (const std::string_view suffix : kSuffixes) {
    if (!name.ends_with(suffix)) continue;
    if (name.size() == suffix.size() || name[name.size() - suffix.size() - 1] == '.') return true;
  }
  return false;
}

DnsAnswer answer_dns(std::string_view query) {
  using Kind = DnsAnswer::Kind;
  if (query.size() < kHeaderBytes || query.size() > kMaxDnsBytes) return {};
  if ((byte(query, 2) & 0x80u) != 0) return {};  // a reply: answering could go on for ever
  if ((byte(query, 2) & 0x78u) != 0) return {Kind::kReply, refusal(query, kNotImplemented)};
  const auto question = word(query, 4) == 1 ? read_question(query) : std::nullopt;
  if (!question) return {Kind::kReply, refusal(query, kFormatError)};
  if (question->kind != kClassInternet || !leads_to_us(question->name)) return {Kind::kForward, ""};
  const bool wants_address = question->type == kTypeA || question->type == kTypeAny;
  return {Kind::kReply, reply(query, question->end, 0, wants_address)};
}

std::string does_not_exist(std::string_view query) { return refusal(query, kNoSuchName); }

std::string server_failure(std::string_view query) { return refusal(query, kServerFailure); }

}  // namespace fairlead::sandbox

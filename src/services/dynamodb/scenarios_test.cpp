// Runs tests/golden/dynamodb/service/*.txt: requests and their answers as text, one service for
// each file. The README there tells the format.
#include <filesystem>
#include <fstream>

#include "services/dynamodb/test_service.h"

namespace fairlead::dynamodb {
namespace {

class Scenarios : public ServiceTest {
 protected:
  // "<4500>" stands for so many letters.
  static std::string expand(std::string text) {
    for (std::size_t at = 0; (at = text.find("\"<", at)) != std::string::npos; ++at) {
      const std::size_t end = text.find(">\"", at);
      if (end == std::string::npos) break;
      const std::string count = text.substr(at + 2, end - at - 2);
      if (count.find_first_not_of("0123456789") != std::string::npos) continue;
      text.replace(at + 1, end - at, std::string(std::stoul(count), 'x'));
    }
    return text;
  }

  // A shard iterator in an answer reads <iterator>, and in a request that stands for the latest.
  void keep_iterator(std::string& answer) {
    const std::size_t mark = answer.find("|1|");
    if (mark == std::string::npos) return;
    const std::size_t from = answer.rfind('"', mark) + 1, to = answer.find('"', mark);
    iterator_ = answer.substr(from, to - from);
    answer.replace(from, to - from, "<iterator>");
  }

  std::string with_iterator(std::string text) const {
    const std::size_t at = text.find("<iterator>");
    return at == std::string::npos ? text : text.replace(at, 10, iterator_);
  }

  void direct(const std::string& line, const std::string& place) {
    const std::size_t space = line.find(' ');
    const std::string verb = line.substr(0, space);
    const std::string argument = space == std::string::npos ? "" : line.substr(space + 1);
    if (verb == "@restart") {
      restart();
    } else if (verb == "@region") {
      context_.region = argument;
    } else if (verb == "@account") {
      context_.account = argument;
    } else if (verb == "@advance") {
      clock_.advance_ms(std::stoll(argument));
    } else if (verb == "@sweep") {
      EXPECT_EQ(*service_->sweep_expired_items(), std::stoul(argument)) << place;
    } else if (verb == "@trim") {
      EXPECT_EQ(*service_->streams().trim(), std::stoul(argument)) << place;
    } else {
      ADD_FAILURE() << place << ": unknown " << verb;
    }
  }

  // How many requests it ran.
  int run_file(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line, got, request;
    int requests = 0;
    for (int number = 1; std::getline(in, line); ++number) {
      const std::string place = file.filename().string() + ":" + std::to_string(number);
      if (line.empty() || line[0] == '%') continue;
      if (line[0] == '@') {
        direct(line, place);
      } else if (line.starts_with("=> ")) {
        EXPECT_EQ(got, line.substr(3)) << place << " " << request.substr(0, 200);
      } else if (line.starts_with("=~ ")) {
        EXPECT_EQ(got.substr(0, line.size() - 3), line.substr(3)) << place;
      } else {
        const std::size_t space = line.find(' ');
        request = line;
        got = run(line.substr(0, space), with_iterator(expand(line.substr(space + 1))));
        keep_iterator(got);
        ++requests;
      }
    }
    return requests;
  }

  std::string iterator_;
};

TEST_F(Scenarios, EveryAnswerIsAsWritten) {
  const auto folder = std::filesystem::path(FAIRLEAD_SOURCE_DIR) / "tests/golden/dynamodb/service";
  const std::int64_t start_ms = clock_.now_ms();
  int requests = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".txt") continue;
    store_ = storage::make_memory_store();
    clock_.advance_ms(start_ms - clock_.now_ms());
    restart();
    context_ = platform::Context();
    requests += run_file(entry.path());
  }
  EXPECT_GT(requests, 100);
}

}  // namespace
}  // namespace fairlead::dynamodb

// Working out what a MOCK integration answers.
#include "services/apigateway/mock.h"

#include <algorithm>
#include <cctype>

#include "services/apigateway/response_pattern.h"

namespace fairlead::apigateway {
namespace {

bool matches(const std::string& key, const std::string& status) {
  if (key == "$default") return true;
  const auto pattern = ResponsePattern::compile(key);
  return pattern && pattern->matches(status);
}

// Anything that the message alone does not decide.
bool is_simple(const Json& response, const TemplateChoice& templates) {
  return templates.is_simple() && response["ResponseParameters"].empty() &&
         response["ContentHandlingStrategy"].string_or("").empty();
}

}  // namespace

int mock_status_code(std::string_view text) {
  constexpr std::string_view kName = "statusCode";
  const auto skip = [&](std::size_t at, std::string_view what) {
    while (at < text.size() && (std::isspace(static_cast<unsigned char>(text[at])) ||
                                what.find(text[at]) != std::string_view::npos)) {
      ++at;
    }
    return at;
  };
  const std::size_t name = text.find(kName);
  if (name == std::string_view::npos) return 0;
  std::size_t at = skip(name + kName.size(), "\"'");
  if (at >= text.size() || text[at] != ':') return 0;
  at = skip(at + 1, "\"'");
  int status = 0, digits = 0;
  for (; at < text.size() && digits < 4 && text[at] >= '0' && text[at] <= '9'; ++at, ++digits) {
    status = status * 10 + (text[at] - '0');
  }
  return digits == 3 && status >= 100 && status <= 599 ? status : 0;
}

Result<std::shared_ptr<const Mock>> Mock::compile(const Json& integration) {
  std::shared_ptr<Mock> mock(new Mock(TRY(TemplateChoice::compile(
      integration["RequestTemplates"], integration["TemplateSelectionExpression"]))));
  bool simple = mock->requests_.is_simple();
  for (const Json& response : integration["IntegrationResponses"].items()) {
    mock->responses_.push_back(
        {response["IntegrationResponseKey"].string_or(""),
         TRY(TemplateChoice::compile(response["ResponseTemplates"],
                                     response["TemplateSelectionExpression"]))});
    simple = simple && is_simple(response, mock->responses_.back().templates);
  }
  if (!simple) return std::shared_ptr<const Mock>();
  std::sort(mock->responses_.begin(), mock->responses_.end(), [](const auto& a, const auto& b) {
    return std::pair(a.key == "$default", a.key) < std::pair(b.key == "$default", b.key);
  });
  for (const auto& [key, request] : mock->requests_.all()) {
    mock->known_.emplace(request.text, mock->read_request(request.text));
  }
  mock->without_template_ = mock->read_request("{\"statusCode\": 200}");
  const std::string passthrough = integration["PassthroughBehavior"].string_or("WHEN_NO_MATCH");
  mock->refuses_without_template_ =
      passthrough == "NEVER" || (passthrough == "WHEN_NO_TEMPLATES" && !mock->requests_.empty());
  const bool fixed = mock->requests_.is_fixed() &&
                     std::all_of(mock->responses_.begin(), mock->responses_.end(),
                                 [](const Response& r) { return r.templates.is_fixed(); });
  std::string scratch;
  if (fixed) mock->fixed_answer_ = mock->work_out("", scratch);
  mock->fixed_ = fixed;
  return std::shared_ptr<const Mock>(std::move(mock));
}

Mock::Request Mock::read_request(const std::string& text) const {
  Request request;
  request.status = mock_status_code(text);
  if (request.status == 0) return request;
  const std::string status = std::to_string(request.status);
  for (const Response& response : responses_) {
    if (!matches(response.key, status)) continue;
    request.response = &response;
    break;
  }
  return request;
}

Mock::Answer Mock::answer(std::string_view message, std::string& scratch) const {
  return fixed_ ? fixed_answer_ : work_out(message, scratch);
}

Mock::Answer Mock::work_out(std::string_view message, std::string& scratch) const {
  Answer answer;
  const MappingTemplate* picked = requests_.pick(message, scratch);
  if (!picked && refuses_without_template_) {
    answer.outcome = Outcome::kUnsupported;
    return answer;
  }
  const Request& request = picked ? known_.at(picked->text) : without_template_;
  if (!request.response) return answer;
  answer.outcome = Outcome::kAnswer;
  answer.status = request.status;
  // Without a template the backend's body goes out as it is, and a MOCK has none.
  if (const auto* body = request.response->templates.pick(message, scratch)) {
    answer.body = body->text;
  }
  return answer;
}

}  // namespace fairlead::apigateway

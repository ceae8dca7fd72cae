// Mock: a MOCK integration with its responses, worked out as far as possible when the deployment
// is compiled: one whose templates hold no VTL, so that nearly always the answer does not depend on
// the message and is ready. One that computes is a MappedIntegration.
// Reference: websocket-api.md §10.5 and §10.6.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "services/apigateway/templates.h"

namespace fairlead::apigateway {

class Mock {
 public:
  enum class Outcome {
    kAnswer,       // `status` and `body`
    kNoResponse,   // no integration response fits, or the template makes no sense
    kUnsupported,  // passthroughBehavior refuses a message without a template
  };
  struct Answer {
    Outcome outcome = Outcome::kNoResponse;
    int status = 0;
    std::string_view body;  // lives as long as the Mock
  };

  // `integration`: its document, with its "IntegrationResponses". Null: it computes, or maps
  // parameters.
  static Result<std::shared_ptr<const Mock>> compile(const Json& integration);

  Answer answer(std::string_view message, std::string& scratch) const;

 private:
  struct Response {
    std::string key;
    TemplateChoice templates;
  };
  struct Request {
    int status = 0;                      // 0: the template has no status code
    const Response* response = nullptr;  // none fits
  };
  explicit Mock(TemplateChoice requests) : requests_(std::move(requests)) {}
  Request read_request(const std::string& text) const;
  Answer work_out(std::string_view message, std::string& scratch) const;

  TemplateChoice requests_;
  std::vector<Response> responses_;                 // explicit keys sorted, `$default` last
  std::unordered_map<std::string, Request> known_;  // by the request template's text
  Request without_template_;
  bool refuses_without_template_ = false;
  bool fixed_ = false;
  Answer fixed_answer_;
};

// The statusCode of a rendered request template, JSON or nearly (`{statusCode: 200}`); 0: none.
int mock_status_code(std::string_view text);

}  // namespace fairlead::apigateway

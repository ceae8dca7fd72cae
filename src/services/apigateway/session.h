// Session: one accepted connection. Messages are routed by what the stage's deployment says at that
// moment; they run at the same time and share nothing but facts that never change.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/gateway.h"
#include "services/apigateway/connections.h"
#include "services/apigateway/live_stages.h"
#include "services/apigateway/parts.h"

namespace fairlead::apigateway {

class Session : public platform::GatewaySession {
 public:
  Session(Parts& parts, std::shared_ptr<StageSlot> slot,
          std::shared_ptr<const ConnectionFacts> facts);
  ~Session() override;

  const std::string& connection_id() const override { return facts_->connection_id; }
  void established() override;
  std::optional<std::string> message(std::string text) override;
  void closed(int code, std::string_view reason) override;

 private:
  bool may_pass(const CompiledRoute& route) const;  // throttles of route, stage and account
  std::string bad_body(const CompiledRoute& route, const std::string& problem) const;
  std::optional<std::string> run_mock(const CompiledRoute& route, std::string_view text,
                                      std::string& scratch) const;
  std::optional<std::string> run_lambda(const CompiledStage& stage, const CompiledRoute& route,
                                        std::string_view text) const;
  std::optional<std::string> run_mapped(const CompiledStage& stage, const CompiledRoute& route,
                                        std::string_view text) const;
  std::string error(std::string_view message) const;  // with a request id of its own

  Parts& parts_;
  const std::shared_ptr<StageSlot> slot_;
  const std::shared_ptr<const ConnectionFacts> facts_;
  TokenBucket* const account_requests_;  // null: no limit
  std::atomic<bool> closed_{false};
};

// Runs the stage's `$disconnect`, whatever comes of it, and forgets the connection. `stage` may be
// null: nothing is deployed any more. False: the store would not forget it.
bool end_connection(Parts& parts, const CompiledStage* stage, const ConnectionFacts& facts,
                    int code, std::string_view reason);

}  // namespace fairlead::apigateway

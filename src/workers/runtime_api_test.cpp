// Custom runtimes in Python over real HTTP: the states of the API, its errors, exits and timeouts.
#include "base/json_parse.h"
#include "base/limits.h"
#include "workers/test_house.h"

namespace fairlead::workers {
namespace {

using Kind = platform::WorkerOutcome::Kind;

const std::string kRuntimeLibrary = R"(
import http.client, json, os, sys, time
def connect(): return http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'], timeout=30)
c = connect()
def call(method, path, body=None, headers={}):
    c.request(method, path, body, headers)
    r = c.getresponse()
    return r.status, r.headers, r.read()
V = '/2018-06-01/runtime/'
def next():
    status, headers, body = call('GET', V + 'invocation/next')
    return headers['Lambda-Runtime-Aws-Request-Id'], headers, body
def respond(id, body): return call('POST', V + 'invocation/%s/response' % id, body)
)";

platform::WorkerSpec runtime(const std::string& script) {
  platform::WorkerSpec spec;
  spec.name = "custom";
  spec.protocol = platform::WorkerProtocol::kRuntimeApi;
  spec.argv = {"/usr/bin/python3", "-ISc", kRuntimeLibrary + script};
  spec.environment = {{"PATH", "/usr/bin:/bin"}};
  return spec;
}

class RuntimeApiWorkers : public WorkerHouse {};

TEST_F(RuntimeApiWorkers, NextAndResponse) {
  const auto worker = launch_ready(runtime(R"(
while True:
    id, headers, body = next()
    print('a line', flush=True)
    status, _, text = respond(id, json.dumps([dict(headers), json.loads(body)]))
    assert (status, text) == (202, b'{"status":"OK"}'), (status, text)
)"));
  auto work = invocation(R"({"a":[1.50,"ä"]})");
  work.client_context = "{}";
  for (int i = 0; i < 3; ++i) {
    const auto outcome = worker->invoke(work, in_ms(20'000));
    ASSERT_EQ(outcome.kind, Kind::kResponse);
    const auto answer = parse_json(outcome.payload);
    ASSERT_TRUE(answer.ok());
    const Json& headers = answer->items()[0];
    EXPECT_EQ(headers["Lambda-Runtime-Aws-Request-Id"].string_or(""), work.request_id);
    EXPECT_EQ(headers["Lambda-Runtime-Deadline-Ms"].string_or(""), "1768254296599");
    EXPECT_EQ(headers["Lambda-Runtime-Invoked-Function-Arn"].string_or(""), work.function_arn);
    EXPECT_EQ(headers["Lambda-Runtime-Trace-Id"].string_or(""), "Root=1-2-3");
    EXPECT_EQ(headers["Lambda-Runtime-Client-Context"].string_or(""), "{}");
    EXPECT_FALSE(headers.has("Lambda-Runtime-Cognito-Identity"));
    EXPECT_EQ(logs().size(), static_cast<std::size_t>(i + 1));
  }
  EXPECT_EQ(logs().back(), "a line");
}

TEST_F(RuntimeApiWorkers, StatesAndErrors) {
  const auto worker = launch_ready(runtime(R"(
def is_error(got, status, kind):
    assert got[0] == status and json.loads(got[2])['errorType'] == kind, got
id, headers, body = next()
is_error(call('GET', V + 'invocation/next'), 403, 'InvalidStateTransition')
is_error(respond('wrong', 'x'), 400, 'InvalidRequestID')
is_error(call('POST', V + 'init/error', '{}'), 403, 'InvalidStateTransition')
is_error(call('GET', '/2020-01-01/extension/event/next'), 501, 'NotImplemented')
assert call('GET', '/2018-06-01/ping')[2] == b'pong'
assert call('GET', '/')[0] == 404
error = {'Lambda-Runtime-Function-Error-Type': 'Function.Custom'}
assert call('POST', V + 'invocation/%s/error' % id, '{"errorMessage":"x"}', error)[0] == 202
is_error(respond(id, 'again'), 403, 'InvalidStateTransition')
id, headers, body = next()
error = {'Lambda-Runtime-Function-Error-Type': 'anything else'}
assert call('POST', V + 'invocation/%s/error' % id, '{}', error)[0] == 202
id, headers, body = next()
is_error(respond(id, 'x' * 6291557), 413, 'RequestEntityTooLarge')
c.close()
id, headers, body = next()
assert respond(id, 'x' * 6291556)[0] == 202
print('all seen', flush=True)
time.sleep(1000)
)"));
  auto outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kFunctionError);
  EXPECT_EQ(outcome.error_type, "Function.Custom");
  EXPECT_EQ(outcome.payload, R"({"errorMessage":"x"})");
  outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.error_type, "Runtime.Unknown");
  outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kTooLarge);
  outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kResponse);
  EXPECT_EQ(outcome.payload.size(), limits::kMaxLambdaResponse);
  for (int i = 0; i < 400 && (logs().empty() || logs().back() != "all seen"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_FALSE(logs().empty());
  EXPECT_EQ(logs().back(), "all seen");
}

TEST_F(RuntimeApiWorkers, InitError) {
  const auto worker = launch(runtime(R"(
kind = {'Lambda-Runtime-Function-Error-Type': 'Runtime.NoSuchHandler'}
call('POST', V + 'init/error', '{"errorType":"x"}', kind)
sys.exit(1)
)"));
  const auto outcome = worker->init(in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kFunctionError);
  EXPECT_EQ(outcome.error_type, "Runtime.NoSuchHandler");
  EXPECT_EQ(outcome.payload, R"({"errorType":"x"})");
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(20'000)).kind, Kind::kExited);
}

TEST_F(RuntimeApiWorkers, ExitAndTimeout) {
  auto worker = launch(runtime("sys.exit(9)"));
  auto outcome = worker->init(in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kExited);
  EXPECT_EQ(outcome.exit_code, 9);
  worker = launch_ready(runtime("next(); os.kill(os.getpid(), 9)"));
  outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kExited);
  EXPECT_EQ(outcome.exit_code, -SIGKILL);
  worker = launch(runtime("time.sleep(1000)"));
  EXPECT_EQ(worker->init(in_ms(200)).kind, Kind::kTimeout);
  worker = launch_ready(runtime("next(); time.sleep(1000)"));
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(200)).kind, Kind::kTimeout);
  EXPECT_TRUE(all_gone());
}

// A client with a time limit of its own gives up waiting and asks again: nothing gets lost.
TEST_F(RuntimeApiWorkers, ARuntimeThatAsksAgain) {
  const auto worker = launch_ready(runtime(R"(
import socket
host, port = os.environ['AWS_LAMBDA_RUNTIME_API'].split(':')
for i in range(3):
    s = socket.create_connection((host, int(port)))
    s.sendall(b'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: a\r\n\r\n')
    time.sleep(0.05)
    s.close()
time.sleep(0.1)
while True:
    id, headers, body = next()
    respond(id, body)
)"));
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  for (int i = 0; i < 3; ++i) {
    const auto outcome = worker->invoke(invocation("[1]"), in_ms(20'000));
    EXPECT_EQ(outcome.kind, Kind::kResponse);
    EXPECT_EQ(outcome.payload, "[1]");
  }
}

// Launched and used on fibers of the loops that also serve the Runtime API; ports go round.
TEST_F(RuntimeApiWorkers, OnFibers) {
  for (std::size_t i = 0; i < 4; ++i) {
    const Future<std::string> result;
    loops_.at(i % 2).post([this, result] {
      net::spawn([this, result] {
        auto worker = launch_ready(runtime(R"(
while True:
    id, headers, body = next()
    respond(id, os.environ['AWS_LAMBDA_RUNTIME_API'])
)"));
        result.set(worker->invoke(invocation("{}"), in_ms(20'000)).payload);
      });
    });
    EXPECT_TRUE(result.get().starts_with("127.0.0.1:"));
  }
  EXPECT_TRUE(all_gone());
}

}  // namespace
}  // namespace fairlead::workers

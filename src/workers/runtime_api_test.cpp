// Custom runtimes in Python over real HTTP: the states of the API, its errors, exits and timeouts.
#include "base/json_parse.h"
#include "base/limits.h"
#include "workers/test_house.h"

namespace fairlead::workers {
namespace {

using Kind = platform::WorkerOutcome::Kind;

class RuntimeApiWorkers : public WorkerHouse {};

TEST_F(RuntimeApiWorkers, NextAndResponse) {
  const auto worker = launch_ready(custom_runtime(R"(
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
  const auto worker = launch_ready(custom_runtime(R"(
id, headers, body = next()
is_error(call('GET', V + 'invocation/next'), 403, 'InvalidStateTransition')
is_error(respond('wrong', 'x'), 400, 'InvalidRequestID')
is_error(call('POST', V + 'init/error', '{}'), 403, 'InvalidStateTransition')
is_error(call('GET', '/2020-01-01/extension/event/next'), 403, 'Extension.MissingExtensionIdentifier')
is_error(call('PUT', '/2022-07-01/telemetry', '{}'), 501, 'NotImplemented')
is_error(call('GET', V + 'restore/next'), 403, 'InvalidStateTransition')
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
  const auto worker = launch(custom_runtime(R"(
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
  auto worker = launch(custom_runtime("sys.exit(9)"));
  auto outcome = worker->init(in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kExited);
  EXPECT_EQ(outcome.exit_code, 9);
  worker = launch_ready(custom_runtime("next(); os.kill(os.getpid(), 9)"));
  outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kExited);
  EXPECT_EQ(outcome.exit_code, -SIGKILL);
  worker = launch(custom_runtime("time.sleep(1000)"));
  EXPECT_EQ(worker->init(in_ms(200)).kind, Kind::kTimeout);
  worker = launch_ready(custom_runtime("next(); time.sleep(1000)"));
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(200)).kind, Kind::kTimeout);
  EXPECT_TRUE(all_gone());
}

// A client with a time limit of its own gives up waiting and asks again: nothing gets lost.
TEST_F(RuntimeApiWorkers, ARuntimeThatAsksAgain) {
  const auto worker = launch_ready(custom_runtime(R"(
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

TEST_F(RuntimeApiWorkers, StreamedAnswers) {
  const auto worker = launch_ready(custom_runtime(R"(
import socket
def stream(id, pieces, trailers=b'', mode='streaming'):
    host, port = os.environ['AWS_LAMBDA_RUNTIME_API'].split(':')
    s = socket.create_connection((host, int(port)))
    s.sendall(('POST %sinvocation/%s/response HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n'
               'Trailer: Lambda-Runtime-Function-Error-Type\r\nContent-Type: application/vnd.awslambda.http-integration-response\r\n'
               'Lambda-Runtime-Function-Response-Mode: %s\r\n\r\n' % (V, id, mode)).encode())
    for piece in pieces: s.sendall(b'%x\r\n' % len(piece) + piece + b'\r\n'); time.sleep(0.01)
    if trailers is None: return s.close()
    s.sendall(b'0\r\n' + trailers + b'\r\n')
    return s.recv(4096).split(b' ')[1]
assert stream(next()[0], [b'{"statusCode":201}' + b'\0' * 8, b'hello, ', b'world']) == b'202'
body = base64.b64encode(b'{"errorMessage":"late"}')
assert stream(next()[0], [b'half'], b'lambda-runtime-function-error-type: Function.Late\r\n'
              b'Lambda-Runtime-Function-Error-Body: ' + body + b'\r\n') == b'202'
stream(next()[0], [b'half'], None)
id = None
while not id: id = next()[0]  # refused until the server has seen that the stream was cut
assert stream(id, [b'a'], b'', 'buffered') == b'400'
respond(id, '7')
next(); time.sleep(100)
)"));
  auto outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.payload,
            std::string("{\"statusCode\":201}") + std::string(8, '\0') + "hello, world");
  outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kFunctionError);
  EXPECT_EQ(outcome.error_type, "Function.Late");
  EXPECT_EQ(outcome.payload, R"({"errorMessage":"late"})");
  outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kFunctionError);
  EXPECT_EQ(outcome.error_type, "Runtime.TruncatedResponse");
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(20'000)).payload, "7");
}

// Two requests for the next invocation at once: the newer one gets it, the older one is refused.
TEST_F(RuntimeApiWorkers, TwoWhoAskAtOnce) {
  const auto worker = launch_ready(custom_runtime(R"(
import threading
seen = []
def ask(wait):
    time.sleep(wait)
    one = connect()
    one.request('GET', V + 'invocation/next')
    r = one.getresponse(); r.read()
    seen.append(r.status)
    if r.status == 200: respond(r.headers['Lambda-Runtime-Aws-Request-Id'], '1')
threads = [threading.Thread(target=ask, args=(0.3 * i,)) for i in range(2)]
for t in threads: t.start()
for t in threads: t.join()
print(sorted(seen), flush=True)
time.sleep(100)
)"));
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(20'000)).payload, "1");
  EXPECT_TRUE(logged("[200, 403]"));
}

TEST_F(RuntimeApiWorkers, GarbageAndClosedSockets) {
  const auto worker = launch_ready(custom_runtime(R"(
import socket
host, port = os.environ['AWS_LAMBDA_RUNTIME_API'].split(':')
id, headers, body = next()
for junk in [b'\0' * 5000, b'GET / HTTP/9.9\r\n\r\n', b'POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n', b'x']:
    for i in range(20):
        s = socket.create_connection((host, int(port)))
        try: s.sendall(junk)
        except OSError: pass
        s.close()
s = socket.create_connection((host, int(port)))
s.sendall(('POST %sinvocation/%s/response HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc' % (V, id)).encode())
s.close()
c.close()
time.sleep(0.1)
respond(id, '"done"')
c.close()
time.sleep(100)
)"));
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(20'000)).payload, "\"done\"");
  // It never asks again: the next invocation ends by its deadline, a neighbour goes on.
  const auto neighbour = launch_ready(custom_runtime("respond(next()[0], '2'); time.sleep(100)"));
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(300)).kind, Kind::kTimeout);
  EXPECT_EQ(neighbour->invoke(invocation("{}"), in_ms(20'000)).payload, "2");
}

// Launched and used on fibers of the loops that also serve the Runtime API; ports go round.
TEST_F(RuntimeApiWorkers, OnFibers) {
  for (std::size_t i = 0; i < 4; ++i) {
    const Future<std::string> result;
    loops_.at(i % 2).post([this, result] {
      net::spawn([this, result] {
        auto worker = launch_ready(custom_runtime(R"(
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

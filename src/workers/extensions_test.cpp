// External and internal extensions beside custom runtimes and frame workers.
#include "workers/extensions.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "workers/extension_programs.h"
#include "workers/test_house.h"

namespace fairlead::workers {
namespace {

using Kind = platform::WorkerOutcome::Kind;

// register() and event() speak the Extensions API.
const std::string kExtensionLibrary = R"(
def register(name, events, extra={}):
    got = call('POST', '/2020-01-01/extension/register', json.dumps({'events': events}), {'Lambda-Extension-Name': name, **extra})
    return got[1].get('Lambda-Extension-Identifier'), got
def event(id):
    got = call('GET', '/2020-01-01/extension/event/next', None, {'Lambda-Extension-Identifier': id})
    return json.loads(got[2])
def fail(id, what, kind):
    return call('POST', '/2020-01-01/extension/' + what, '{"errorType":"x"}', {'Lambda-Extension-Identifier': id, 'Lambda-Extension-Function-Error-Type': kind})
)";

class ExtensionHouse : public WorkerHouse {
 protected:
  ExtensionHouse() : opt_(testing::TempDir() + "fairlead-opt-" + std::to_string(::getpid())) {
    std::filesystem::remove_all(opt_);
    std::filesystem::create_directories(opt_ + "/extensions");
  }
  ~ExtensionHouse() override {
    launcher_.reset();
    std::filesystem::remove_all(opt_);
  }

  void extension(const std::string& name, const std::string& script, mode_t mode = 0755) {
    const std::string path = opt_ + "/extensions/" + name;
    std::ofstream(path) << "#!/usr/bin/python3 -IS\n"
                        << kRuntimeLibrary << kExtensionLibrary << script;
    ::chmod(path.c_str(), mode);
  }
  platform::WorkerSpec layered(platform::WorkerSpec spec) {
    spec.mounts.push_back({opt_, "/opt"});
    spec.origin = "arn:aws:lambda:eu-west-1:111122223333:function:f";
    spec.environment.emplace_back("AWS_LAMBDA_FUNCTION_NAME", "f");
    spec.environment.emplace_back("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    spec.environment.emplace_back("_HANDLER", "index.handler");
    return spec;
  }

  const std::string opt_;
};

const std::string kEcho = R"(
while True:
    id, headers, body = next()
    respond(id, body)
)";

TEST_F(ExtensionHouse, ExternalOnesSeeEveryInvocationAndTheEnd) {
  extension("watcher", R"(
id, got = register('watcher', ['INVOKE', 'SHUTDOWN'], {'Lambda-Extension-Accept-Feature': 'accountId'})
print('told', sorted(json.loads(got[2]).items()), flush=True)
time.sleep(0.2)
while True:
    e = event(id)
    print(e['eventType'], e.get('requestId', '')[:8], e.get('shutdownReason'), e.get('tracing'), flush=True)
    if e['eventType'] == 'SHUTDOWN':
        open(__file__ + '.end', 'w').write('seen')
        sys.exit(0)
)");
  extension("no program", "", 0644);
  auto worker = launch_ready(layered(custom_runtime(kEcho)));
  EXPECT_TRUE(
      logged("told [('accountId', '111122223333'), ('functionName', 'f'), "
             "('functionVersion', '$LATEST'), ('handler', 'index.handler')]"));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(worker->invoke(invocation("[1]"), in_ms(10'000)).payload, "[1]");
  }
  EXPECT_TRUE(logged("INVOKE 8f5e1c2a None {'type': 'X-Amzn-Trace-Id', 'value': 'Root=1-2-3'}"));
  worker.reset();
  EXPECT_TRUE(all_gone());
  EXPECT_TRUE(std::filesystem::exists(opt_ + "/extensions/watcher.end"));
}

TEST_F(ExtensionHouse, AFrameWorkerHasThemToo) {
  extension("slow", R"(
id, got = register('slow', ['INVOKE'])
while True:
    e = event(id)
    print(e['eventType'], flush=True)
    time.sleep(0.3)
)");
  platform::WorkerSpec spec = layered(python_worker(R"(
import urllib.request, urllib.error
init = start()
while True:
    header, payload = invoke()
    try: urllib.request.urlopen('http://' + init['environment']['AWS_LAMBDA_RUNTIME_API'] + '/2018-06-01/runtime/invocation/next')
    except urllib.error.HTTPError as e: send(18, b'%d' % e.code)
)"));
  spec.argv[1] = "-Ic";
  spec.init.set("environment", Json::object({{"A", "1"}}));
  const auto worker = launch_ready(spec);
  const std::int64_t began_ms = in_ms(0);
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(10'000)).payload, "403");
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(10'000)).payload, "403");
  EXPECT_GE(in_ms(0) - began_ms, 300) << "the second waits until the extension is idle";
  EXPECT_TRUE(logged("INVOKE"));
}

TEST_F(ExtensionHouse, InitWaitsForThem) {
  extension("late", "time.sleep(0.5)\nid, got = register('late', [])\nevent(id)\n");
  const std::int64_t began_ms = in_ms(0);
  const auto worker = launch_ready(layered(custom_runtime(kEcho)));
  EXPECT_GE(in_ms(0) - began_ms, 500);
  EXPECT_EQ(worker->invoke(invocation("[1]"), in_ms(10'000)).payload, "[1]");
}

TEST_F(ExtensionHouse, OneThatNeverComesEndsInitByItsDeadline) {
  extension("silent", "time.sleep(100)\n");
  const auto worker = launch(layered(custom_runtime(kEcho)));
  EXPECT_EQ(worker->init(in_ms(500)).kind, Kind::kTimeout);
  EXPECT_TRUE(all_gone());
}

TEST_F(ExtensionHouse, FailuresTakeTheEnvironmentAlong) {
  extension("broken", R"(
id, got = register('broken', [])
fail(id, 'init/error', 'Extension.NoConfig')
)");
  auto worker = launch(layered(custom_runtime(kEcho)));
  const auto outcome = worker->init(in_ms(10'000));
  EXPECT_EQ(outcome.kind, Kind::kFunctionError);
  EXPECT_EQ(outcome.error_type, "Extension.NoConfig");
  EXPECT_EQ(outcome.payload, R"({"errorType":"x"})");
  extension("broken", R"(
id, got = register('broken', ['INVOKE'])
event(id)
fail(id, 'exit/error', 'Extension.Lost')
time.sleep(100)
)");
  worker = launch_ready(layered(custom_runtime("next(); time.sleep(100)")));
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(10'000)).kind, Kind::kExited);
  EXPECT_TRUE(all_gone());
}

TEST_F(ExtensionHouse, InternalOnesAndRefusals) {
  const auto worker = launch_ready(custom_runtime(kExtensionLibrary + R"(
import threading
is_error(register('', [])[1], 403, 'Extension.InvalidExtensionName')
is_error(register('a', ['SHUTDOWN'])[1], 403, 'Extension.InvalidEventType')
is_error(register('a', ['NONSENSE'])[1], 403, 'Extension.InvalidEventType')
is_error(call('POST', '/2020-01-01/extension/register', 'junk', {'Lambda-Extension-Name': 'a'}), 400, 'InvalidRequestFormat')
is_error(call('GET', '/2020-01-01/extension/event/next', None, {'Lambda-Extension-Identifier': 'x'}), 403, 'Extension.UnknownExtensionIdentifier')
id, got = register('a', ['INVOKE'])
is_error(register('a', [])[1], 403, 'InvalidStateTransition')
main = c
def inside():
    global c
    mine = connect()
    for i in range(2):
        mine.request('GET', '/2020-01-01/extension/event/next', None, {'Lambda-Extension-Identifier': id})
        r = mine.getresponse()
        print('inside', json.loads(r.read())['eventType'], flush=True)
    mine.request('GET', '/2020-01-01/extension/event/next', None, {'Lambda-Extension-Identifier': id})
    mine.getresponse()
threading.Thread(target=inside, daemon=True).start()
request, headers, body = next()
is_error(register('b', [])[1], 403, 'Extension.RegistrationClosed')
respond(request, '1')
respond(next()[0], '2')
time.sleep(100)
)"));
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(10'000)).payload, "1");
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(10'000)).payload, "2");
  EXPECT_TRUE(logged("inside INVOKE"));
}

}  // namespace
}  // namespace fairlead::workers

// What the tests of this room share: two running loops, a launcher, and small workers in Python.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "net/fiber.h"
#include "workers/launcher.h"

namespace fairlead::workers {

// rd/frame/send speak the frames; say() prints on the raw standard output.
inline const std::string kFrameLibrary = R"(
import os, struct, json, sys, time
def rd(n):
    data = b''
    while len(data) < n:
        piece = os.read(3, min(n - len(data), 1 << 20))
        if not piece: os._exit(0)
        data += piece
    return data
def frame():
    n, t = struct.unpack('<IB', rd(5))
    return t, rd(n - 1)
def send(t, body=b''):
    data = memoryview(struct.pack('<IB', len(body) + 1, t) + body)
    while data: data = data[os.write(3, data):]
def log(text): send(20, struct.pack('<Q', int(time.time() * 1e6)) + text.encode())
def say(text): os.write(1, text.encode())
def invoke():
    t, body = frame()
    n, = struct.unpack('<I', body[:4])
    return json.loads(body[4:4 + n]), body[4 + n:]
def error(kind, body):
    header = json.dumps({'errorType': kind}).encode()
    send(19, struct.pack('<I', len(header)) + header + body)
def start():
    t, body = frame()
    send(16)
    return json.loads(body)
)";

inline platform::WorkerSpec python_worker(const std::string& script) {
  platform::WorkerSpec spec;
  spec.name = "test";
  spec.argv = {"/usr/bin/python3", "-ISc", kFrameLibrary + script};
  spec.environment = {{"PATH", "/usr/bin:/bin"}};
  spec.working_folder = "/tmp";
  spec.init = Json::object({{"handler", "index.handler"}});
  return spec;
}

// next() and respond() speak the Runtime API; call() is any other request.
inline const std::string kRuntimeLibrary = R"(
import http.client, json, os, sys, time, base64
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
def is_error(got, status, kind):
    assert got[0] == status and json.loads(got[2])['errorType'] == kind, got
)";

inline platform::WorkerSpec custom_runtime(const std::string& script) {
  platform::WorkerSpec spec;
  spec.name = "custom";
  spec.protocol = platform::WorkerProtocol::kRuntimeApi;
  spec.argv = {"/usr/bin/python3", "-ISc", kRuntimeLibrary + script};
  spec.environment = {{"PATH", "/usr/bin:/bin"}};
  return spec;
}

inline std::int64_t in_ms(std::int64_t ms) { return system_clock().monotonic_ms() + ms; }

inline platform::Invocation invocation(std::string payload) {
  platform::Invocation invocation;
  invocation.request_id = "8f5e1c2a-0000-4000-8000-000000000001";
  invocation.function_arn = "arn:aws:lambda:eu-west-1:000000000000:function:test";
  invocation.trace_id = "Root=1-2-3";
  invocation.deadline_epoch_ms = 1'768'254'296'599;
  invocation.payload = std::move(payload);
  return invocation;
}

inline bool wait_gone(int pid) {
  for (int i = 0; i < 1000 && ::kill(pid, 0) == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return ::kill(pid, 0) != 0;
}

class WorkerHouse : public testing::Test {
 protected:
  WorkerHouse() : loops_(2) {
    loops_.start();
    launcher_ = std::make_unique<ProcessLauncher>(loops_);
  }
  ~WorkerHouse() override {
    launcher_.reset();
    loops_.stop();
    loops_.join();
  }

  std::unique_ptr<platform::Worker> launch(const platform::WorkerSpec& spec) {
    auto worker = launcher_->launch(spec, [this](std::int64_t, std::string_view text) {
      const std::lock_guard lock(mutex_);
      logs_.emplace_back(text);
      log_bytes_ += text.size();
      if (logs_.size() > 1000) logs_.clear();
    });
    EXPECT_TRUE(worker.ok());
    return std::move(worker).value();
  }
  std::unique_ptr<platform::Worker> launch_ready(const platform::WorkerSpec& spec) {
    auto worker = launch(spec);
    const auto outcome = worker->init(in_ms(20'000));
    EXPECT_EQ(outcome.kind, platform::WorkerOutcome::Kind::kResponse) << outcome.payload;
    return worker;
  }
  std::vector<std::string> logs() {
    const std::lock_guard lock(mutex_);
    return logs_;
  }
  bool logged(const std::string& line) {  // within a while
    for (int i = 0; i < 1000; ++i) {
      for (const std::string& log : logs()) {
        if (log == line) return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }
  bool all_gone() {
    for (int i = 0; i < 1000 && launcher_->live_processes() > 0; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return launcher_->live_processes() == 0;
  }

  net::Loops loops_;
  std::mutex mutex_;
  std::vector<std::string> logs_;
  std::size_t log_bytes_ = 0;
  std::unique_ptr<ProcessLauncher> launcher_;
};

}  // namespace fairlead::workers

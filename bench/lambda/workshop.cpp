// Specs as the lambda service makes them, as far as they matter for time and memory.
#include "lambda/workshop.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/clock.h"
#include "base/park.h"
#include "net/fiber.h"
#include "sandbox/launcher.h"

namespace fairlead::bench {

namespace {

constexpr std::int64_t kLoadedMs = 600;  // a waiting process has loaded its runtime by then
constexpr std::int64_t kInitMs = 20'000;

std::unique_ptr<net::ChildLauncher> make_sandboxes(net::Loops& loops, net::HttpServer& server,
                                                   const std::string& folder,
                                                   const std::string& task) {
  sandbox::Options options;
  options.mode = sandbox::Mode::kStrict;
  options.folder = folder + "/sandboxes";
  options.ca_file = folder + "/ca.pem";
  options.server_port = 4566;
  options.attachable = {task};
  std::filesystem::create_directory(options.folder);
  std::ofstream(options.ca_file) << "none\n";
  auto made = sandbox::make_launcher(loops, server, std::move(options));
  if (!made.ok()) give_up(made.error().message);
  return std::move(made).value();
}

}  // namespace

std::int64_t monotonic_deadline(std::int64_t ms) { return system_clock().monotonic_ms() + ms; }

platform::Invocation sample_invocation(const std::string& event) {
  platform::Invocation invocation;
  invocation.request_id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
  invocation.function_arn = "arn:aws:lambda:us-east-1:000000000000:function:trivial";
  invocation.trace_id = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700";
  invocation.deadline_epoch_ms = 4'102'444'800'000;
  invocation.payload = event;
  return invocation;
}

Workshop::Workshop(Options& options)
    : program_(options.text("program", "/usr/bin/node")),
      script_(options.text("script", "")),
      runtime_(options.text("runtime", "nodejs20.x")),
      task_(options.text("task", "/tmp")),
      stock_(options.number("stock", 0) != 0),
      sandbox_(options.number("sandbox", 0) != 0),
      base_(std::make_shared<platform::WorkerBase>()),
      folder_(std::filesystem::temp_directory_path() / "bench-lambda-XXXXXX"),
      loops_(1) {
  const std::string zygote = options.text("zygote", "");
  const std::string runtime_folder = options.text("runtime-folder", "");
  if (::mkdtemp(folder_.data()) == nullptr) give_up("no scratch folder");
  base_->key = runtime_;
  base_->argv = {program_, script_};
  base_->environment = {{"PATH", "/usr/bin:/bin"}, {"AWS_REGION", "us-east-1"}};
  if (!runtime_folder.empty()) base_->mounts.push_back({runtime_folder, "/var/runtime"});
  if (!zygote.empty()) base_->zygote = {program_, zygote};
  if (sandbox_) base_->argv[1] = "/var/runtime/" + script_.substr(script_.rfind('/') + 1);
  loops_.start();
  if (sandbox_) {
    server_ = std::make_unique<net::HttpServer>(
        loops_, net::ServerOptions{},
        [](net::Exchange& exchange) { exchange.respond(404, {}, ""); });
  }
  launcher_ = std::make_unique<workers::ProcessLauncher>(
      loops_, sandbox_ ? make_sandboxes(loops_, *server_, folder_, task_) : nullptr,
      workers::StockLimits{.each = stock_ ? 2u : 0u});
}

Workshop::~Workshop() {
  launcher_.reset();
  server_.reset();
  loops_.stop();
  loops_.join();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

platform::WorkerSpec Workshop::spec() const {
  platform::WorkerSpec spec;
  const std::string task = sandbox_ ? "/var/task" : task_;
  spec.name = "trivial";
  spec.argv = base_->argv;
  spec.environment = base_->environment;
  spec.working_folder = task;
  if (sandbox_) spec.mounts = {{task_, "/var/task"}};
  if (stock_ || sandbox_) spec.base = base_;
  spec.memory_mb = 512;
  spec.init = Json::object(
      {{"handler", "index.handler"},
       {"runtime", runtime_},
       {"layers", Json::array({})},
       {"taskRoot", task},
       {"environment", Json::object({{"PATH", "/usr/bin:/bin"},
                                     {"AWS_REGION", "us-east-1"},
                                     {"_HANDLER", "index.handler"}})},
       {"function", Json::object({{"name", "trivial"},
                                  {"version", "$LATEST"},
                                  {"arn", "arn:aws:lambda:us-east-1:000000000000:function:trivial"},
                                  {"memoryMb", 512},
                                  {"timeoutMs", 3000},
                                  {"logGroup", "/aws/lambda/trivial"},
                                  {"logStream", "bench"}})}});
  return spec;
}

std::vector<std::string> Workshop::argv() const { return {program_, script_}; }

std::unique_ptr<platform::Worker> Workshop::ready_worker() {
  const auto told = std::make_shared<std::string>();  // what it prints
  auto worker = launcher_->launch(spec(), [told](std::int64_t, std::string_view text) {
    if (told->size() < 4096) told->append("\n").append(text);
  });
  if (!worker.ok()) give_up(worker.error().message);
  const auto outcome = (*worker)->init(monotonic_deadline(kInitMs));
  if (outcome.kind != platform::WorkerOutcome::Kind::kResponse) {
    give_up("init failed: " + outcome.payload + " exit " + std::to_string(outcome.exit_code) +
            *told);
  }
  return std::move(worker).value();
}

void Workshop::wait_for_stock() {
  launcher_->keep_ready(base_);
  for (int i = 0; i < 2000 && launcher_->in_stock() < 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (launcher_->in_stock() < 2) give_up("the stock does not fill");
  std::this_thread::sleep_for(std::chrono::milliseconds(kLoadedMs));
}

void Workshop::on_fiber(std::function<void()> work) {
  const Future<bool> done;
  loops_.at(0).post([work = std::move(work), done] {
    net::spawn([work, done] {
      work();
      done.set(true);
    });
  });
  (void)done.get();
}

}  // namespace fairlead::bench

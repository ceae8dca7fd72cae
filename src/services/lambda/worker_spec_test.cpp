// What workers are given, inside a sandbox and outside.
#include "services/lambda/worker_spec.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/clock.h"

namespace fairlead::lambda {
namespace {

namespace fs = std::filesystem;

struct NoLogs : platform::LogSink {
  void write(const std::string&, const std::string&, const std::string&, const std::string&,
             std::vector<platform::LogEvent>) override {}
};

class WorkerSpecTest : public ::testing::Test {
 protected:
  WorkerSpecTest() {
    folder_ = fs::temp_directory_path() / ("worker-spec-" + std::to_string(getpid()));
    fs::create_directories(folder_ / "runtimes/nodejs/sdk/v3/node_modules/.inside");
    fs::create_directories(folder_ / "layers/nodejs/node_modules");
    options_.runtimes_folder = (folder_ / "runtimes").string();
    options_.endpoint_url = "http://127.0.0.1:4566";
    options_.ca_file = "/data/ca.pem";
    function_.account = "000000000000";
    function_.region = "eu-west-1";
    function_.name = "chat";
    function_.handler = "app.handler";
    function_.memory_mb = 256;
    function_.ephemeral_mb = 1024;
    place_.task_folder = (folder_ / "task").string();
    place_.node_path = "/sdk/v3:" + place_.task_folder;
    fs::create_directories(place_.task_folder);
  }
  ~WorkerSpecTest() override { fs::remove_all(folder_); }

  platform::WorkerSpec spec(const char* runtime, const std::string& executable,
                            Confinement confinement,
                            Initialization start = Initialization::kOnDemand) {
    function_.runtime = runtime;
    const Interpreter interpreter{runtime, executable};
    const ExecutionLog log(logs_, clock_, function_);
    const platform::Credential credential;
    return worker_spec({function_, *find_runtime(runtime), interpreter, place_, credential, log,
                        confinement, start},
                       options_);
  }

  static std::string value(const platform::Variables& variables, std::string_view name) {
    const auto found = std::find_if(variables.begin(), variables.end(),
                                    [&](const auto& variable) { return variable.first == name; });
    return found == variables.end() ? "(none)" : found->second;
  }

  static std::vector<std::string> targets(const std::vector<platform::WorkerMount>& mounts) {
    std::vector<std::string> all;
    for (const auto& mount : mounts) all.push_back(mount.target);
    return all;
  }

  using Strings = std::vector<std::string>;
  fs::path folder_;
  NoLogs logs_;
  ManualClock clock_;
  LambdaOptions options_;
  Function function_;
  CodePlace place_;
};

TEST_F(WorkerSpecTest, NodeInASandbox) {
  place_.layers_folder = (folder_ / "layers").string();
  const auto spec =
      this->spec("nodejs20.x", "/home/me/.cache/nodejs20/bin/node", Confinement::kSandboxed);
  EXPECT_EQ(spec.argv, (Strings{"/var/lang/bin/node", "/var/runtime/bootstrap.js"}));
  EXPECT_EQ(spec.working_folder, "/var/task");
  EXPECT_EQ(spec.tmp_mb, 1024);
  EXPECT_EQ(targets(spec.mounts), (Strings{"/var/task", "/opt", "/var/node_modules"}));
  ASSERT_TRUE(spec.base);
  EXPECT_EQ(spec.base->argv, spec.argv);
  EXPECT_TRUE(spec.base->zygote.empty());
  EXPECT_EQ(targets(spec.base->mounts),
            (Strings{"/var/lang/bin/node", "/var/runtime", "/node_modules", "/var/node_modules"}));
  // The program alone, not the folder it is in.
  EXPECT_EQ(spec.base->mounts[0].source, "/home/me/.cache/nodejs20/bin/node");
  const auto& v = spec.environment;
  EXPECT_EQ(value(v, "NODE_PATH"),
            "/opt/nodejs/node20/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:"
            "/var/runtime:/var/task");
  EXPECT_EQ(value(v, "PATH"), "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin");
  EXPECT_EQ(value(v, "AWS_ENDPOINT_URL"), "http://127.0.0.1");
  EXPECT_EQ(value(v, "NODE_EXTRA_CA_CERTS"), "/etc/fairlead/ca.pem");
  EXPECT_EQ(value(v, "AWS_CA_BUNDLE"), "/etc/fairlead/ca-bundle.pem");
  EXPECT_EQ(value(v, "LAMBDA_TASK_ROOT"), "/var/task");
  EXPECT_EQ(value(v, "AWS_LAMBDA_INITIALIZATION_TYPE"), "on-demand");
  EXPECT_EQ(value(v, "AWS_LAMBDA_FUNCTION_VERSION"), "$LATEST");
  EXPECT_EQ(value(v, "AWS_LAMBDA_LOG_FORMAT"), "(none)");
  EXPECT_EQ(value(v, "HOME"), "(none)");
  EXPECT_FALSE(spec.init.find("endpoint"));  // AWS's names lead to us by themselves
}

TEST_F(WorkerSpecTest, PythonStaysWhereItIsAndHasAZygote) {
  const std::string prefix = (folder_ / "versions/3.12.1").string();
  const std::string python = prefix + "/bin/python3.12";
  fs::create_directories(prefix + "/lib");
  const auto spec = this->spec("python3.12", python, Confinement::kSandboxed);
  const Strings start{python, "-S", "-X", "utf8"};
  Strings argv = start;
  argv.push_back("/var/runtime/bootstrap.py");
  EXPECT_EQ(spec.argv, argv);
  argv = start;
  argv.push_back(options_.runtimes_folder + "/python/zygote.py");
  ASSERT_TRUE(spec.base);
  EXPECT_EQ(spec.base->zygote, argv);
  EXPECT_EQ(targets(spec.base->mounts), (Strings{python, prefix + "/lib", "/var/runtime"}));
  EXPECT_EQ(value(spec.environment, "PYTHONPATH"), "/var/runtime");
  EXPECT_EQ(value(spec.environment, "NODE_PATH"), "(none)");
  EXPECT_EQ(value(spec.environment, "NODE_EXTRA_CA_CERTS"), "(none)");

  const auto system = this->spec("python3.11", "/usr/bin/python3.11", Confinement::kSandboxed);
  EXPECT_EQ(targets(system.base->mounts), (Strings{"/var/runtime"}));
  // Layers take the place of /opt.
  const auto opt = this->spec("python3.11", "/opt/py/bin/python3.11", Confinement::kSandboxed);
  EXPECT_EQ(opt.argv[0], "/var/lang/bin/python3.11");
  EXPECT_TRUE(opt.base->zygote.empty());
}

TEST_F(WorkerSpecTest, OutsideOfASandboxThePathsAreTheHosts) {
  place_.layers_folder = (folder_ / "layers").string();
  const auto spec =
      this->spec("nodejs20.x", "/usr/bin/node", Confinement::kPlain, Initialization::kProvisioned);
  EXPECT_EQ(spec.argv,
            (Strings{"/usr/bin/node", options_.runtimes_folder + "/nodejs/bootstrap.js"}));
  EXPECT_EQ(targets(spec.mounts), (Strings{"/opt"}));
  ASSERT_TRUE(spec.base);
  EXPECT_TRUE(spec.base->mounts.empty());
  EXPECT_EQ(value(spec.environment, "NODE_PATH"),
            place_.layers_folder + "/nodejs/node20/node_modules:" + place_.layers_folder +
                "/nodejs/node_modules:/sdk/v3:" + place_.task_folder);
  EXPECT_EQ(value(spec.environment, "AWS_ENDPOINT_URL"), options_.endpoint_url);
  EXPECT_EQ(value(spec.environment, "AWS_CA_BUNDLE"), "/data/ca.pem");
  EXPECT_EQ(value(spec.environment, "HOME"), "/tmp");
  EXPECT_EQ(value(spec.environment, "AWS_LAMBDA_INITIALIZATION_TYPE"), "provisioned-concurrency");
  EXPECT_EQ(spec.init.find("endpoint")->as_string(), options_.endpoint_url);
  EXPECT_TRUE(
      this->spec("python3.11", "/usr/bin/python3.11", Confinement::kPlain).base->zygote.empty());
}

TEST_F(WorkerSpecTest, WhatChangesTheStartHasNoBase) {
  for (const char* name : {"NODE_OPTIONS", "NODE_PATH", "PYTHONSTARTUP", "LD_PRELOAD", "TZ", "LANG",
                           "AWS_LAMBDA_EXEC_WRAPPER"}) {
    function_.environment = {{name, "/opt/wrapper"}};
    const auto spec = this->spec("nodejs20.x", "/usr/bin/node", Confinement::kSandboxed);
    EXPECT_FALSE(spec.base) << name;
    EXPECT_EQ(spec.mounts.front().target, "/var/runtime") << name;  // the base's come along
    EXPECT_TRUE(spec.init.find("environmentIsSet")) << name;
    EXPECT_EQ(value(spec.environment, name), "/opt/wrapper");
  }
  const auto spec = this->spec("nodejs20.x", "/usr/bin/node", Confinement::kSandboxed);
  EXPECT_EQ(spec.argv, (Strings{"/opt/wrapper", "/usr/bin/node", "/var/runtime/bootstrap.js"}));
  function_.environment = {{"AWS_LAMBDA_EXEC_WRAPPER", "/opt/wrapper"}};
  place_.layers_folder = (folder_ / "layers").string();
  EXPECT_EQ(this->spec("nodejs20.x", "/usr/bin/node", Confinement::kPlain).argv[0],
            place_.layers_folder + "/wrapper");
  function_.environment = {{"MINE", "x"}};
  EXPECT_TRUE(this->spec("nodejs20.x", "/usr/bin/node", Confinement::kSandboxed).base);
}

TEST_F(WorkerSpecTest, CustomRuntimesRunTheirOwnBootstrapOrALayers) {
  place_.layers_folder = (folder_ / "layers").string();
  std::ofstream(folder_ / "layers/bootstrap") << "#!/bin/sh\n";
  auto spec = this->spec("provided.al2023", "", Confinement::kSandboxed);
  EXPECT_EQ(spec.argv, (Strings{"/opt/bootstrap"}));
  EXPECT_FALSE(spec.base);
  EXPECT_EQ(targets(spec.mounts), (Strings{"/var/task", "/opt"}));
  EXPECT_EQ(this->spec("provided.al2023", "", Confinement::kPlain).argv,
            (Strings{place_.layers_folder + "/bootstrap"}));
  std::ofstream(folder_ / "task/bootstrap") << "#!/bin/sh\n";
  spec = this->spec("provided.al2023", "", Confinement::kSandboxed);
  EXPECT_EQ(spec.argv, (Strings{"/var/task/bootstrap"}));
}

TEST_F(WorkerSpecTest, TheUserChangesDefaultsButNotLambdasOwn) {
  function_.environment = {{"AWS_ENDPOINT_URL", "http://mine"}, {"AWS_REGION", "mars"}};
  function_.logging.format = "JSON";
  function_.logging.application_level = "DEBUG";
  const auto spec = this->spec("nodejs20.x", "/usr/bin/node", Confinement::kSandboxed);
  EXPECT_EQ(value(spec.environment, "AWS_ENDPOINT_URL"), "http://mine");
  EXPECT_EQ(value(spec.environment, "AWS_REGION"), "eu-west-1");
  EXPECT_EQ(value(spec.environment, "AWS_LAMBDA_LOG_FORMAT"), "JSON");
  EXPECT_EQ(value(spec.environment, "AWS_LAMBDA_LOG_LEVEL"), "DEBUG");
}

TEST(RuntimeChoiceTest, PythonsServePythons) {
  const Interpreter node{"nodejs20.x", "n"}, p11{"python3.11", "11"}, p13{"python3.13", "13"};
  const auto pick = [&](const char* runtime, std::vector<Interpreter> found) {
    const auto interpreter = interpreter_for(*find_runtime(runtime), found);
    return interpreter ? interpreter->executable : "none";
  };
  EXPECT_EQ(pick("python3.11", {node, p11, p13}), "11");
  EXPECT_EQ(pick("python3.12", {node, p11, p13}), "13");
  EXPECT_EQ(pick("python3.14", {node, p11, p13}), "13");
  EXPECT_EQ(pick("python3.8", {node}), "none");
}

}  // namespace
}  // namespace fairlead::lambda

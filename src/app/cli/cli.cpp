// The command line's options and their help (CLI11 lives in this file alone).
#include "app/cli/cli.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>

namespace fairlead::app {

namespace {

constexpr const char* kAbout =
    "Fairlead runs serverless real-time apps (WebSocket APIs, Lambda, DynamoDB, S3 websites) on a\n"
    "machine of your own, unmodified and durable.\n\n"
    "First steps:\n"
    "  fairlead start                      serve on http://127.0.0.1:4566, data in ~/.fairlead\n"
    "  eval \"$(fairlead env)\"              point the aws CLI and SDKs of this shell at it\n"
    "  aws --endpoint-url $AWS_ENDPOINT_URL dynamodb list-tables";

constexpr const char* kStartAbout =
    "Starts the server in the foreground; Ctrl-C or SIGTERM stops it cleanly.\n"
    "Access keys: test/test (account 000000000000), or any twelve digits as the key and `test` as\n"
    "the secret for an account of that number. The region is the one you sign for.";

void add_storage_options(CLI::App* command, Config& config) {
  command->add_option("--data-dir", config.data_folder, "Where everything is kept")
      ->default_str(default_data_folder());
  command->add_flag("--ephemeral", config.ephemeral, "Keep nothing: store in memory, gone at exit");
  command->add_option("--region", config.region, "For requests that name no region")
      ->capture_default_str();
  command->add_option("--loops", config.loops, "Event loops (threads); 0: one for each core")
      ->check(CLI::Range(0, 256));
  const std::map<std::string, storage::Durability> durability{
      {"sync", storage::Durability::kSync}, {"relaxed", storage::Durability::kRelaxed}};
  command
      ->add_option("--durability", config.durability,
                   "sync: acknowledged is on disk; relaxed: for throw-away test runs")
      ->transform(CLI::CheckedTransformer(durability, CLI::ignore_case))
      ->option_text("sync|relaxed");
}

void add_log_options(CLI::App* command, Config& config) {
  const std::map<std::string, LogFormat> formats{{"text", LogFormat::kText},
                                                 {"json", LogFormat::kJson}};
  command->add_option("--log-format", config.log_format, "text for people, json for machines")
      ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case))
      ->option_text("text|json");
  const std::map<std::string, LogLevel> levels{{"debug", LogLevel::kDebug},
                                               {"info", LogLevel::kInfo},
                                               {"warn", LogLevel::kWarn},
                                               {"error", LogLevel::kError}};
  command->add_option("--log-level", config.log_level, "debug also logs every request")
      ->transform(CLI::CheckedTransformer(levels, CLI::ignore_case))
      ->option_text("debug|info|warn|error");
}

void add_websocket_options(CLI::App* command, Config& config) {
  command
      ->add_option("--websocket-idle-ms", config.websocket_idle_ms,
                   "Close a WebSocket after this long without a message")
      ->capture_default_str();
  command
      ->add_option("--websocket-max-age-ms", config.websocket_max_age_ms,
                   "Close a WebSocket at this age")
      ->capture_default_str();
  command->add_flag(
      "--ordered-connections", config.ordered_connections,
      "Each message of a WebSocket waits until the one before is finished (AWS: they\n"
      "run at the same time)");
  command
      ->add_option(
          "--requests-per-second", config.requests_per_second,
          "Handshakes, WebSocket messages and @connections calls of an account and region,\n"
          "with a burst of half as many, as AWS's quota; 0: no limit")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      ->add_option("--connects-per-second", config.connects_per_second,
                   "New WebSockets of an account and region, as AWS's quota; 0: no limit")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

void add_function_options(CLI::App* command, Config& config) {
  command->add_option("--runtimes", config.runtimes_folder, "Folder of the Lambda bootstraps");
  command->add_option("--interpreters", config.interpreters_folder,
                      "Folder of installed Node binaries");
  const std::map<std::string, sandbox::Mode> modes{{"auto", sandbox::Mode::kAuto},
                                                   {"strict", sandbox::Mode::kStrict},
                                                   {"off", sandbox::Mode::kOff}};
  command
      ->add_option("--sandbox", config.sandbox,
                   "Functions run in sandboxes: they see a read-only system, their code and a\n"
                   "/tmp of their own, no other network than this server. auto: where the kernel\n"
                   "allows it (else one warning, and plain processes); strict: or not at all;\n"
                   "off: plain processes of your user, which may read what you may read")
      ->transform(CLI::CheckedTransformer(modes, CLI::ignore_case))
      ->option_text("auto|strict|off");
  const std::map<std::string, sandbox::Egress> ways{{"closed", sandbox::Egress::kClosed},
                                                    {"open", sandbox::Egress::kOpen}};
  command
      ->add_option("--egress", config.egress,
                   "open: sandboxed functions reach the internet, too (needs slirp4netns; AWS's\n"
                   "names lead to this server all the same); closed: they do not")
      ->transform(CLI::CheckedTransformer(ways, CLI::ignore_case))
      ->option_text("closed|open");
  command
      ->add_option("--event-retry-delay-ms", config.event_retry_delay_ms,
                   "Between the attempts of a queued event, for tests")
      ->group("");
}

void add_start(CLI::App& app, int& exit_code) {
  static Config config;
  static std::string listen;
  CLI::App* command = app.add_subcommand("start", kStartAbout);
  command->add_option("--listen", listen, "Address and port (0 picks one)")
      ->default_str("127.0.0.1:4566");
  add_storage_options(command, config);
  add_log_options(command, config);
  add_websocket_options(command, config);
  add_function_options(command, config);
  command->add_option("--build", config.build, "Shown by status")->group("");
  command->callback([&exit_code] {
    if (!listen.empty()) {
      if (const Status status = read_listen(listen, config); !status.ok()) {
        exit_code = complain(status.error());
        return;
      }
    }
    exit_code = start_command(config);
  });
}

void add_server_commands(CLI::App& app, int& exit_code) {
  static StatusOptions status;
  static std::string data_folder;
  CLI::App* status_app = app.add_subcommand("status", "Says whether a server runs, and where");
  status_app->add_option("--data-dir", status.data_folder, "The server's data folder")
      ->default_str(default_data_folder());
  status_app->add_option("--expect-build", status.expect_build)->group("");
  status_app->callback([&exit_code] { exit_code = status_command(status); });

  CLI::App* env = app.add_subcommand(
      "env", "Prints shell variables that point AWS tools at the server: eval \"$(fairlead env)\"");
  env->add_option("--data-dir", data_folder, "The server's data folder")
      ->default_str(default_data_folder());
  env->callback([&exit_code] { exit_code = env_command(data_folder); });

  CLI::App* stop = app.add_subcommand("stop", "Stops the server cleanly; data stays");
  stop->add_option("--data-dir", data_folder, "The server's data folder")
      ->default_str(default_data_folder());
  stop->callback([&exit_code] { exit_code = stop_command(data_folder); });
}

void add_dev(CLI::App& app, int& exit_code) {
  static DevOptions options;
  CLI::App* command = app.add_subcommand(
      "dev", "Watches an app's folder: what you save is what the next message runs");
  command->add_option("folder", options.folder, "Where the app's fairlead.json lies")
      ->default_str(".");
  command->add_option("--data-dir", options.data_folder, "The server's data folder")
      ->default_str(default_data_folder());
  command->add_flag("--no-logs", options.no_logs, "Do not show what the functions print");
  command->callback([&exit_code] {
    if (options.folder.empty()) options.folder = ".";
    exit_code = dev_command(options);
  });
}

constexpr const char* kLogsAbout =
    "Prints what functions and services have logged (CloudWatch Logs).\n"
    "  fairlead logs                       the log groups: size, last event\n"
    "  fairlead logs hello                 the last ten minutes of function hello\n"
    "  fairlead logs hello -f              what comes, as it comes; Ctrl-C ends it\n"
    "  fairlead logs hello --since 2h --filter '?ERROR ?WARN'\n"
    "  fairlead logs hello --filter '{ $.order.id = 17 }'\n"
    "Filters are CloudWatch's filter patterns: terms (ERROR -retry), \"a phrase\", %5\\d\\d%,\n"
    "[ip, ..., status = 4*] and { $.json = value }.";

void add_logs(CLI::App& app, int& exit_code) {
  static LogsOptions options;
  CLI::App* command = app.add_subcommand("logs", kLogsAbout);
  command->add_option("group", options.group,
                      "A log group (/aws/lambda/hello) or a function's name (hello)");
  command->add_flag("-f,--follow", options.follow, "Go on as events come");
  command->add_option("--since", options.since, "How far back: 90s, 10m, 1h30m, 2d, or a time")
      ->capture_default_str();
  command->add_option("--filter", options.filter, "Only events that match this filter pattern");
  command->add_option("--stream", options.stream, "Only streams whose name begins so");
  command->add_flag("--raw", options.raw, "Messages as they are, nothing added");
  command->add_flag("--no-color", options.no_color, "No colours (as with NO_COLOR, or in a pipe)");
  command->add_option("--region", options.region, "Only this region");
  command->add_option("--data-dir", options.data_folder, "The server's data folder")
      ->default_str(default_data_folder());
  command->callback([&exit_code] { exit_code = logs_command(options); });
}

void add_knowledge_commands(CLI::App& app, int& exit_code) {
  static RuntimesOptions runtimes;
  static OperationsOptions operations;
  CLI::App* runtimes_app = app.add_subcommand(
      "runtimes", "Lists the Lambda runtimes and what serves them on this machine");
  runtimes_app->add_option("--runtimes", runtimes.runtimes_folder, "Folder of the bootstraps");
  runtimes_app->add_option("--interpreters", runtimes.interpreters_folder,
                           "Folder of installed Node binaries");
  CLI::App* install = runtimes_app->add_subcommand(
      "install", "Brings the real Node of a runtime (from npm, pinned): install nodejs16.x");
  install->add_option("runtime", runtimes.install, "nodejs10.x … nodejs24.x")->required();
  runtimes_app->callback([&exit_code] { exit_code = runtimes_command(runtimes); });

  CLI::App* operations_app = app.add_subcommand(
      "operations", "Lists the AWS operations that Fairlead has, from its operation table");
  operations_app->add_option("service", operations.service, "Only this service (dynamodb, s3, …)");
  operations_app
      ->add_option("--format", operations.format, "text or markdown (with what is missing)")
      ->check(CLI::IsMember({"text", "markdown"}))
      ->default_str("text");
  operations_app->callback([&exit_code] { exit_code = operations_command(operations); });

  app.add_subcommand("version", "Prints the version")->callback([&exit_code] {
    exit_code = version_command();
  });
}

}  // namespace

int complain(const Error& error) {
  std::fprintf(stderr, "fairlead: %s\n", error.message.c_str());
  return 1;
}

int run_command_line(int argc, char** argv) {
  CLI::App app{kAbout, "fairlead"};
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  int exit_code = 0;
  add_start(app, exit_code);
  add_server_commands(app, exit_code);
  add_dev(app, exit_code);
  add_logs(app, exit_code);
  add_knowledge_commands(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_code;
}

}  // namespace fairlead::app

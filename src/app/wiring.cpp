// The house put together: store, loops, services, operation table, chain, listener. The listener
// comes first because a port may be picked by the system and functions must be told; until
// everything stands it answers 503.
#include "app/wiring.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/background.h"
#include "app/child_launcher.h"
#include "app/interpreters.h"
#include "app/server_parts.h"
#include "app/version.h"
#include "net/fiber.h"

namespace fairlead::app {

namespace fs = std::filesystem;

namespace {

Status make_folder(const std::string& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) {
    return Error{&kBadConfig,
                 "Cannot make the data folder " + folder + ": " + failed.message() +
                     ". Choose another with --data-dir.",
                 {}};
  }
  fs::permissions(folder, fs::perms::owner_all, failed);
  return {};
}

std::vector<lambda::Interpreter> interpreters_of(const Config& config) {
  std::vector<lambda::Interpreter> found;
  for (const Interpreter& node : find_nodes(config.interpreters_folder)) {
    found.push_back({"nodejs" + std::to_string(node.version) + ".x", node.path});
  }
  for (const Interpreter& python : find_pythons(config.interpreters_folder)) {
    found.push_back({"python3." + std::to_string(python.version), python.path});
  }
  return found;
}

lambda::LambdaOptions lambda_options(const Config& config, const std::string& endpoint,
                                     const std::string& ca_file) {
  lambda::LambdaOptions options;
  options.data_folder = config.data_folder;
  options.runtimes_folder = config.runtimes_folder;
  options.interpreters = interpreters_of(config);
  options.endpoint_url = endpoint;
  options.ca_file = ca_file;
  options.spawn = [](std::function<void()> task) { net::spawn(std::move(task)); };
  return options;
}

lambda::EventsOptions events_options(const Config& config, net::Loops& loops) {
  lambda::EventsOptions options;
  options.spawn = [&loops](std::function<void()> task) {
    loops.pick().post([task = std::move(task)]() mutable { net::spawn(std::move(task)); });
  };
  if (config.event_retry_delay_ms >= 0) {
    options.retry_delays_ms = {config.event_retry_delay_ms};
    options.throttle_first_ms = std::max<std::int64_t>(1, config.event_retry_delay_ms);
    options.stream_retry_first_ms = options.throttle_first_ms;
  }
  return options;
}

apigateway::ApiGatewayOptions gateway_options(const Config& config) {
  apigateway::ApiGatewayOptions options;
  options.connects_per_second = options.connects_burst = config.connects_per_second;
  options.requests_per_second = config.requests_per_second;
  options.requests_burst = config.requests_per_second / 2;
  return options;
}

std::string url_of(const std::string& ip, int port) {
  const bool v6 = ip.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + ip + "]" : ip) + ":" + std::to_string(port);
}

// Before anything is made or opened, so that a refusal changes nothing.
Status check_port(const Config& config) {
  const Status status = net::can_listen(config.listen_ip, config.port);
  if (status.ok()) return {};
  return Error{&kBadConfig,
               status.error().message +
                   ". Choose another port with --listen, or stop what uses this one (`fairlead "
                   "status` tells whether it is a Fairlead).",
               {}};
}

void answer_not_ready(net::Exchange& exchange) {
  exchange.respond(503, {{"Retry-After", "1"}}, "Fairlead is starting.\n");
}

}  // namespace

void Services::add_to(platform::Registry& registry) {
  iam::add_iam(registry, iam);
  logs::add_logs(registry, logs);
  dynamodb::add_dynamodb(registry, dynamodb);
  s3::add_s3(registry, s3);
  sqs::add_sqs(registry, sqs);
  lambda::add_lambda(registry, lambda);
  lambda::add_lambda_events(registry, events);
  apigateway::add_apigateway(registry, gateway);
}

Server::Server() = default;
Server::~Server() { stop(); }

Result<std::unique_ptr<Server>> Server::create(const Config& config, Clock& clock) {
  TRY(check_port(config));
  TRY(make_folder(config.data_folder));
  std::unique_ptr<Server> server(new Server);
  server->parts_ = std::make_unique<Parts>(config, clock);
  Parts& parts = *server->parts_;
  TRY(make_folder(config.data_folder + "/tls"));
  parts.authority =
      TRY(net::CertificateAuthority::open_or_create(config.data_folder + "/tls", clock));
  if (config.ephemeral) {
    parts.store = storage::make_memory_store();
    parts.blobs = storage::make_memory_blobs();
  } else {
    parts.store = TRY(storage::open_store(config.data_folder + "/store", {config.durability}));
    parts.blobs = TRY(storage::open_blobs(config.data_folder + "/blobs"));
  }
  return server;
}

Status Server::start() {
  Parts& parts = *parts_;
  const Config& config = parts.config;
  net::ServerOptions http_options;
  http_options.tls = TRY(net::TlsContext::for_server(parts.authority));
  parts.loops.start();
  parts.http = std::make_unique<net::HttpServer>(parts.loops, http_options,
                                                 [&parts](net::Exchange& exchange) {
                                                   if (!parts.ready)
                                                     return answer_not_ready(exchange);
                                                   parts.chain->handle(exchange);
                                                 });
  const int port = TRY(parts.http->listen(config.listen_ip, config.port));
  endpoint_ = url_of(config.listen_ip, port);

  auto children = TRY(make_child_launcher(
      config, {parts.loops, *parts.http, port, parts.authority->certificate_pem_path()}));
  functions_run_in_ = sandbox::describe(*children);
  parts.launcher = std::make_unique<workers::ProcessLauncher>(parts.loops, std::move(children));
  parts.services = std::make_unique<Services>(
      Services::Needs{*parts.store, *parts.blobs, *parts.launcher, parts.sockets, parts.clock},
      lambda_options(config, endpoint_, parts.authority->certificate_pem_path()),
      events_options(config, parts.loops), gateway_options(config));
  parts.services->add_to(parts.registry);
  net::HttpClientOptions calls_out;
  calls_out.ca_pem = parts.authority->certificate_pem();
  parts.http_calls = std::make_unique<edge::HttpCalls>(std::move(calls_out));
  parts.service_calls = std::make_unique<edge::ServiceCalls>(parts.registry);
  parts.services->gateway.set_callers(
      {parts.http_calls.get(), parts.service_calls.get(), &parts.services->targets});

  edge::ChainOptions chain_options;
  chain_options.default_region = config.region;
  chain_options.websocket.idle_timeout_ms = config.websocket_idle_ms;
  chain_options.websocket.max_age_ms = config.websocket_max_age_ms;
  const edge::ChainPorts ports{parts.registry,     parts.services->iam,    parts.services->gateway,
                               parts.services->s3, parts.services->events, parts.sockets,
                               parts.clock};
  parts.chain = std::make_unique<edge::Chain>(
      ports,
      edge::Internal::Facts{[this] { return health(); }, parts.authority->certificate_pem(),
                            &parts.services->lambda},
      chain_options);
  TRY(parts.services->events.start());
  parts.background = std::make_unique<Background>(parts.loops.at(0), *parts.blobs, *parts.services);
  parts.ready = true;
  return {};
}

Json Server::health() const {
  const auto counts = parts_->http->counts();
  return Json::object(
      {{"status", "running"},
       {"version", kVersion},
       {"build", parts_->config.build},
       {"connections", static_cast<unsigned long>(counts.open)},
       {"websockets", static_cast<unsigned long>(parts_->sockets.size())},
       {"functions", functions_run_in_},
       {"processes", static_cast<unsigned long>(parts_->launcher->live_processes())}});
}

const std::string& Server::ca_file() const { return parts_->authority->certificate_pem_path(); }

const platform::Registry& Server::registry() const { return parts_->registry; }

}  // namespace fairlead::app

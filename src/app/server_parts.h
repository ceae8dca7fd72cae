// The members behind Server: every room once. Order matters: what is below uses what is above.
#pragma once

#include <atomic>
#include <memory>

#include "app/background.h"
#include "app/services.h"
#include "app/wiring.h"
#include "edge/chain.h"
#include "edge/http_calls.h"
#include "edge/service_calls.h"
#include "edge/sockets.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "net/tls.h"
#include "storage/blobs.h"
#include "storage/store.h"
#include "workers/launcher.h"

namespace fairlead::app {

struct Server::Parts {
  Parts(const Config& of, Clock& with)
      : config(of),
        clock(with),
        loops(static_cast<std::size_t>(of.loops), with),
        sockets(with, of.ordered_connections ? edge::MessageOrder::kOneByOne
                                             : edge::MessageOrder::kByArrival) {}

  Config config;
  Clock& clock;
  std::shared_ptr<net::CertificateAuthority> authority;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<storage::Blobs> blobs;
  net::Loops loops;
  edge::Sockets sockets;
  std::unique_ptr<workers::ProcessLauncher> launcher;
  std::unique_ptr<edge::HttpCalls> http_calls;
  std::unique_ptr<edge::ServiceCalls> service_calls;
  std::unique_ptr<Services> services;
  platform::Registry registry;
  std::unique_ptr<edge::Chain> chain;
  std::atomic<bool> ready{false};
  std::unique_ptr<net::HttpServer> http;
  std::unique_ptr<Background> background;
};

}  // namespace fairlead::app

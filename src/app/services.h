// The services of the house, constructed in the order in which they need each other.
#pragma once

#include <functional>

#include "app/query_thread.h"
#include "edge/sockets.h"
#include "platform/operation.h"
#include "platform/workers.h"
#include "services/apigateway/apigateway.h"
#include "services/dynamodb/dynamodb.h"
#include "services/iam/iam.h"
#include "services/lambda/events/events.h"
#include "services/lambda/lambda.h"
#include "services/logs/logs.h"
#include "services/logs/queries.h"
#include "services/s3/object_source.h"
#include "services/s3/s3.h"
#include "services/sqs/sqs.h"
#include "storage/blobs.h"
#include "storage/store.h"

namespace fairlead::app {

struct Services {
  struct Needs {
    storage::Store& store;
    storage::Blobs& blobs;
    platform::WorkerLauncher& launcher;
    platform::Pusher& pusher;
    Clock& clock;
  };
  Services(Needs needs, lambda::LambdaOptions lambda_options,
           lambda::EventsOptions events_options = {},
           apigateway::ApiGatewayOptions gateway_options = {})
      : iam(needs.store, needs.clock),
        logs(needs.store, needs.clock),
        dynamodb(needs.store, needs.clock),
        s3(needs.store, needs.blobs, needs.clock),
        sqs(needs.store, needs.clock),
        lambda(needs.store, needs.blobs, needs.launcher, logs, iam, needs.clock,
               std::move(lambda_options)),
        events({lambda, needs.store, dynamodb.change_streams(), targets, needs.clock},
               std::move(events_options)),
        gateway(needs.store, lambda, needs.pusher, needs.clock, std::move(gateway_options)) {
    lambda.set_object_source(objects);
    lambda.set_event_queue(events);
    lambda.set_targets(targets);
    targets.add(events);
    targets.add(sqs);
    logs.set_targets(&targets);
    logs.queries().set_runner(
        [this](std::function<void()> task) { query_thread.run(std::move(task)); });
  }
  ~Services() { logs.queries().stop_all(); }

  void add_to(platform::Registry& registry);

  iam::Iam iam;
  logs::Logs logs;
  dynamodb::DynamoDb dynamodb;
  s3::S3 s3;
  sqs::Sqs sqs;
  s3::Objects objects{s3};
  lambda::Lambda lambda;
  platform::Targets targets;
  lambda::Events events;
  apigateway::ApiGateway gateway;
  QueryThread query_thread;  // goes first: its tasks use the logs
};

}  // namespace fairlead::app

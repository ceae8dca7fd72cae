// The services of the house, constructed in the order in which they need each other.
#pragma once

#include "edge/sockets.h"
#include "platform/operation.h"
#include "platform/workers.h"
#include "services/apigateway/apigateway.h"
#include "services/dynamodb/dynamodb.h"
#include "services/iam/iam.h"
#include "services/lambda/lambda.h"
#include "services/logs/logs.h"
#include "services/s3/s3.h"
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
  Services(Needs needs, lambda::LambdaOptions lambda_options)
      : iam(needs.store, needs.clock),
        logs(needs.store, needs.clock),
        dynamodb(needs.store, needs.clock),
        s3(needs.store, needs.blobs, needs.clock),
        lambda(needs.store, needs.blobs, needs.launcher, logs, iam, needs.clock,
               std::move(lambda_options)),
        gateway(needs.store, lambda, needs.pusher, needs.clock) {}

  void add_to(platform::Registry& registry);

  iam::Iam iam;
  logs::Logs logs;
  dynamodb::DynamoDb dynamodb;
  s3::S3 s3;
  lambda::Lambda lambda;
  apigateway::ApiGateway gateway;
};

}  // namespace fairlead::app

// What an address means: the Host header and the path of a request, sorted into the doors of the
// house. Pure text work; nothing here knows which APIs or buckets exist.
#pragma once

#include <string>
#include <string_view>

namespace fairlead::edge {

enum class Door {
  kInternal,     // /_fairlead/…: health, metrics, what this server is
  kWebsite,      // an S3 website
  kExecuteApi,   // a deployed API: WebSocket handshakes and plain requests
  kFunctionUrl,  // a Lambda function's own address
  kManagement,   // …/@connections/{id}: apigatewaymanagementapi
  kAwsApi,       // everything else: an AWS service's own API
};

struct Address {
  Door door = Door::kAwsApi;
  // kExecuteApi, kManagement: what the address names; empty where it does not.
  std::string api_id, stage;
  bool custom_domain = false;  // the host is a custom domain name, not a default endpoint
  std::string rest;  // kExecuteApi, kFunctionUrl: the path behind the stage ("", "/", "/more"); raw
  // kWebsite
  std::string bucket, key, base;  // key is decoded; base is the part of the path before the key
  // kFunctionUrl
  std::string url_id;  // `rest` is the path as the function sees it ("/", "/more"); raw
  // kInternal
  std::string page;    // behind /_fairlead/
  std::string region;  // from the host name, or empty
  // kManagement
  std::string connection_id;  // decoded; empty when the path ends at @connections
};

// `host` as sent (perhaps with a port); `path` raw, without the query. Understood:
//   {api}.execute-api.{region}.amazonaws.com/{stage}        also .localhost, and without a region
//   {api}.execute-api.localhost.localstack.cloud/{stage}
//   /_aws/execute-api/{api}/{stage}
//   {bucket}.s3-website-{region}.… and {bucket}.s3-website.{region}.…, /_aws/website/{bucket}/…
//   {url id}.lambda-url.{region}.on.aws/{path}              also .localhost,
//   /_aws/lambda-url/{id}/… [any of the API forms][/{stage}]/@connections/{id}, also written
//   %40connections
Address read_address(std::string_view host, std::string_view path);

// The address behind a custom domain: `path` is what the mapping's key left of it.
Address mapped_address(std::string api_id, std::string stage, std::string_view path);

std::string_view without_port(std::string_view host);  // "[::1]:80" -> "[::1]"

}  // namespace fairlead::edge

// The store keys of this room.
#include "services/apigateway/kinds.h"

#include "storage/keys.h"

namespace fairlead::apigateway {

using storage::KeyWriter;

std::string apis_prefix(std::string_view account, std::string_view region) {
  return KeyWriter("ag/api/").text(account).text(region).take();
}
std::string api_key(std::string_view account, std::string_view region, std::string_view api_id) {
  return KeyWriter("ag/api/").text(account).text(region).text(api_id).take();
}
std::string owner_key(std::string_view api_id) { return KeyWriter("ag/own/").text(api_id).take(); }

std::string everything_of(std::string_view api_id) {
  return KeyWriter("ag/res/").text(api_id).take();
}
std::string children_prefix(std::string_view api_id, const Kind& kind) {
  return KeyWriter("ag/res/").text(api_id).text(kind.key).take();
}
std::string resources_prefix(std::string_view api_id, const Kind& kind, std::string_view parent) {
  return KeyWriter("ag/res/").text(api_id).text(kind.key).text(parent).take();
}
std::string resource_key(std::string_view api_id, const Kind& kind, std::string_view parent,
                         std::string_view id) {
  return KeyWriter("ag/res/").text(api_id).text(kind.key).text(parent).text(id).take();
}
std::string connection_key(std::string_view connection_id) {
  return KeyWriter(kConnectionsPrefix).text(connection_id).take();
}

}  // namespace fairlead::apigateway

// The errors of events, mappings and function URLs, each with AWS's wording in one place.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::lambda {

// Is this "try again later" (429), or a thing that is not there (404)?
bool is_throttle(const Error& error);
bool is_missing(const Error& error);

Error event_too_large();  // 413: beyond what may be queued
Error too_many_events();  // 429: the outbox is full
Error invalid_marker();   // 400

// Event invoke configs
Error no_invoke_config(std::string_view arn);  // 404
Error nothing_configured();                    // 400
Error bad_destination(std::string_view arn);   // 400
Error destination_is_function();               // 400

// Event source mappings
Error no_mapping();  // 404
Error mapping_exists(std::string_view source, std::string_view function, std::string_view uuid);
Error unrecognized_source();                   // 400
Error stream_not_found(std::string_view arn);  // 400
Error starting_position_missing();             // 400 ValidationException
Error unsupported_starting_position(std::string_view arn);
Error bad_record_age();
Error bad_filter();                          // 400
Error mapping_invalid(std::string message);  // 400 InvalidParameterValueException

// Function URLs
Error no_url_config();                          // 404
Error url_config_exists(std::string_view arn);  // 409
Error bad_url_qualifier();                      // 400

}  // namespace fairlead::lambda

// The HTML pages with which the website endpoint reports errors, in S3's layout.
#pragma once

#include <string>

#include "base/result.h"
#include "platform/operation.h"

namespace fairlead::s3 {

// `document_error`: why the configured error document could not be shown, or nullptr.
platform::Reply error_page(const Error& error, const std::string& request_id,
                           const Error* document_error = nullptr);

// x-amz-error-code and its companions, which S3 sends with error documents as well.
void add_error_headers(platform::Reply& reply, const Error& error);

}  // namespace fairlead::s3

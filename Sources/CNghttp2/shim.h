#pragma once
// libnghttp2: HTTP/2's framing and header compression.
#include <nghttp2/nghttp2.h>

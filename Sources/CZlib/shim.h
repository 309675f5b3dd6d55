#pragma once
// zlib: gzip's coding.
#include <zlib.h>

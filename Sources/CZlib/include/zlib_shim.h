#ifndef MYSQLWIRE_ZLIB_SHIM_H
#define MYSQLWIRE_ZLIB_SHIM_H

#include <zlib.h>

// inflateInit is a macro, which Swift does not see.
static inline int mw_inflateInit(z_stream *stream) { return inflateInit(stream); }

#endif

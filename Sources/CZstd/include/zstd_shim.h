#ifndef MYSQLWIRE_ZSTD_SHIM_H
#define MYSQLWIRE_ZSTD_SHIM_H

#include <zstd.h>

#endif

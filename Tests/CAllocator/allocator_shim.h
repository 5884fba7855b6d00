// glibc's <malloc.h>, which the Glibc module of Swift leaves out: what the allocator has handed out.
#if defined(__linux__)
#include <malloc.h>
#endif

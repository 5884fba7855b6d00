// allocations: counts a process's heap allocations; preload it, and ALLOCATIONS names the file that gets the number at the end.
//   LD_PRELOAD=./allocations.so ALLOCATIONS=out ./client A
// Only what goes through libc's symbols is seen: malloc, calloc, realloc, the aligned ones. Go allocates by itself.
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_ulong count;
static void one(void) { atomic_fetch_add_explicit(&count, 1, memory_order_relaxed); }

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

void *malloc(size_t n) { one(); return __libc_malloc(n); }
void *calloc(size_t k, size_t n) { one(); return __libc_calloc(k, n); }
void *realloc(void *p, size_t n) { one(); return __libc_realloc(p, n); }
void *memalign(size_t a, size_t n) { one(); return __libc_memalign(a, n); }
void *aligned_alloc(size_t a, size_t n) { one(); return __libc_memalign(a, n); }
int posix_memalign(void **p, size_t a, size_t n) { one(); *p = __libc_memalign(a, n); return *p ? 0 : ENOMEM; }

__attribute__((destructor)) static void tell(void) {
  unsigned long n = atomic_load(&count); const char *file = getenv("ALLOCATIONS"); FILE *f = file ? fopen(file, "w") : 0;
  if (f) { fprintf(f, "%lu\n", n); fclose(f); }
}

// Shared by limit.c and cbench.c: clocks, CPU time, peak RSS, the query texts, JSON output.
#pragma once
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/resource.h>

static inline double now_s(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
static inline void cpu_s(double *u, double *s) {
  struct rusage r; getrusage(RUSAGE_SELF, &r);
  *u = r.ru_utime.tv_sec + r.ru_utime.tv_usec * 1e-6;
  *s = r.ru_stime.tv_sec + r.ru_stime.tv_usec * 1e-6;
}
static inline long vmhwm_kb(void) {   // not ru_maxrss: that one survives exec and shows the parent's
  FILE *f = fopen("/proc/self/status", "r"); char l[256]; long v = 0;
  while (f && fgets(l, sizeof l, f)) if (sscanf(l, "VmHWM: %ld", &v) == 1) break;
  if (f) fclose(f);
  return v;
}
typedef struct { double w, u, s; long rss0; } mark_t;
static inline mark_t mark(void) { mark_t m; m.rss0 = vmhwm_kb(); cpu_s(&m.u, &m.s); m.w = now_s(); return m; }
static long long found_ids; static double found_doubles;   // what A, A2 and AP parsed: the same for every client
static inline void report(const char *peer, const char *bench, mark_t a, long n, unsigned long long bytes, double p50, double p99, double pmin) {
  double w = now_s() - a.w, u, s; cpu_s(&u, &s);
  printf("{\"peer\":\"%s\",\"bench\":\"%s\",\"wall\":%.6f,\"user\":%.6f,\"sys\":%.6f,\"n\":%ld,\"sum\":%llu,\"ids\":%lld,\"doubles\":%.17g,\"rss0\":%ld,\"rss\":%ld,\"p50\":%.2f,\"p99\":%.2f,\"min\":%.2f}\n",
         peer, bench, w, u - a.u, s - a.s, n, bytes, found_ids, found_doubles, a.rss0, vmhwm_kb(), p50, p99, pmin);
}
static int cmpd(const void *a, const void *b) { double x = *(double *)a, y = *(double *)b; return x < y ? -1 : x > y; }
static inline void pct(double *v, int n, double *p50, double *p99, double *mn) {
  qsort(v, n, sizeof *v, cmpd); *p50 = v[n / 2] * 1e6; *p99 = v[(int)(n * .99)] * 1e6; *mn = v[0] * 1e6;
}
#define Q_ROWS "SELECT * FROM bench.rows"
#define Q_POINT "SELECT id, b FROM bench.rows WHERE id = %u"
#define Q_BIG "SELECT v FROM bench.big WHERE id = 1"
// the wide query is read from the file named in $WIDE (default ./wide.sql)
static inline char *q_wide(void) {
  const char *p = getenv("WIDE"); FILE *f = fopen(p ? p : "wide.sql", "r"); if (!f) { perror("wide.sql"); exit(2); }
  char *b = calloc(1, 65536); size_t n = fread(b, 1, 65535, f); fclose(f); while (n && b[n-1] == '\n') b[--n] = 0; return b;
}
static inline uint32_t rnd(uint32_t *s) { *s ^= *s << 13; *s ^= *s >> 17; *s ^= *s << 5; return *s; }

// limit: the least a client can do. Raw handshake, COM_QUERY, then recv() into one 64 KiB buffer until the whole
// result has arrived (its length is learnt by one untimed run that parses packet headers). Nothing is decoded.
//   limit record FILE DEPRECATE_EOF(0|1) SQL      save a response's raw bytes
//   limit prepare FILE DEPRECATE_EOF(0|1) SQL     the same of a prepared statement: the answer to its preparing into FILE.prepare, its rows into FILE
//   limit A|AW|B|C|CR|D|E|F [N]                   measure. AW: A, and each row walked in place in the buffer (ids parsed,
//                                                 lengths summed): what a zero-copy reader can reach. CR: C over TLS with resumed sessions.
// Environment: HOST PORT DBUSER DBPASS TLS(0|1) EOFCAP(1: CLIENT_DEPRECATE_EOF, default 1) TLSGROUPS(e.g. P-256:X25519)
#include "util.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct { int fd; SSL *ssl; } conn;
static unsigned char buf[65536];
static SSL_CTX *ctx; static SSL_SESSION *saved; static int resume_ok, resumed;
static int new_session(SSL *s, SSL_SESSION *x) { (void)s; if (saved) SSL_SESSION_free(saved); saved = x; return 1; }
static int use_tls, eofcap = 1; static const char *user = "root", *pass = ""; static struct sockaddr_in sa;
static void die(const char *m) { fprintf(stderr, "limit: %s (errno %d)\n", m, errno); exit(1); }
static inline long rd(conn *c, void *p, size_t n) { long r = c->ssl ? SSL_read(c->ssl, p, n) : recv(c->fd, p, n, 0); if (r <= 0) die("read"); return r; }
static inline void wr(conn *c, const void *p, size_t n) { if (c->ssl) { if (SSL_write(c->ssl, p, n) != (int)n) die("write"); } else if (send(c->fd, p, n, MSG_NOSIGNAL) != (long)n) die("write"); }
static void rdn(conn *c, unsigned char *p, size_t n) { while (n) { long r = rd(c, p, n); p += r; n -= r; } }
static size_t pkt(conn *c, unsigned char *p) { unsigned char h[4]; rdn(c, h, 4); size_t n = h[0] | h[1] << 8 | h[2] << 16; if (n > 65000) die("pkt"); rdn(c, p, n); return n; }

static conn dial(void) {
  conn c = {0}; unsigned char p[65536], o[512], nonce[20]; size_t n; int one = 1;
  c.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(c.fd, (void *)&sa, sizeof sa)) die("connect");
  setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  n = pkt(&c, p); if (p[0] != 10) die("greeting");
  unsigned char *q = p + 1 + strlen((char *)p + 1) + 1 + 4; memcpy(nonce, q, 8); q += 9 + 2 + 1 + 2 + 2 + 1 + 10; memcpy(nonce + 8, q, 12);
  char plugin[64]; snprintf(plugin, sizeof plugin, "%s", q + 13);
  uint32_t caps = 1 | 4 | 0x200 | 0x2000 | 0x8000 | 0x20000 | 0x80000 | (eofcap ? 1u << 24 : 0) | (use_tls ? 0x800 : 0);
  size_t l = 4; uint32_t mx = 1u << 30; memcpy(o + l, &caps, 4); l += 4; memcpy(o + l, &mx, 4); l += 4; o[l++] = 45; memset(o + l, 0, 23); l += 23;
  int seq = 1;
  if (use_tls) {
    o[0] = l - 4; o[1] = o[2] = 0; o[3] = seq++; wr(&c, o, l);
    SSL *s = SSL_new(ctx); SSL_set_fd(s, c.fd); if (resume_ok && saved) SSL_set_session(s, saved); if (SSL_connect(s) != 1) die("tls"); resumed += SSL_session_reused(s); c.ssl = s;
  }
  strcpy((char *)o + l, user); l += strlen(user) + 1;
  if (!*pass) o[l++] = 0;
  else {
    unsigned char a[32], b[52], d[32]; SHA256((void *)pass, strlen(pass), a); SHA256(a, 32, b); memcpy(b + 32, nonce, 20); SHA256(b, 52, d);
    o[l++] = 32; for (int i = 0; i < 32; i++) o[l++] = a[i] ^ d[i];
  }
  strcpy((char *)o + l, "caching_sha2_password"); l += 22;
  o[0] = l - 4; o[1] = (l - 4) >> 8; o[2] = 0; o[3] = seq; wr(&c, o, l);
  n = pkt(&c, p);
  if (p[0] == 1 && p[1] == 3) n = pkt(&c, p);
  else if (p[0] == 1) die("full authentication wanted: log in once by TLS with another client first");
  if (p[0] != 0) { p[n] = 0; fprintf(stderr, "%s (%s)\n", p + 9, plugin); die("auth"); }
  return c;
}
static size_t mkq(unsigned char *o, const char *sql) { size_t n = strlen(sql) + 1; o[0] = n; o[1] = n >> 8; o[2] = n >> 16; o[3] = 0; o[4] = 3; memcpy(o + 5, sql, n - 1); return n + 4; }
static void query(conn *c, const char *sql) { static unsigned char o[70000]; wr(c, o, mkq(o, sql)); }
static void hang(conn *c) { wr(c, "\1\0\0\0\1", 5); if (c->ssl) { SSL_set_shutdown(c->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN); SSL_free(c->ssl); }   close(c->fd); }   // without set_shutdown OpenSSL declares the session unfit for resumption

// parse one whole response, tee to f; returns bytes, *rows
static unsigned long long parse(conn *c, FILE *f, long *rows) {
  unsigned long long tot = 0; int st = 0, cols = 0; long nr = 0; unsigned char h[4], *p = malloc(1 << 24); int cont = 0;
  for (;;) {
    rdn(c, h, 4); size_t n = h[0] | h[1] << 8 | h[2] << 16; rdn(c, p, n);
    if (f) { fwrite(h, 1, 4, f); fwrite(p, 1, n, f); }
    tot += n + 4;
    int was = cont; cont = n == 0xffffff; if (was) continue;
    if (p[0] == 0xff) { fprintf(stderr, "server: %.*s\n", (int)n - 9, p + 9); die("query"); }
    if (st == 0) { if (p[0] == 0) break; cols = p[0]; st = 1; continue; }
    if (st == 1) { if (--cols == 0) st = eofcap ? 3 : 2; continue; }
    if (st == 2) { st = 3; continue; }
    if (p[0] == 0xfe && n < 0xffffff) break;
    nr++;
  }
  free(p); if (rows) *rows = nr; return tot;
}
// a prepared statement without parameters: its number
static uint32_t prepare(conn *c, const char *sql, FILE *f) {
  static unsigned char o[70000]; size_t ol = mkq(o, sql), left = 1; uint32_t id = 0; o[4] = 0x16; wr(c, o, ol);
  for (int first = 1; left; left--, first = 0) {
    unsigned char h[4], p[65536]; rdn(c, h, 4); size_t n = h[0] | h[1] << 8 | h[2] << 16; if (n > sizeof p) die("prepare"); rdn(c, p, n); fwrite(h, 1, 4, f); fwrite(p, 1, n, f);
    if (p[0] == 0xff) { fprintf(stderr, "server: %.*s\n", (int)n - 9, p + 9); die("prepare"); }
    if (first) { memcpy(&id, p + 1, 4); left += (p[5] | p[6] << 8) + !eofcap; }
  }
  return id;
}
static inline void drain(conn *c, unsigned long long n) { while (n) n -= rd(c, buf, n < sizeof buf ? n : sizeof buf); }

int main(int ac, char **av) {
  const char *e; if (ac < 2) return 2;
  if ((e = getenv("DBUSER"))) user = e; if ((e = getenv("DBPASS"))) pass = e; if ((e = getenv("TLS"))) use_tls = atoi(e); if ((e = getenv("EOFCAP"))) eofcap = atoi(e);
  sa.sin_family = AF_INET; sa.sin_port = htons((e = getenv("PORT")) ? atoi(e) : 33309); inet_pton(AF_INET, (e = getenv("HOST")) ? e : "127.0.0.1", &sa.sin_addr);
  if (use_tls) { ctx = SSL_CTX_new(TLS_client_method()); SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL); SSL_CTX_sess_set_new_cb(ctx, new_session); if ((e = getenv("TLSGROUPS")) && SSL_CTX_set1_groups_list(ctx, e) != 1) die("TLSGROUPS"); }
  const char *m = av[1]; long N = ac > 2 ? atol(av[2]) : 0, rows = 0;
  if (!strcmp(m, "record")) {
    eofcap = atoi(av[3]); FILE *f = fopen(av[2], "wb"); conn c = dial(); query(&c, av[4]); unsigned long long t = parse(&c, f, &rows); fclose(f);
    fprintf(stderr, "%s: %llu bytes, %ld rows\n", av[2], t, rows); hang(&c); return 0;
  }
  if (!strcmp(m, "prepare")) {
    char name[4096]; snprintf(name, sizeof name, "%s.prepare", av[2]); eofcap = atoi(av[3]); conn c = dial(); FILE *f = fopen(name, "wb"); uint32_t id = prepare(&c, av[4], f); fclose(f);
    unsigned char o[14] = {10, 0, 0, 0, 0x17}; memcpy(o + 5, &id, 4); o[10] = 1; wr(&c, o, 14);
    f = fopen(av[2], "wb"); unsigned long long t = parse(&c, f, &rows); fclose(f); fprintf(stderr, "%s: %llu bytes, %ld rows\n", av[2], t, rows); hang(&c); return 0;
  }
  if (!strcmp(m, "AW")) {   // compact the tail to the buffer's front when a packet is cut; rows here are far smaller than the buffer
    char q[128]; if (N) sprintf(q, Q_ROWS " LIMIT %ld", N); else strcpy(q, Q_ROWS);
    conn c = dial(); mark_t a = mark(); query(&c, q); size_t have = 0; int st = 0, cols = 0, done = 0; unsigned long long t = 0; long long ids = 0;
    while (!done) {
      have += rd(&c, buf + have, sizeof buf - have); unsigned char *p = buf, *end = buf + have;
      while (end - p >= 4) {
        size_t n = p[0] | p[1] << 8 | p[2] << 16; if ((size_t)(end - p) < n + 4) break;
        unsigned char *x = p + 4, *xe = x + n; p = xe;
        if (st == 0) { cols = *x; st = 1; } else if (st == 1) { if (--cols == 0) st = eofcap ? 3 : 2; } else if (st == 2) st = 3;
        else if (*x == 0xfe) done = 1;
        else {
          rows++;
          for (int i = 0; x < xe; i++) {
            size_t l = *x++; if (l == 0xfb) continue; if (l == 0xfc) { l = x[0] | x[1] << 8; x += 2; }
            if (i < 2) { long long v = 0; unsigned char *y = x, *ye = x + l; int neg = *y == '-'; if (neg) y++; while (y < ye) v = v * 10 + (*y++ - '0'); if (neg) v = -v; ids = i ? ids ^ v : (long long)((unsigned long long)ids + v); } else t += l;
            x += l;
          }
        }
      }
      have = end - p; memmove(buf, p, have);
    }
    found_ids = ids; report("limit", m, a, rows, t, 0, 0, 0); hang(&c);
  } else if (*m == 'A' || *m == 'E') {
    char q[128]; if (*m == 'E') strcpy(q, Q_BIG); else if (N) sprintf(q, Q_ROWS " LIMIT %ld", N); else strcpy(q, Q_ROWS);
    conn c = dial(); unsigned long long t;
    if ((e = getenv("BYTES"))) t = atoll(e), rows = N; else { query(&c, q); t = parse(&c, 0, &rows); }
    mark_t a = mark(); query(&c, q); drain(&c, t); report("limit", m, a, rows, t, 0, 0, 0); hang(&c);
  } else if (*m == 'B' || *m == 'F') {
    if (!N) N = *m == 'B' ? 20000 : 5000;
    char *q = *m == 'B' ? "SELECT 1" : q_wide(); conn c = dial(); double *v = malloc(N * sizeof *v), p50, p99, mn;
    unsigned char *o = malloc(70000); size_t ol = mkq(o, q); query(&c, q); unsigned long long t = parse(&c, 0, &rows);
    for (int i = 0; i < 500; i++) { wr(&c, o, ol); drain(&c, t); }
    mark_t a = mark();
    for (long i = 0; i < N; i++) { double x = now_s(); wr(&c, o, ol); drain(&c, t); v[i] = now_s() - x; }
    double w = now_s(); pct(v, N, &p50, &p99, &mn); a.w += now_s() - w; report("limit", m, a, N, t * N, p50, p99, mn); hang(&c);
  } else if (*m == 'C') {
    if (!N) N = 500; double *v = malloc(N * sizeof *v), p50, p99, mn;
    for (int i = 0; i < 20; i++) { conn c = dial(); hang(&c); }
    resume_ok = m[1] == 'R'; resumed = 0; mark_t a = mark();
    for (long i = 0; i < N; i++) { double x = now_s(); conn c = dial(); hang(&c); v[i] = now_s() - x; }
    if (resume_ok) fprintf(stderr, "limit: %d of %ld sessions resumed\n", resumed, N);
    pct(v, N, &p50, &p99, &mn); report("limit", m, a, N, 0, p50, p99, mn);
  } else if (*m == 'D') {
    double secs = N ? N : 5; enum { K = 64 }; conn c[K]; struct { unsigned char b[1024]; int n; } in[K]; int ep = epoll_create1(0); uint32_t s = 1; unsigned long long q = 0, by = 0;
    unsigned char o[128]; char sql[100];
    for (int i = 0; i < K; i++) { c[i] = dial(); in[i].n = 0; struct epoll_event ev = {EPOLLIN, {.u32 = i}}; epoll_ctl(ep, EPOLL_CTL_ADD, c[i].fd, &ev); }
    mark_t a = mark(); double end = a.w + secs;
    for (int i = 0; i < K; i++) { sprintf(sql, Q_POINT, rnd(&s) % 1000000 + 1); wr(&c[i], o, mkq(o, sql)); }
    while (now_s() < end) {
      struct epoll_event ev[K]; int n = epoll_wait(ep, ev, K, 100);
      for (int k = 0; k < n; k++) {
        int i = ev[k].data.u32; long r = rd(&c[i], in[i].b + in[i].n, sizeof in[i].b - in[i].n); in[i].n += r; by += r;
        int p = 0, np = 0; while (p + 4 <= in[i].n) { int l = in[i].b[p] | in[i].b[p + 1] << 8; if (p + 4 + l > in[i].n) break; p += 4 + l; np++; }
        if (np >= 5) { q++; in[i].n = 0; sprintf(sql, Q_POINT, rnd(&s) % 1000000 + 1); wr(&c[i], o, mkq(o, sql)); }   // count, 2 columns, row, OK (EOFCAP=1)
      }
    }
    report("limit", m, a, q, by, 0, 0, 0);
  }
  return 0;
}

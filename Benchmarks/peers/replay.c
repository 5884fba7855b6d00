// replay: a stand-in server that accepts any login and answers COM_QUERY with recorded bytes as fast as a socket takes them.
//   replay PORT PLUGIN STREAMDIR [CHUNK]      PLUGIN: native | sha2 ;  CHUNK: bytes for each send() (default: all that is left)
// It answers OK to SET/USE/ROLLBACK/COMMIT, COM_PING, COM_INIT_DB, COM_RESET_CONNECTION; a stored stream to the queries in `tab`
// (by prefix, after trimming); an error to everything else, also where a stream's file is missing. NAME.0 has been recorded without
// CLIENT_DEPRECATE_EOF, NAME.1 with it. rows11264 is made of rows1024 where it is missing: packets are numbered modulo 256, so 1,024 rows
// may be repeated as they are. Prepared, only those two are known: binary1024.K.prepare is the answer to the preparing, binary1024.K the rows.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct { const char *p; size_t n; } blob;
static struct { const char *prefix, *file; blob b[2]; } tab[] = {
  {"SELECT * FROM bench.rows LIMIT 1024 ", "rows1024"}, {"SELECT * FROM bench.rows LIMIT 11264 ", "rows11264"}, {"SELECT * FROM bench.rows ", "rows"},
  {"SELECT id, b FROM bench.rows WHERE id =", "point"}, {"SELECT v FROM bench.big", "big"}, {"SELECT 'Waiting for source", "wide"}, {"SELECT 1 ", "select1"},
};
enum { NT = sizeof tab / sizeof *tab, INB = 1 << 16 };
static blob prepared[2], binary[2][2];   // by CLIENT_DEPRECATE_EOF; the rows also by which of the two
typedef struct { int fd, st, deof, want, which; const char *out; size_t left; char small[256]; int n; unsigned char in[INB]; } conn;
static size_t chunk = 0; static int sha2; static char hello[128]; static int hellon;
static const char OKP[] = "\7\0\0\1\0\0\0\2\0\0\0", ERRP[] = "\x22\0\0\1\xff\x28\x04#42000replay: unknown statement";

static blob load(const char *dir, const char *f, int k, const char *end) {
  char p[512]; snprintf(p, sizeof p, "%s/%s.%d%s", dir, f, k, end); int fd = open(p, O_RDONLY); struct stat s; if (fd < 0 || fstat(fd, &s) || !s.st_size) return (blob){0, 0};
  char *m = mmap(0, s.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0); close(fd); return (blob){m, s.st_size};
}
static size_t packet(const char *p) { const unsigned char *h = (const unsigned char *)p; return 4 + (h[0] | h[1] << 8 | h[2] << 16); }
static blob repeated(blob b, int times, int deof) {   // its rows so often
  size_t head = packet(b.p), last = head; int columns = (unsigned char)b.p[4] + (deof ? 0 : 1);
  while (columns--) head += packet(b.p + head);
  for (size_t at = head; at < b.n; at += packet(b.p + at)) last = at;
  size_t rows = last - head; char *m = malloc(head + rows * times + b.n - last), *w = m;
  memcpy(w, b.p, head); w += head; while (times--) memcpy(w, b.p + head, rows), w += rows;
  memcpy(w, b.p + last, b.n - last); return (blob){m, w - m + b.n - last};
}
static void put(conn *c, const char *p, size_t n) { c->out = p; c->left = n; }
static int push(conn *c, int ep) {            // 0 done, 1 blocked, -1 closed
  while (c->left) {
    long r = send(c->fd, c->out, chunk && c->left > chunk ? chunk : c->left, MSG_NOSIGNAL);
    if (r < 0) { if (errno == EAGAIN) { if (!c->want) { c->want = 1; struct epoll_event e = {EPOLLIN | EPOLLOUT, {.ptr = c}}; epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e); } return 1; } return -1; }
    c->out += r; c->left -= r;
  }
  if (c->want) { c->want = 0; struct epoll_event e = {EPOLLIN, {.ptr = c}}; epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e); }
  return 0;
}
static int handle(conn *c, unsigned char *p, size_t n, int seq) {   // -1 closes
  if (c->st == 0) {
    uint32_t caps; memcpy(&caps, p, 4); c->deof = caps >> 24 & 1; c->st = 1;
    int l = 0; if (sha2) { size_t k = 32; while (k < n && p[k]) k++; if (k + 1 < n && p[k + 1] == 32) { memcpy(c->small, "\2\0\0\0\1\3", 6); c->small[3] = ++seq; l = 6; } }
    memcpy(c->small + l, OKP, 11); c->small[l + 3] = seq + 1; put(c, c->small, l + 11); return 0;
  }
  switch (p[0]) {
    case 1: return -1;
    case 3: {
      char *q = (char *)p + 1; int k = n - 1; while (k && (*q == ' ' || *q == '\n')) q++, k--;
      for (int i = 0; i < NT; i++) { int l = strlen(tab[i].prefix), m = l; if (tab[i].prefix[l - 1] == ' ') { m = l - 1; if (k != m) { if (k < l || q[m] != ' ') continue; } } if (k >= m && !memcmp(q, tab[i].prefix, m)) { blob b = tab[i].b[c->deof]; if (!b.n) break; put(c, b.p, b.n); return 0; } }
      if (k >= 3 && (!strncasecmp(q, "SET", 3) || !strncasecmp(q, "USE", 3) || !strncasecmp(q, "ROL", 3) || !strncasecmp(q, "COM", 3))) { put(c, OKP, 11); return 0; }
      fprintf(stderr, "replay: unknown statement: %.*s\n", k > 200 ? 200 : k, q);
      put(c, ERRP, sizeof ERRP - 1); return 0;
    }
    case 0x16: {
      int i = 0; while (i < 2 && (n < strlen(tab[i].prefix) || memcmp(p + 1, tab[i].prefix, strlen(tab[i].prefix) - 1))) i++;
      if (i == 2 || !prepared[c->deof].n) { fprintf(stderr, "replay: unknown statement prepared\n"); put(c, ERRP, sizeof ERRP - 1); return 0; }
      c->which = i; put(c, prepared[c->deof].p, prepared[c->deof].n); return 0;
    }
    case 0x17: { blob b = binary[c->which][c->deof]; if (b.n) put(c, b.p, b.n); else put(c, ERRP, sizeof ERRP - 1); return 0; }
    case 0x19: return 0;
    case 2: case 14: case 31: case 0x1b: put(c, OKP, 11); return 0;
    default: fprintf(stderr, "replay: unknown command %d\n", p[0]); put(c, ERRP, sizeof ERRP - 1); return 0;
  }
}
int main(int ac, char **av) {
  if (ac < 4) return 2; signal(SIGPIPE, SIG_IGN); sha2 = !strcmp(av[2], "sha2"); if (ac > 4) chunk = atol(av[4]);
  for (int i = 0; i < NT; i++) for (int k = 0; k < 2; k++) tab[i].b[k] = load(av[3], tab[i].file, k, "");
  for (int k = 0; k < 2; k++) if (!tab[1].b[k].n && tab[0].b[k].n) tab[1].b[k] = repeated(tab[0].b[k], 11, k);
  for (int k = 0; k < 2; k++) { prepared[k] = load(av[3], "binary1024", k, ".prepare"); binary[0][k] = load(av[3], "binary1024", k, ""); if (binary[0][k].n) binary[1][k] = repeated(binary[0][k], 11, k); }
  uint32_t caps = 1 | 2 | 4 | 8 | 0x200 | 0x2000 | 0x8000 | 0x10000 | 0x20000 | 0x40000 | 0x80000 | 0x100000 | 0x200000 | 1u << 24;
  char *h = hello + 4; *h++ = 10; strcpy(h, "8.0.99-replay"); h += 14; memcpy(h, "\1\0\0\0", 4); h += 4; memcpy(h, "abcdefgh", 9); h += 9;
  memcpy(h, &caps, 2); h += 2; *h++ = 45; *h++ = 2; *h++ = 0; memcpy(h, (char *)&caps + 2, 2); h += 2; *h++ = 21; memset(h, 0, 10); h += 10; memcpy(h, "ijklmnopqrst", 13); h += 13;
  strcpy(h, sha2 ? "caching_sha2_password" : "mysql_native_password"); h += 22; hellon = h - hello; hello[0] = hellon - 4;
  int ls = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1; setsockopt(ls, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(atoi(av[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(ls, (void *)&sa, sizeof sa) || listen(ls, 512)) { perror("bind"); return 1; }
  int ep = epoll_create1(0); struct epoll_event ev[256]; ev[0] = (struct epoll_event){EPOLLIN, {.ptr = 0}}; epoll_ctl(ep, EPOLL_CTL_ADD, ls, ev);
  for (;;) {
    int n = epoll_wait(ep, ev, 256, -1);
    for (int i = 0; i < n; i++) {
      conn *c = ev[i].data.ptr;
      if (!c) {
        int fd; while ((fd = accept4(ls, 0, 0, SOCK_NONBLOCK)) >= 0) {
          setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); c = calloc(1, sizeof *c); c->fd = fd;
          struct epoll_event e = {EPOLLIN, {.ptr = c}}; epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e); put(c, hello, hellon); push(c, ep);
        }
        continue;
      }
      int dead = 0;
      if (c->left && push(c, ep) < 0) dead = 1;
      if (!dead && !c->left && ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        long r = recv(c->fd, c->in + c->n, INB - c->n, 0);
        if (r == 0 || (r < 0 && errno != EAGAIN)) dead = 1; else if (r > 0) c->n += r;
      }
      int o = 0;
      while (!dead && !c->left && c->n - o >= 4) {
        size_t l = c->in[o] | c->in[o + 1] << 8 | c->in[o + 2] << 16; if (l + 4 > INB) { dead = 1; break; } if ((size_t)(c->n - o) < l + 4) break;
        int seq = c->in[o + 3]; if (l && handle(c, c->in + o + 4, l, seq) < 0) { dead = 1; break; } o += l + 4; if (c->left && push(c, ep) < 0) dead = 1;
      }
      if (o) { memmove(c->in, c->in + o, c->n - o); c->n -= o; }
      if (dead) { close(c->fd); free(c); }
    }
  }
}

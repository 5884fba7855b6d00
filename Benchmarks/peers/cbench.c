// The C API's benchmark, for MariaDB Connector/C and (with -DMYSQL9) for libmysqlclient 9.
//   cbench A|A2|AS|AP|B|C|D|E|F [N]      env: HOST PORT DBUSER DBPASS TLS
// A: mysql_use_result, every cell touched (ids parsed, lengths summed). A2: d also by strtod, e parsed. AS: mysql_store_result. AP: prepared, binary rows.
#include "util.h"
#include <mysql.h>
#include <pthread.h>
#ifdef MYSQL9
#define PEER "libmysqlclient"
#else
#define PEER "libmariadb"
#endif
static const char *host = "127.0.0.1", *user = "root", *pass = ""; static int port = 33309, tls = 0;
static void die(MYSQL *m, const char *w) { fprintf(stderr, "%s: %s\n", w, m ? mysql_error(m) : ""); exit(1); }
static MYSQL *dial(void) {
  MYSQL *m = mysql_init(0); unsigned long mx = 1ul << 30; mysql_options(m, MYSQL_OPT_MAX_ALLOWED_PACKET, &mx);
#ifdef MYSQL9
  unsigned mode = tls ? SSL_MODE_REQUIRED : SSL_MODE_DISABLED; mysql_options(m, MYSQL_OPT_SSL_MODE, &mode);
  bool yes = 1; mysql_options(m, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, &yes);
#else
  my_bool t = tls, no = 0; mysql_options(m, MYSQL_OPT_SSL_ENFORCE, &t); mysql_options(m, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &no);
#endif
  mysql_options(m, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  if (!mysql_real_connect(m, host, user, pass, 0, port, 0, 0)) die(m, "connect");
  return m;
}
static void q(MYSQL *m, const char *s) { if (mysql_real_query(m, s, strlen(s))) die(m, s); }
static unsigned long long eat(MYSQL *m) {
  MYSQL_RES *r = mysql_use_result(m); MYSQL_ROW w; unsigned long long t = 0; if (!r) die(m, "result");
  unsigned k = mysql_num_fields(r); while ((w = mysql_fetch_row(r))) { unsigned long *l = mysql_fetch_lengths(r); for (unsigned i = 0; i < k; i++) t += l[i]; }
  mysql_free_result(r); return t;
}
static unsigned long long wide(MYSQL *m) {   // name and value of each column
  MYSQL_RES *r = mysql_store_result(m); if (!r) die(m, "result"); unsigned k = mysql_num_fields(r); MYSQL_FIELD *f = mysql_fetch_fields(r); MYSQL_ROW w; unsigned long long t = 0;
  while ((w = mysql_fetch_row(r))) { unsigned long *l = mysql_fetch_lengths(r); for (unsigned i = 0; i < k; i++) t += f[i].name_length + (w[i] ? l[i] : 0); }
  mysql_free_result(r); return t;
}
// "YYYY-MM-DD hh:mm:ss" as the server writes it; sscanf would cost more than all the rest.
static int digits(const char *s, int n, unsigned *v) { for (*v = 0; n--; s++) { unsigned d = (unsigned char)*s - '0'; if (d > 9) return 0; *v = *v * 10 + d; } return 1; }
static int datetime(const char *s, unsigned long l, MYSQL_TIME *t) {
  return l >= 19 && digits(s, 4, &t->year) && s[4] == '-' && digits(s + 5, 2, &t->month) && s[7] == '-' && digits(s + 8, 2, &t->day) && s[10] == ' '
    && digits(s + 11, 2, &t->hour) && s[13] == ':' && digits(s + 14, 2, &t->minute) && s[16] == ':' && digits(s + 17, 2, &t->second);
}
static volatile double end_at; static volatile int go; static pthread_barrier_t bar;
typedef struct { unsigned long long n, by; uint32_t seed; } job;
static void *worker(void *p) {
  job *j = p; mysql_thread_init(); MYSQL *m = dial(); char s[100]; pthread_barrier_wait(&bar); pthread_barrier_wait(&bar);
  while (now_s() < end_at) { sprintf(s, Q_POINT, rnd(&j->seed) % 1000000 + 1); q(m, s); j->by += eat(m); j->n++; }
  mysql_close(m); mysql_thread_end(); return 0;
}
int main(int ac, char **av) {
  const char *e, *m = av[1]; long N = ac > 2 ? atol(av[2]) : 0; mysql_library_init(0, 0, 0);   // not by 64 threads at once
  if ((e = getenv("HOST"))) host = e;
  if ((e = getenv("PORT"))) port = atoi(e);
  if ((e = getenv("DBUSER"))) user = e;
  if ((e = getenv("DBPASS"))) pass = e;
  if ((e = getenv("TLS"))) tls = atoi(e);
  mysql_library_init(0, 0, 0);
  if (*m == 'A') {
    char s[128]; if (N) sprintf(s, Q_ROWS " LIMIT %ld", N); else strcpy(s, Q_ROWS);
    MYSQL *c = dial(); q(c, "SELECT 1"); eat(c);
    if (m[1] == 'P') {
      mark_t a = mark(); MYSQL_STMT *st = mysql_stmt_init(c); if (mysql_stmt_prepare(st, s, strlen(s)) || mysql_stmt_execute(st)) die(c, mysql_stmt_error(st));
      MYSQL_BIND b[7]; memset(b, 0, sizeof b); int id; long long A; double D; MYSQL_TIME T; static char B[256], C[512], F[128]; unsigned long lb, lc, lf;
#ifdef MYSQL9
      bool nf;
#else
      my_bool nf;
#endif
      b[0].buffer_type = MYSQL_TYPE_LONG; b[0].buffer = &id; b[1].buffer_type = MYSQL_TYPE_LONGLONG; b[1].buffer = &A;
      b[2].buffer_type = MYSQL_TYPE_STRING; b[2].buffer = B; b[2].buffer_length = sizeof B; b[2].length = &lb; b[3].buffer_type = MYSQL_TYPE_STRING; b[3].buffer = C; b[3].buffer_length = sizeof C; b[3].length = &lc;
      b[4].buffer_type = MYSQL_TYPE_DOUBLE; b[4].buffer = &D; b[5].buffer_type = MYSQL_TYPE_DATETIME; b[5].buffer = &T; b[6].buffer_type = MYSQL_TYPE_STRING; b[6].buffer = F; b[6].buffer_length = sizeof F; b[6].length = &lf; b[6].is_null = &nf;
      mysql_stmt_bind_result(st, b); unsigned long long t = 0; long n = 0; double ds = 0; unsigned long long ids = 0;
      while (!mysql_stmt_fetch(st)) { ids = (ids + id) ^ (unsigned long long)A; t += lb + lc + T.second + (nf ? 0 : lf); ds += D; n++; }
      found_ids = ids; found_doubles = ds; mysql_stmt_close(st); report(PEER, m, a, n, t, 0, 0, 0); mysql_close(c); return 0;
    }
    mark_t a = mark(); q(c, s); MYSQL_RES *r = m[1] == 'S' ? mysql_store_result(c) : mysql_use_result(c); MYSQL_ROW w; unsigned long long t = 0; long n = 0; unsigned long long ids = 0; double ds = 0; MYSQL_TIME T;
    while ((w = mysql_fetch_row(r))) {
      unsigned long *l = mysql_fetch_lengths(r); n++;
      ids += strtoll(w[0], 0, 10); ids ^= strtoll(w[1], 0, 10); t += l[2] + l[3]; if (w[6]) t += l[6];
      if (m[1] == '2') { ds += strtod(w[4], 0); if (datetime(w[5], l[5], &T)) t += T.second; }
      else t += l[4] + l[5];
    }
    if (mysql_errno(c)) die(c, "rows");
    mysql_free_result(r); found_ids = ids; found_doubles = ds; report(PEER, m, a, n, t, 0, 0, 0); mysql_close(c);
  } else if (*m == 'E') {
    MYSQL *c = dial(); q(c, "SELECT 1"); eat(c); mark_t a = mark(); q(c, Q_BIG); unsigned long long t = eat(c); report(PEER, m, a, 1, t, 0, 0, 0); mysql_close(c);
  } else if (*m == 'B' || *m == 'F') {
    if (!N) N = *m == 'B' ? 20000 : 5000;
    const char *s = *m == 'B' ? "SELECT 1" : q_wide(); MYSQL *c = dial(); double *v = malloc(N * sizeof *v), p50, p99, mn; unsigned long long t = 0;
    for (int i = 0; i < 500; i++) { q(c, s); eat(c); }
    mark_t a = mark();
    for (long i = 0; i < N; i++) { double x = now_s(); q(c, s); t += *m == 'B' ? eat(c) : wide(c); v[i] = now_s() - x; }
    double w = now_s(); pct(v, N, &p50, &p99, &mn); a.w += now_s() - w; report(PEER, m, a, N, t, p50, p99, mn); mysql_close(c);
  } else if (*m == 'C') {
    if (!N) N = 500;
    double *v = malloc(N * sizeof *v), p50, p99, mn;
    for (int i = 0; i < 20; i++) mysql_close(dial());
    mark_t a = mark(); for (long i = 0; i < N; i++) { double x = now_s(); mysql_close(dial()); v[i] = now_s() - x; }
    pct(v, N, &p50, &p99, &mn); report(PEER, m, a, N, 0, p50, p99, mn);
  } else if (*m == 'D') {
    enum { K = 64 }; pthread_t th[K]; job j[K]; double secs = N ? N : 5; pthread_barrier_init(&bar, 0, K + 1);
    for (int i = 0; i < K; i++) { j[i] = (job){0, 0, i * 7919 + 1}; pthread_create(&th[i], 0, worker, &j[i]); }
    pthread_barrier_wait(&bar); mark_t a = mark(); end_at = a.w + secs; pthread_barrier_wait(&bar);
    unsigned long long n = 0, by = 0; for (int i = 0; i < K; i++) { pthread_join(th[i], 0); n += j[i].n; by += j[i].by; }
    report(PEER, m, a, n, by, 0, 0, 0);
  }
  return 0;
}

// gobench: go-sql-driver/mysql through database/sql, as cbench.c does the C libraries: the same work, environment and output.
//
//	gobench A|A2|AP|B|C|D|E|F [N]      env: HOST PORT DBUSER DBPASS TLS WIDE
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"database/sql"
	"fmt"
	"log"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
)

type mark struct {
	wall      time.Time
	user, sys float64
	rss       int
}

func seconds(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)*1e-6 }

func peak() int {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if rest, ok := strings.CutPrefix(s.Text(), "VmHWM:"); ok {
			n, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			return n
		}
	}
	return 0
}

func start() (m mark) {
	m.rss = peak()
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	m.user, m.sys, m.wall = seconds(u.Utime), seconds(u.Stime), time.Now()
	return
}

var ids int64
var doubles float64

func report(bench string, m mark, n int, sum uint64, times []float64) {
	wall := time.Since(m.wall).Seconds()
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	var p50, p99, least float64
	if len(times) > 0 {
		sort.Float64s(times)
		p50, p99, least = times[len(times)/2]*1e6, times[len(times)*99/100]*1e6, times[0]*1e6
	}
	fmt.Printf("{\"peer\":\"go\",\"bench\":\"%s\",\"wall\":%f,\"user\":%f,\"sys\":%f,\"n\":%d,\"sum\":%d,\"ids\":%d,\"doubles\":%.17g,\"rss0\":%d,\"rss\":%d,\"p50\":%.2f,\"p99\":%.2f,\"min\":%.2f}\n",
		bench, wall, seconds(u.Utime)-m.user, seconds(u.Stime)-m.sys, n, sum, ids, doubles, m.rss, peak(), p50, p99, least)
}

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

var ctx = context.Background()

func open(connections int) *sql.DB {
	c := mysql.NewConfig()
	c.Net, c.Addr = "tcp", env("HOST", "127.0.0.1")+":"+env("PORT", "33309")
	c.User, c.Passwd = env("DBUSER", "root"), os.Getenv("DBPASS")
	// Not for A: a cell taken as bytes would be a time's text again.
	c.ParseTime, c.MaxAllowedPacket = len(os.Args[1]) > 1, 1<<30
	if os.Getenv("TLS") == "1" {
		must(mysql.RegisterTLSConfig("unverified", &tls.Config{InsecureSkipVerify: true}))
		c.TLSConfig = "unverified"
	}
	connector, err := mysql.NewConnector(c)
	must(err)
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db
}

func one() *sql.Conn {
	c, err := open(1).Conn(ctx)
	must(err)
	return c
}

func query(c *sql.Conn, text string) *sql.Rows {
	r, err := c.QueryContext(ctx, text)
	must(err)
	return r
}

// touch: every cell as raw bytes, the two integers parsed, of the others the lengths summed.
func touch(r *sql.Rows) (n int, sum uint64) {
	var cells [7]sql.RawBytes
	for r.Next() {
		must(r.Scan(&cells[0], &cells[1], &cells[2], &cells[3], &cells[4], &cells[5], &cells[6]))
		id, _ := strconv.ParseInt(string(cells[0]), 10, 64)
		a, _ := strconv.ParseInt(string(cells[1]), 10, 64)
		ids = (ids + id) ^ a
		for _, cell := range cells[2:] {
			sum += uint64(len(cell))
		}
		n++
	}
	must(r.Err())
	return
}

// decode: every cell to its type.
func decode(r *sql.Rows) (n int, sum uint64) {
	var id, a int64
	var b, c string
	var d float64
	var e time.Time
	var f sql.NullString
	for r.Next() {
		must(r.Scan(&id, &a, &b, &c, &d, &e, &f))
		ids = (ids + id) ^ a
		doubles += d
		sum += uint64(len(b)+len(c)+len(f.String)) + uint64(e.Second())
		n++
	}
	must(r.Err())
	return
}

func rows(bench string, n int) {
	text := "SELECT * FROM bench.rows"
	if n > 0 {
		text += fmt.Sprintf(" LIMIT %d", n)
	}
	c := one()
	small(c, "SELECT 1")
	m := start()
	var r *sql.Rows
	if bench == "AP" {
		s, err := c.PrepareContext(ctx, text)
		must(err)
		r, err = s.QueryContext(ctx)
		must(err)
	} else {
		r = query(c, text)
	}
	work := decode
	if bench == "A" {
		work = touch
	}
	count, sum := work(r)
	report(bench, m, count, sum, nil)
}

func small(c *sql.Conn, text string) (sum uint64) {
	r := query(c, text)
	var cell sql.RawBytes
	for r.Next() {
		must(r.Scan(&cell))
		sum += uint64(len(cell))
	}
	must(r.Err())
	return
}

// wide: the name and the value of each column.
func wide(c *sql.Conn, text string) (sum uint64) {
	r := query(c, text)
	names, err := r.Columns()
	must(err)
	cells := make([]sql.RawBytes, len(names))
	into := make([]any, len(names))
	for i := range cells {
		into[i] = &cells[i]
	}
	for r.Next() {
		must(r.Scan(into...))
		for i := range cells {
			sum += uint64(len(names[i]) + len(cells[i]))
		}
	}
	must(r.Err())
	return
}

func repeated(bench string, n int, run func() uint64) {
	for i := 0; i < 500; i++ {
		run()
	}
	times := make([]float64, n)
	var sum uint64
	m := start()
	for i := range times {
		t := time.Now()
		sum += run()
		times[i] = time.Since(t).Seconds()
	}
	report(bench, m, n, sum, times)
}

func connects(n int) {
	db := open(1)
	db.SetMaxIdleConns(0)
	connect := func() {
		c, err := db.Conn(ctx)
		must(err)
		must(c.Close())
	}
	for i := 0; i < 20; i++ {
		connect()
	}
	times := make([]float64, n)
	m := start()
	for i := range times {
		t := time.Now()
		connect()
		times[i] = time.Since(t).Seconds()
	}
	report("C", m, n, 0, times)
}

func points(secs int) {
	const connections = 64
	db := open(connections)
	var all [connections]*sql.Conn
	for i := range all {
		c, err := db.Conn(ctx)
		must(err)
		all[i] = c
	}
	var group sync.WaitGroup
	var counts, sums [connections]uint64
	m := start()
	end := m.wall.Add(time.Duration(secs) * time.Second)
	for i := range all {
		group.Add(1)
		go func() {
			defer group.Done()
			s := uint32(i*7919 + 1)
			var id, b sql.RawBytes
			for time.Now().Before(end) {
				s ^= s << 13
				s ^= s >> 17
				s ^= s << 5
				r := query(all[i], fmt.Sprintf("SELECT id, b FROM bench.rows WHERE id = %d", s%1000000+1))
				for r.Next() {
					must(r.Scan(&id, &b))
					sums[i] += uint64(len(id) + len(b))
				}
				must(r.Err())
				counts[i]++
			}
		}()
	}
	group.Wait()
	var n, sum uint64
	for i := range counts {
		n, sum = n+counts[i], sum+sums[i]
	}
	report("D", m, int(n), sum, nil)
}

func big() {
	c := one()
	small(c, "SELECT 1")
	m := start()
	sum := small(c, "SELECT v FROM bench.big WHERE id = 1")
	report("E", m, 1, sum, nil)
}

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: gobench A|A2|AP|B|C|D|E|F [N]")
	}
	bench, n := os.Args[1], 0
	if len(os.Args) > 2 {
		n, _ = strconv.Atoi(os.Args[2])
	}
	or := func(otherwise int) int {
		if n > 0 {
			return n
		}
		return otherwise
	}
	switch bench {
	case "A", "A2", "AP":
		rows(bench, n)
	case "B":
		c := one()
		repeated(bench, or(20000), func() uint64 { return small(c, "SELECT 1") })
	case "F":
		file := env("WIDE", "wide.sql")
		text, err := os.ReadFile(file)
		must(err)
		c := one()
		repeated(bench, or(5000), func() uint64 { return wide(c, strings.TrimSpace(string(text))) })
	case "C":
		connects(or(500))
	case "D":
		points(or(5))
	case "E":
		big()
	default:
		log.Fatal("unknown benchmark " + bench)
	}
}

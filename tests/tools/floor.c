// SPDX-License-Identifier: Apache-2.0
/*
 * floor NAME=VALUE...: the HTTP floor with a few routes, for tests/serve and tests/bench. Prints "ready PORT"
 * once it accepts. SIGTERM drains, SIGHUP reads the certificate again.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "serve/http.h"
#include "serve/limit.h"
#include "serve/listen.h"
#include "serve/tls.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE_LEN 1200u
#define FILE_LEN 300000u
#define LARGE_LEN (32u << 20)
#define LISTENERS_MAX 4
#define LOOPS_MAX 64u

struct options {
	struct listen_config config;
	struct limit_config limits;
	int census_fd;
	struct listen_place places[LISTENERS_MAX];
	uint32_t place_count;
	const char *cert;
	const char *key;
	const char *roots;
	enum tls_clients clients;
};

static struct {
	struct listen_server *server;
	struct tls_server *tls;
	struct limit_table *limits;
	const struct options *options;
	int file_fd;
	pid_t others[LOOPS_MAX];
	uint32_t other_count;
	uint8_t page[PAGE_LEN];
} app;

static void die(const struct err *err)
{
	(void)fprintf(stderr, "floor: %s\n", err->text);
	exit(2);
}

/* ---- routes ---- */

static void text_type(struct http_exchange *x)
{
	http_set_header(x, "content-type", STR("text/plain; charset=utf-8"));
}

static void on_root(struct http_exchange *x, void *unused)
{
	(void)unused;
	text_type(x);
	http_send(x, 200, bytes_of(STR("hello\n")));
}

static void on_page(struct http_exchange *x, void *unused)
{
	(void)unused;
	http_set_header(x, "content-type", STR("application/octet-stream"));
	http_set_header(x, "cache-control", STR("max-age=300"));
	http_set_validators(x, STR("\"page-1\""), 784111777);
	http_allow_ranges(x);
	http_send(x, 200, (struct bytes){app.page, PAGE_LEN});
}

static void on_file(struct http_exchange *x, void *unused)
{
	(void)unused;
	http_set_header(x, "content-type", STR("application/octet-stream"));
	http_set_validators(x, STR("\"file-1\""), 784111777);
	http_allow_ranges(x);
	http_send_file(x, 200, fcntl(app.file_fd, F_DUPFD_CLOEXEC, 0), 0, FILE_LEN);
}

/* More than sockets have room for; zeros. */
static void on_large(struct http_exchange *x, void *unused)
{
	struct err err;
	int fd;

	(void)unused;
	if (file_memory("large", &fd, &err) != RC_OK || ftruncate(fd, LARGE_LEN) != 0)
		die(&err);
	http_send_file(x, 200, fd, 0, LARGE_LEN);
}

/* Streams as many bytes as the path says, in pieces of 10,000. */
struct flow {
	uint64_t left;
};

static void pour(struct http_exchange *x, void *unused)
{
	static const uint8_t zeros[10000];
	struct flow *f = http_state(x);
	bool more = true;

	(void)unused;
	while (more && f->left > 0) {
		size_t n = f->left < sizeof zeros ? (size_t)f->left : sizeof zeros;

		f->left -= n;
		more = http_write(x, (struct bytes){zeros, n});
	}
	if (f->left == 0 && more)
		http_finish(x);
}

static void on_flow(struct http_exchange *x, void *unused)
{
	const struct http_request *r = http_request_of(x);
	struct flow *f = arena_zalloc(http_arena(x), 1, sizeof *f);

	if (!str_to_u64(r->segments[1], UINT32_MAX, &f->left)) {
		http_refuse(x, 400);
		return;
	}
	http_set_state(x, f);
	http_on_ready(x, pour);
	http_start(x, 200, r->query.n > 0 ? f->left : HTTP_LEN_UNKNOWN);
	pour(x, unused);
}

static void on_whoami(struct http_exchange *x, void *unused)
{
	const struct http_request *r = http_request_of(x);
	struct buf b = buf_new(65536);
	struct jsonw w = jsonw_new(&b);
	char ip[33];

	(void)unused;
	text_hex((struct bytes){r->peer.ip, 16}, ip);
	jsonw_open(&w, '{');
	jsonw_key_str(&w, "peer", str_of(ip));
	jsonw_key_bool(&w, "local", r->peer.local);
	jsonw_key_bool(&w, "secure", r->secure);
	jsonw_key_str(&w, "client", r->client_name);
	jsonw_key_str(&w, "host", r->host);
	jsonw_key_str(&w, "path", r->path);
	jsonw_key_str(&w, "query", r->query);
	jsonw_key_open(&w, "segments", '[');
	for (uint32_t i = 0; i < r->segment_count; i++)
		jsonw_str(&w, r->segments[i]);
	jsonw_close(&w, ']');
	jsonw_key_open(&w, "params", '[');
	for (uint32_t i = 0; i < r->param_count; i++) {
		jsonw_str(&w, r->params[i].name);
		jsonw_str(&w, r->params[i].value);
	}
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	http_set_header(x, "content-type", STR("application/json"));
	http_send(x, 200, (struct bytes){arena_dup(http_arena(x), b.p, b.n), b.n});
	buf_free(&b);
}

static void on_echo(struct http_exchange *x, void *unused)
{
	(void)unused;
	text_type(x);
	http_send(x, 200, http_request_of(x)->body);
}

static void on_count(struct http_exchange *x, void *unused)
{
	(void)unused;
	http_set_state(x, arena_zalloc(http_arena(x), 1, sizeof(uint64_t)));
}

static void count_body(struct http_exchange *x, struct bytes piece, void *unused)
{
	uint64_t *n = http_state(x);

	(void)unused;
	*n += piece.n;
	if (piece.n > 0)
		return;
	text_type(x);
	http_send(x, 200, bytes_of(str_fmt(http_arena(x), "%llu\n", (unsigned long long)*n)));
}

/* ---- answers later ---- */
struct later {
	uv_timer_t timer;
	struct http_exchange *x;
	unsigned left;
	bool events;
	bool when_draining;
};

static void free_later(uv_handle_t *h)
{
	struct later *l = h->data;

	MEM_FREE(l);
}

static void stop_later(struct http_exchange *x, void *unused)
{
	struct later *l = http_state(x);

	(void)unused;
	uv_close((uv_handle_t *)&l->timer, free_later);
}

static void on_time(uv_timer_t *timer)
{
	struct later *l = timer->data;
	struct http_exchange *x = l->x;

	if (l->events && l->left > 0) {
		struct str id = str_fmt(http_arena(x), "%u", l->left--);

		(void)http_write_event(x, STR("count"), id, STR("line one\nline two"));
		return;
	}
	if (l->when_draining && !listen_is_draining(app.server))
		return;
	uv_close((uv_handle_t *)timer, free_later);
	http_on_gone(x, NULL);
	if (l->events) {
		http_finish(x);
		return;
	}
	text_type(x);
	http_send(x, 200, bytes_of(STR("late\n")));
}

static struct later *start_later(struct http_exchange *x, uint64_t ms, bool events)
{
	struct later *l = mem_zalloc(1, sizeof *l);

	l->x = x;
	l->events = events;
	l->left = 3;
	l->timer.data = l;
	http_set_state(x, l);
	http_on_gone(x, stop_later);
	(void)uv_timer_init(http_loop(x), &l->timer);
	l->timer.data = l;
	(void)uv_timer_start(&l->timer, on_time, ms, ms);
	return l;
}

static void on_slow(struct http_exchange *x, void *unused)
{
	uint64_t ms;

	(void)unused;
	if (str_to_u64(http_request_of(x)->segments[1], 600000, &ms))
		(void)start_later(x, ms, false);
	else
		http_refuse(x, 400);
}

/* Answers once the drain has begun. */
static void on_last(struct http_exchange *x, void *unused)
{
	(void)unused;
	start_later(x, 5, false)->when_draining = true;
}

static void on_events(struct http_exchange *x, void *unused)
{
	(void)unused;
	http_start_events(x);
	(void)start_later(x, 5, true);
}

/* An event stream on which nothing happens. */
static void on_quiet(struct http_exchange *x, void *unused)
{
	(void)unused;
	http_start_events(x);
}

static void on_limited(struct http_exchange *x, void *unused)
{
	const struct http_request *r = http_request_of(x);
	uint32_t wait_s;

	(void)unused;
	if (!limit_charge_address(app.limits, &r->peer, 1, &wait_s)
		|| !limit_charge_tenant(app.limits, r->segments[1], 1, &wait_s)) {
		http_refuse_rate(x, wait_s);
		return;
	}
	if (str_eq_cz(r->segments[1], "missing")) {
		limit_charge_failure(app.limits, &r->peer);
		http_refuse(x, 404);
		return;
	}
	http_send(x, 204, (struct bytes){NULL, 0});
}

static void on_counts(struct http_exchange *x, void *unused)
{
	struct listen_counts c;

	(void)unused;
	listen_counts(app.server, &c);
	http_set_header(x, "content-type", STR("application/json"));
	http_send(x, 200,
		bytes_of(str_fmt(http_arena(x),
			"{\"pid\":%d,\"open\":%llu,\"requests\":%llu,\"malformed\":%llu,\"capped\":"
			"%llu,"
			"\"timed_out\":%llu,\"cpu_us\":%lld}",
			(int)getpid(), (unsigned long long)c.open, (unsigned long long)c.requests,
			(unsigned long long)c.malformed, (unsigned long long)c.capped,
			(unsigned long long)c.timed_out, (long long)clock_cpu_us())));
}

static const struct http_route routes[] = {
	{"/", VERB_GET, on_root, 0, NULL},
	{"/page", VERB_GET, on_page, 0, NULL},
	{"/file", VERB_GET, on_file, 0, NULL},
	{"/large", VERB_GET, on_large, 0, NULL},
	{"/flow/{}", VERB_GET, on_flow, 0, NULL},
	{"/whoami/*", VERB_GET, on_whoami, 0, NULL},
	{"/echo", VERB_POST | VERB_PUT, on_echo, 1u << 20, NULL},
	{"/count", VERB_POST, on_count, 1u << 30, count_body},
	{"/slow/{}", VERB_GET, on_slow, 0, NULL},
	{"/last", VERB_GET, on_last, 0, NULL},
	{"/events", VERB_GET, on_events, 0, NULL},
	{"/quiet", VERB_GET, on_quiet, 0, NULL},
	{"/limited/{}", VERB_GET, on_limited, 0, NULL},
	{"/counts", VERB_GET, on_counts, 0, NULL},
};

/* ---- options ---- */

static bool number_option(struct options *o, struct str name, uint32_t n)
{
	const struct {
		const char *name;
		uint32_t *at;
	} numbers[] = {
		{"loops", &o->config.loops},
		{"conn_max", &o->config.conn_max},
		{"conn_per_address", &o->config.conn_per_address_max},
		{"head_ms", &o->config.head_ms},
		{"idle_ms", &o->config.idle_ms},
		{"rate_ms", &o->config.rate_ms},
		{"rate_min", &o->config.rate_min},
		{"wait_ms", &o->config.wait_ms},
		{"drain_ms", &o->config.drain_ms},
		{"event_ms", &o->config.event_ms},
		{"linger_ms", &o->config.linger_ms},
		{"file_len_max", &o->config.file_len_max},
		{"address_rate", &o->limits.address.per_minute},
		{"address_burst", &o->limits.address.burst},
		{"tenant_rate", &o->limits.tenant.per_minute},
		{"tenant_burst", &o->limits.tenant.burst},
	};

	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
		if (str_eq_cz(name, numbers[i].name)) {
			*numbers[i].at = n;
			return true;
		}
	}
	return false;
}

static void text_option(struct options *o, struct str name, const char *value)
{
	struct err err;

	if (str_eq_cz(name, "cert"))
		o->cert = value;
	else if (str_eq_cz(name, "key"))
		o->key = value;
	else if (str_eq_cz(name, "roots"))
		o->roots = value;
	else if (str_eq_cz(name, "clients"))
		o->clients = strcmp(value, "require") == 0 ? TLS_CLIENTS_REQUIRE : TLS_CLIENTS_ASK;
	else if (str_eq_cz(name, "access"))
		o->config.access_fd = open(value, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	else if (str_eq_cz(name, "listen") && o->place_count < LISTENERS_MAX)
		o->places[o->place_count++].host = str_of(value);
	else if (str_eq_cz(name, "source"))
		o->config.source = strcmp(value, "proxy") == 0 ? PEER_SOURCE_PROXY
			: strcmp(value, "forwarded") == 0      ? PEER_SOURCE_FORWARDED
							       : PEER_SOURCE_X_FORWARDED_FOR;
	else if (str_eq_cz(name, "trust")) {
		if (peer_add_net(&o->config.proxies, str_of(value), &err) != RC_OK)
			die(&err);
	} else {
		(void)fprintf(stderr, "floor: unknown option " STR_FMT "\n", STR_ARG(name));
		exit(2);
	}
}

static void read_option(struct options *o, const char *text)
{
	struct str s = str_of(text);
	size_t equals = str_find(s, '=', 0);
	struct str name = str_slice(s, 0, equals);
	uint64_t n;

	if (!str_to_u64(str_slice(s, equals + 1, s.n), UINT32_MAX, &n)
		|| !number_option(o, name, (uint32_t)n))
		text_option(o, name, text + equals + (equals < s.n));
}

/* ---- start ---- */

static struct bytes read_file(const char *path)
{
	AUTO_FD fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	struct buf b = buf_new(1u << 20);
	struct err err;

	if (fd >= 0 && file_read_all(fd, path, 1u << 20, &b, &err) != RC_OK)
		die(&err);
	return buf_bytes(&b);
}

static enum rc load_tls(struct err *err)
{
	const struct options *o = app.options;
	struct tls_files f = {
		read_file(o->cert), read_file(o->key), read_file(o->roots), o->clients};

	struct tls_server *fresh;
	enum rc rc = tls_open(&f, &fresh, err);

	if (rc == RC_OK && app.tls == NULL)
		app.tls = fresh;
	else if (rc == RC_OK)
		tls_replace(app.tls, &fresh);
	return rc;
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct err err;

	(void)handle;
	for (uint32_t i = 0; i < app.other_count; i++)
		(void)kill(app.others[i], number);
	if (number == SIGTERM)
		listen_drain(app.server);
	else if (app.tls != NULL && load_tls(&err) != RC_OK)
		(void)fprintf(stderr, "floor: %s\n", err.text);
}

static int run_loop(struct options *o, const int *fds, uint32_t loop)
{
	static uv_signal_t signals[2];
	struct err err;

	if (census_map(o->census_fd, loop, &o->config.census, &err) != RC_OK
		|| listen_new(&o->config, &app.server, &err) != RC_OK)
		die(&err);
	for (uint32_t i = 0; i < o->place_count; i++)
		if (listen_add(app.server, fds[i], app.tls, &err) != RC_OK)
			die(&err);
	for (int i = 0; i < 2; i++) {
		(void)uv_signal_init(listen_loop(app.server), &signals[i]);
		(void)uv_signal_start(&signals[i], on_signal, i == 0 ? SIGTERM : SIGHUP);
	}
	if (loop == 0) {
		(void)printf("ready %u\n", listen_port(fds[0]));
		(void)fflush(stdout);
	}
	listen_run(app.server);
	listen_free(&app.server);
	census_unmap(&o->config.census);
	tls_close(&app.tls);
	limit_unmap(&app.limits);
	return 0;
}

static void make_content(void)
{
	static uint8_t content[FILE_LEN];
	struct err err;

	for (size_t i = 0; i < FILE_LEN; i++)
		content[i] = (uint8_t)(i * 2654435761u >> 24);
	memcpy(app.page, content, PAGE_LEN);
	if (file_memory_of("floor", (struct bytes){content, FILE_LEN}, &app.file_fd, &err) != RC_OK)
		die(&err);
}

static void bind_all(struct options *o, int *fds)
{
	struct err err;

	for (uint32_t i = 0; i < o->place_count; i++) {
		if (listen_bind(&o->places[i], &fds[i], &err) != RC_OK)
			die(&err);
		if (i == 0)
			o->places[0].port = listen_port(fds[0]);
	}
}

/* Another process on the same port, with a socket of its own; Unix sockets are shared. */
static void start_other(struct options *o, int *fds, uint32_t loop)
{
	pid_t pid = fork();

	if (pid != 0) {
		app.others[app.other_count++] = pid;
		return;
	}
	app.other_count = 0;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (o->places[0].port != 0) {
		for (uint32_t i = 0; i < o->place_count; i++)
			close(fds[i]);
		bind_all(o, fds);
	}
	exit(run_loop(o, fds, loop));
}

int main(int argc, char **argv)
{
	struct options o = {.limits = limit_defaults(), .config.loops = 1};
	struct rlimit files;
	int fds[LISTENERS_MAX];
	int limit_fd;
	struct err err;

	o.config.routes = (struct http_routes){routes, ARRAY_COUNT(routes), NULL, NULL};
	for (int i = 1; i < argc; i++)
		read_option(&o, argv[i]);
	if (o.place_count == 0)
		o.places[o.place_count++].host = STR("127.0.0.1");
	app.options = &o;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	make_content();
	bind_all(&o, fds);
	if ((o.cert != NULL && load_tls(&err) != RC_OK)
		|| limit_create(&o.limits, &limit_fd, &err) != RC_OK
		|| limit_map(limit_fd, &app.limits, &err) != RC_OK
		|| census_create(o.config.loops, &o.census_fd, &err) != RC_OK)
		die(&err);
	for (uint32_t i = 1; i < o.config.loops && i < LOOPS_MAX; i++)
		start_other(&o, fds, i);
	int status = run_loop(&o, fds, 0);

	while (wait(NULL) > 0)
		;
	return status;
}

// SPDX-License-Identifier: Apache-2.0
/*
 * Fetch: one https address to its bytes, for `certfill verify --online`.
 *
 * Runs in:  certfill-fetch, one process for each address. Address and options on stdin, a line each; the
 *           bytes on stdout; a sentence on stderr and exit status 1 when there are none.
 * Trusts:   the certificate authorities of this machine. Nothing that it reads is looked at here.
 * Holds:    nothing. No environment; no files but those authorities and the resolver's (fetch_lock.c).
 * If taken: what one address answered.
 */
#include "base/buf.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/text.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fetch/address.h"
#include "fetch/fetch_lock.h"
#ifdef CONFINE_ABLATION
#include "base/arena.h"
#include "ipc/probe.h"
#endif

/* Documents are small; a badge with its picture is the largest. */
#define BODY_MAX ((size_t)16 << 20)
#define INPUT_MAX ((size_t)8192)
#define REDIRECTS_MAX 3L
#define CONNECT_S 10L
#define WHOLE_S 30L
/* Slower than this for ten seconds is given up. */
#define SPEED_MIN 200L

#define ACCEPT \
	"Accept: application/vc+jwt, application/vc, application/ld+json, application/json, " \
	"image/png, image/svg+xml, application/pdf;q=0.9, */*;q=0.1"

struct fetch {
	char *address;
	const char *ca_file; /* NULL: this machine's */
	bool allow_private;
	bool refused; /* an address that is not public was met */
	struct buf body;
};

static int fail(const char *why)
{
	(void)fprintf(stderr, "%s\n", why);
	return EXIT_UNEXPECTED;
}

static void limit_process(void)
{
	static const struct {
		__rlimit_resource_t resource;
		rlim_t max;
	} limits[] = {{RLIMIT_AS, (rlim_t)1 << 30}, {RLIMIT_CPU, 20}, {RLIMIT_NOFILE, 64},
		{RLIMIT_FSIZE, 1}, {RLIMIT_CORE, 0}};

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* No proxy, no curl configuration, no resolver options of the caller's. */
	(void)clearenv();
#ifndef WITH_SANITIZER
	for (size_t i = 0; i < ARRAY_COUNT(limits); i++)
		(void)setrlimit(limits[i].resource, &(struct rlimit){limits[i].max, limits[i].max});
#else
	(void)limits;
#endif
}

/* Each connection, also after a redirect and whatever the name server says. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct fetch *f = context;

	(void)purpose;
	if (!f->allow_private && !address_is_public(&a->addr)) {
		f->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static size_t take(char *p, size_t size, size_t n, void *context)
{
	struct fetch *f = context;

	buf_put(&f->body, p, size * n);
	return f->body.full ? 0 : size * n;
}

static bool set_up(CURL *c, struct fetch *f, struct curl_slist *headers)
{
	bool good = curl_easy_setopt(c, CURLOPT_URL, f->address) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "https") == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_MAXREDIRS, REDIRECTS_MAX) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2)
			== CURLE_OK;

	good = good && curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, CONNECT_S) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_TIMEOUT, WHOLE_S) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, SPEED_MIN) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, CONNECT_S) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_MAXFILESIZE, (long)BODY_MAX) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_USERAGENT, "certfill/" CERTFILL_VERSION) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, f) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_WRITEDATA, f) == CURLE_OK;
	if (good && f->ca_file != NULL)
		good = curl_easy_setopt(c, CURLOPT_CAINFO, f->ca_file) == CURLE_OK;
	return good;
}

static int run(struct fetch *f)
{
	struct curl_slist *headers = curl_slist_append(NULL, ACCEPT);
	CURL *c = curl_easy_init();
	CURLcode code = CURLE_FAILED_INIT;
	struct err err;
	int status = EXIT_DONE;

	if (c != NULL && headers != NULL && set_up(c, f, headers))
		code = curl_easy_perform(c);
	if (f->refused)
		status = fail("its host has an address that is not public (--allow-private "
			      "allows that)");
	else if (f->body.full)
		status = fail("it is larger than anything that is read here");
	else if (code != CURLE_OK)
		status = fail(curl_easy_strerror(code));
	else if (file_write_all(STDOUT_FILENO, "stdout", buf_bytes(&f->body), &err) != RC_OK)
		status = fail(err.text);
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	return status;
}

#ifdef CONFINE_ABLATION
/* "probe:NAME FILE PARENT TCP UDP" instead of an address: the attempt's outcome to stdout. */
static int try_probe(struct str request)
{
	struct arena *a = arena_new((size_t)1 << 20);
	struct err err;
	int status = EXIT_DONE;

	probe_prepare(LAYER_NAMESPACES);
	if (fetch_lock(NULL, &err) != RC_OK
		|| file_write_all(STDOUT_FILENO, "stdout", probe_run(a, request), &err) != RC_OK)
		status = fail(err.text);
	arena_free(&a);
	return status;
}
#endif

/* "ADDRESS", then any of "allow-private", "ca-file PATH". */
static bool read_request(struct fetch *f, char *text)
{
	char *rest = NULL;

	f->address = strtok_r(text, "\n", &rest);
	for (char *line = strtok_r(NULL, "\n", &rest); line != NULL;
		line = strtok_r(NULL, "\n", &rest)) {
		if (strcmp(line, "allow-private") == 0)
			f->allow_private = true;
		else if (strncmp(line, "ca-file ", 8) == 0)
			f->ca_file = line + 8;
		else
			return false;
	}
	return f->address != NULL && strncmp(f->address, "https://", 8) == 0;
}

int main(void)
{
	struct fetch f = {.body = buf_new(BODY_MAX)};
	struct buf request = buf_new(INPUT_MAX + 1);
	struct err err;
	int status;

	(void)signal(SIGPIPE, SIG_IGN);
	limit_process();
	if (file_read_all(STDIN_FILENO, "the request", INPUT_MAX, &request, &err) != RC_OK)
		return fail(err.text);
#ifdef CONFINE_ABLATION
	if (str_starts(buf_str(&request), STR(PROBE_PREFIX)))
		return try_probe(str_trim(buf_str(&request)));
#endif
	buf_put_char(&request, '\0');
	if (!read_request(&f, (char *)request.p))
		return fail("only https addresses are fetched");
	/* Libraries read their configuration and make their tables before the lock. */
	if (curl_global_init(CURL_GLOBAL_ALL) != 0)
		return fail("the TLS library cannot be started");
	if (fetch_lock(f.ca_file, &err) != RC_OK)
		return fail(err.text);
	status = run(&f);
	buf_free(&f.body);
	buf_free(&request);
	return status;
}

// SPDX-License-Identifier: Apache-2.0
/* Options of certfill-serve. Runs in: serve. */
#include "serve/serve_options.h"

#include "base/err.h"
#include "serve/limit.h"

#include <fcntl.h>
#include <unistd.h>

struct option {
	const char *name;
	enum rc (*read)(
		struct hall *h, struct limit_config *limits, const char *value, struct err *err);
};

/* "127.0.0.1:8443", "[::1]:8443", "/run/certfill.sock" */
static enum rc parse_place(const char *value, bool tls, struct hall_place *p, struct err *err)
{
	struct str text = str_of(value);
	size_t colon = text.n;
	uint64_t port = 0;

	*p = (struct hall_place){.tls = tls};
	if (str_starts(text, STR("/"))) {
		p->place.host = text;
	} else {
		for (size_t i = 0; i < text.n; i++)
			if (text.p[i] == ':')
				colon = i;
		if (!str_to_u64(str_slice(text, colon + 1, text.n), UINT16_MAX, &port))
			return err_set(err, RC_INPUT,
				"\"%s\" is no place to listen: name an address and a port, such as "
				"127.0.0.1:8080 or [::]:443",
				value);
		p->place.host = str_slice(text, 0, colon);
		if (str_starts(p->place.host, STR("[")) && str_ends(p->place.host, STR("]")))
			p->place.host = str_slice(p->place.host, 1, p->place.host.n - 1);
		p->place.port = (uint16_t)port;
	}
	return RC_OK;
}

static enum rc read_place(struct hall *h, const char *value, bool tls, struct err *err)
{
	enum rc rc;

	if (h->place_count == HALL_PLACES_MAX)
		return err_set(err, RC_LIMIT, "at most %d places to listen", HALL_PLACES_MAX);
	rc = parse_place(value, tls, &h->places[h->place_count], err);
	h->place_count += rc == RC_OK;
	return rc;
}

static enum rc read_ops(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	(void)limits;
	h->has_ops = true;
	return parse_place(value, false, &h->ops, err);
}

static enum rc read_listen(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	(void)limits;
	return read_place(h, value, false, err);
}

static enum rc read_tls(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	(void)limits;
	return read_place(h, value, true, err);
}

static enum rc read_cert(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	(void)limits;
	(void)err;
	h->cert = value;
	return RC_OK;
}

static enum rc read_key(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	(void)limits;
	(void)err;
	h->key = value;
	return RC_OK;
}

/* What is said of client certificates belongs to it. */
static struct hall_place *last_tls(struct hall *h)
{
	for (uint32_t i = h->place_count; i > 0; i--)
		if (h->places[i - 1].tls)
			return &h->places[i - 1];
	return NULL;
}

static enum rc read_client_roots(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	struct hall_place *p = last_tls(h);

	(void)limits;
	if (p == NULL || p->client_roots != NULL)
		return err_set(err, RC_INPUT,
			"--client-roots belongs to the --tls that stands before it: one file for "
			"each");
	p->client_roots = value;
	return RC_OK;
}

static enum rc read_client_optional(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	struct hall_place *p = last_tls(h);

	(void)limits;
	(void)value;
	if (p == NULL || p->client_roots == NULL)
		return err_set(err, RC_INPUT,
			"--client-optional belongs to the --client-roots that stands before it");
	p->clients_optional = true;
	return RC_OK;
}

static enum rc read_access_log(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	(void)limits;
	(void)err;
	h->access_log = value;
	return RC_OK;
}

static enum rc read_proxy(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	struct peer_nets nets = {0};

	(void)limits;
	if (h->proxy_count == PEER_NETS_MAX)
		return err_set(err, RC_LIMIT, "at most %d proxies", PEER_NETS_MAX);
	h->proxies[h->proxy_count++] = str_of(value);
	return peer_add_net(&nets, str_of(value), err);
}

static enum rc read_source(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	static const char *const names[] = {[PEER_SOURCE_SOCKET] = "socket",
		[PEER_SOURCE_FORWARDED] = "forwarded",
		[PEER_SOURCE_X_FORWARDED_FOR] = "x-forwarded-for",
		[PEER_SOURCE_PROXY] = "proxy"};

	(void)limits;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (str_eq_cz(str_of(value), names[i])) {
			h->source = (enum peer_source)i;
			return RC_OK;
		}
	return err_set(err, RC_INPUT,
		"\"%s\": a proxy names its client by forwarded, x-forwarded-for or proxy", value);
}

static enum rc read_number(const char *value, uint64_t max, uint64_t *out, struct err *err)
{
	if (!str_to_u64(str_of(value), max, out) || *out == 0)
		return err_set(err, RC_INPUT, "\"%s\" is no number from 1 to %llu", value,
			(unsigned long long)max);
	return RC_OK;
}

static enum rc read_workers(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	uint64_t n = 0;
	enum rc rc = read_number(value, HALL_VERIFIERS_MAX, &n, err);

	(void)limits;
	h->verifier_count = (uint32_t)n;
	return rc;
}

static enum rc read_connections(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	uint64_t n = 0;
	enum rc rc = read_number(value, 10000000, &n, err);

	(void)limits;
	h->conn_max = (uint32_t)n;
	return rc;
}

static enum rc read_address_rate(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	uint64_t n = 0;
	enum rc rc = read_number(value, LIMIT_PER_MINUTE_MAX, &n, err);

	(void)h;
	limits->address.per_minute = (uint32_t)n;
	limits->address.burst = (uint32_t)(n / 2 + 1);
	return rc;
}

static enum rc read_tenant_rate(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	uint64_t n = 0;
	enum rc rc = read_number(value, LIMIT_PER_MINUTE_MAX, &n, err);

	(void)h;
	limits->tenant.per_minute = (uint32_t)n;
	limits->tenant.burst = (uint32_t)(n / 10 + 1);
	return rc;
}

static enum rc read_passphrase(
	struct hall *h, struct limit_config *limits, const char *value, struct err *err)
{
	uint64_t n = 0;
	enum rc rc = read_number(value, 1023, &n, err);

	(void)limits;
	h->passphrase_fd = (int)n;
	if (rc == RC_OK && fcntl(h->passphrase_fd, F_SETFD, FD_CLOEXEC) != 0)
		rc = err_set(err, RC_INPUT, "descriptor %s is not open", value);
	return rc;
}

static const struct option options[] = {
	{"listen", read_listen},
	{"tls", read_tls},
	{"ops", read_ops},
	{"cert", read_cert},
	{"key", read_key},
	{"client-roots", read_client_roots},
	{"client-optional", read_client_optional},
	{"access-log", read_access_log},
	{"proxy", read_proxy},
	{"source", read_source},
	{"workers", read_workers},
	{"connections", read_connections},
	{"address-rate", read_address_rate},
	{"tenant-rate", read_tenant_rate},
	{"passphrase-fd", read_passphrase},
};

static enum rc read_word(
	struct hall *h, struct limit_config *limits, const char *word, struct err *err)
{
	struct str text = str_of(word);
	size_t equals = str_find(text, '=', 0);

	for (size_t i = 0; i < ARRAY_COUNT(options) && equals < text.n; i++)
		if (str_eq_cz(str_slice(text, 0, equals), options[i].name))
			return options[i].read(h, limits, word + equals + 1, err);
	return err_set(err, RC_INPUT, "certfill-serve does not know \"%s\"", word);
}

static int by_tls(const struct hall_place *a, const struct hall_place *b)
{
	return (int)a->tls - (int)b->tls;
}

/* Plain ones first, as SERVE_OPEN wants them. */
static void sort_places(struct hall *h)
{
	for (uint32_t i = 1; i < h->place_count; i++)
		for (uint32_t k = i; k > 0 && by_tls(&h->places[k - 1], &h->places[k]) > 0; k--) {
			struct hall_place swap = h->places[k];

			h->places[k] = h->places[k - 1];
			h->places[k - 1] = swap;
		}
}

enum rc serve_options_read(
	struct hall *h, struct limit_config *limits, int argc, char **argv, struct err *err)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	enum rc rc = RC_OK;

	h->passphrase_fd = -1;
	h->verifier_count = cores > 0 && cores < HALL_VERIFIERS_MAX ? (uint32_t)cores : 1;
	if (argc < 2)
		return err_set(err, RC_INPUT,
			"name the data directory; \"certfill serve\" starts this program");
	h->data = argv[1];
	for (int i = 2; i < argc && rc == RC_OK; i++)
		rc = read_word(h, limits, argv[i], err);
	if (rc == RC_OK && h->place_count == 0)
		rc = read_place(h, "127.0.0.1:8080", false, err);
	if (rc == RC_OK && (h->cert == NULL) != (h->key == NULL))
		rc = err_set(err, RC_INPUT,
			"a certificate and its key go together: --cert FILE --key FILE");
	sort_places(h);
	/* One more process, which serves the operators alone. */
	if (h->has_ops) {
		h->verifier_count -= h->verifier_count == HALL_VERIFIERS_MAX;
		h->verifiers[h->verifier_count++].ops = true;
	}
	return rc;
}

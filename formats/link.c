// SPDX-License-Identifier: Apache-2.0
/* Signed links. Runs in: store, verify. */
#include "formats/link.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

#define VERSION_TEXT "certfill-url-v1"
#define MAC_TEXT_LEN 43

static void put_lp(struct buf *b, struct str s)
{
	uint32_t n = (uint32_t)s.n;
	uint8_t len[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};

	buf_put(b, len, sizeof len);
	buf_put_str(b, s);
}

void link_key(struct bytes secret, struct str tenant, struct str kid, uint8_t out[32])
{
	struct buf info = buf_new(4096);

	put_lp(&info, tenant);
	put_lp(&info, kid);
	CHECK(!info.full);
	hash_hkdf_sha256(secret, bytes_of(STR(VERSION_TEXT)), buf_bytes(&info), out, 32);
	buf_free(&info);
}

static struct str disposition_of(const struct link *link)
{
	return link->attachment ? STR("attachment") : STR("inline");
}

static void make_mac(struct bytes key, const struct link *link, uint8_t out[HASH_SHA256_LEN])
{
	struct buf text = buf_new(4 * LINK_TARGET_MAX);
	struct buf path = buf_new(LINK_TARGET_MAX);
	char issued[24];
	char expires[24];

	buf_fmt(&path, "/a/" STR_FMT "/" STR_FMT, STR_ARG(link->tenant), STR_ARG(link->file));
	(void)text_fmt(issued, sizeof issued, "%" PRId64, link->issued_s);
	(void)text_fmt(expires, sizeof expires, "%" PRId64, link->expires_s);
	buf_put_cz(&text, VERSION_TEXT "\n");
	put_lp(&text, STR("GET"));
	put_lp(&text, buf_str(&path));
	put_lp(&text, str_of(issued));
	put_lp(&text, str_of(expires));
	put_lp(&text, link->kid);
	put_lp(&text, disposition_of(link));
	CHECK(!text.full && !path.full);
	hash_hmac_sha256(key, buf_bytes(&text), out);
	buf_free(&path);
	buf_free(&text);
}

/* Letters, digits and what is safe in a path and a query; does not begin with a dot. */
static bool is_part(struct str s, size_t max)
{
	if (s.n == 0 || s.n > max || s.p[0] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
			    || c == '.' || c == '_' || c == '-'))
			return false;
	}
	return true;
}

static bool is_sound(const struct link *link)
{
	return is_part(link->tenant, 64) && is_part(link->file, 255) && is_part(link->kid, 64)
		&& link->issued_s >= 0 && link->expires_s > link->issued_s
		&& link->expires_s - link->issued_s <= LINK_LIFE_MAX_S;
}

enum rc link_put(struct buf *out, struct bytes key, const struct link *link, struct err *err)
{
	uint8_t mac[HASH_SHA256_LEN];

	if (!is_sound(link))
		return err_set(err, RC_INPUT,
			"a link needs plain names and lives %d seconds at most", LINK_LIFE_MAX_S);
	make_mac(key, link, mac);
	buf_fmt(out,
		"/a/" STR_FMT "/" STR_FMT "?k=" STR_FMT "&i=%" PRId64 "&e=%" PRId64 "&d=" STR_FMT
		"&s=",
		STR_ARG(link->tenant), STR_ARG(link->file), STR_ARG(link->kid), link->issued_s,
		link->expires_s, STR_ARG(disposition_of(link)));
	text_put_base64url(out, (struct bytes){mac, sizeof mac});
	return RC_OK;
}

static enum rc not_a_link(struct err *err)
{
	return err_set(err, RC_INPUT, "this link is not valid, or no longer: ask for a fresh one");
}

/* The next "name=value" of the query, which must be called name; false when it is not. */
static bool take_parameter(struct str *query, char name, struct str *value)
{
	size_t end = str_find(*query, '&', 0);
	struct str one = str_slice(*query, 0, end);

	if (one.n < 3 || one.p[0] != name || one.p[1] != '=')
		return false;
	*value = str_slice(one, 2, one.n);
	*query = str_slice(*query, end + 1, query->n);
	return true;
}

static bool parse_second(struct str s, int64_t *out)
{
	uint64_t v;

	/* One way to write a number, so that the MAC covers what was received. */
	if (!str_to_u64(s, (uint64_t)1 << 40, &v) || (s.n > 1 && s.p[0] == '0'))
		return false;
	*out = (int64_t)v;
	return true;
}

static bool parse_mac(struct str s, uint8_t out[HASH_SHA256_LEN])
{
	struct arena *a;
	struct bytes b;
	bool fine;

	if (s.n != MAC_TEXT_LEN)
		return false;
	a = arena_new(4096);
	fine = text_from_base64url(a, s, &b, NULL) == RC_OK && b.n == HASH_SHA256_LEN;
	if (fine)
		memcpy(out, b.p, HASH_SHA256_LEN);
	arena_free(&a);
	return fine;
}

static bool parse_query(struct str query, struct link *out)
{
	struct str issued;
	struct str expires;
	struct str disposition;
	struct str mac;

	if (!take_parameter(&query, 'k', &out->kid) || !take_parameter(&query, 'i', &issued)
		|| !take_parameter(&query, 'e', &expires)
		|| !take_parameter(&query, 'd', &disposition) || !take_parameter(&query, 's', &mac)
		|| query.n != 0)
		return false;
	if (!parse_second(issued, &out->issued_s) || !parse_second(expires, &out->expires_s))
		return false;
	out->attachment = str_eq_cz(disposition, "attachment");
	return (out->attachment || str_eq_cz(disposition, "inline")) && parse_mac(mac, out->mac);
}

enum rc link_parse(struct str raw_target, struct link *out, struct err *err)
{
	size_t mark = str_find(raw_target, '?', 0);
	struct str path = str_slice(raw_target, 0, mark);
	size_t slash;

	*out = (struct link){0};
	if (raw_target.n > LINK_TARGET_MAX || !str_starts(path, STR("/a/")))
		return not_a_link(err);
	path = str_slice(path, 3, path.n);
	slash = str_find(path, '/', 0);
	out->tenant = str_slice(path, 0, slash);
	out->file = str_slice(path, slash + 1, path.n);
	/* A '&' at the end of the query would vanish in the parsing, but not in what was received. */
	if (str_ends(raw_target, STR("&"))
		|| !parse_query(str_slice(raw_target, mark + 1, raw_target.n), out)
		|| !is_sound(out))
		return not_a_link(err);
	return RC_OK;
}

enum rc link_check(const struct link *link, struct str method, struct bytes key, int64_t now_s,
	struct err *err)
{
	uint8_t mac[HASH_SHA256_LEN];

	if (!is_sound(link))
		return not_a_link(err);
	make_mac(key, link, mac);
	if (!hash_equal(mac, link->mac, sizeof mac) || link->issued_s > now_s + LINK_SKEW_S
		|| now_s >= link->expires_s
		|| !(str_eq_cz(method, "GET") || str_eq_cz(method, "HEAD")))
		return not_a_link(err);
	return RC_OK;
}

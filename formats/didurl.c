// SPDX-License-Identifier: Apache-2.0
/* Verification methods' names. Runs in: check, the command line. */
#include "formats/didurl.h"

#include "formats/multibase.h"
#include "formats/uri.h"

#include <string.h>

static bool is_idchar(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
		|| c == '.' || c == '-' || c == '_';
}

static bool is_host_char(char c)
{
	return is_idchar(c) && c != '_';
}

/* did:key:z6Mk...: the method-specific id is the Multikey. */
static enum rc parse_key(struct didurl *out, struct err *err)
{
	struct str name = str_slice(out->controller, strlen("did:key:"), out->controller.n);
	enum rc rc = multibase_parse_ed25519(name, out->key, err);

	if (rc != RC_OK)
		return err_wrap(err, "did:key");
	/* did:key 0.7, section 3: its only Ed25519 method is named like the key. */
	if (out->fragment.n != 0 && !str_eq(out->fragment, name))
		return err_set(err, RC_INPUT, "did:key: the part behind \"#\" is another key");
	out->has_key = true;
	return RC_OK;
}

enum rc didurl_parse(struct str text, struct didurl *out, struct err *err)
{
	size_t hash = str_find(text, '#', 0);
	struct err ignored;

	*out = (struct didurl){.kind = DIDURL_OTHER,
		.controller = str_slice(text, 0, hash),
		.fragment = str_slice(text, hash + 1, text.n)};
	if (!uri_is_absolute(text) || str_find(out->fragment, '#', 0) < out->fragment.n)
		return err_set(err, RC_INPUT, "a verificationMethod that is no absolute URI");
	if (str_starts(text, STR("did:key:"))) {
		out->kind = DIDURL_KEY;
		return parse_key(out, err);
	}
	if (str_starts(text, STR("did:web:")))
		out->kind = DIDURL_WEB;
	else if (str_starts(text, STR("https://")))
		out->kind = DIDURL_HTTPS;
	if (str_starts(out->fragment, STR("z6Mk")))
		out->has_key = multibase_parse_ed25519(out->fragment, out->key, &ignored) == RC_OK;
	return RC_OK;
}

/* Host, and a port after "%3A". */
static enum rc put_host(struct buf *out, struct str host, struct err *err)
{
	size_t at = 0;
	uint64_t port;

	while (at < host.n && is_host_char(host.p[at]))
		at++;
	if (at == 0 || host.p[0] == '.' || host.p[0] == '-')
		return err_set(err, RC_INPUT, "did:web: no host in it");
	buf_put_str(out, str_slice(host, 0, at));
	if (at == host.n)
		return RC_OK;
	if (!str_eq_nocase(str_slice(host, at, at + 3), STR("%3A"))
		|| !str_to_u64(str_slice(host, at + 3, host.n), 65535, &port) || port == 0)
		return err_set(err, RC_INPUT,
			"did:web: the host has other characters than letters, digits, dots, "
			"dashes");
	buf_put_char(out, ':');
	buf_put_str(out, str_slice(host, at + 3, host.n));
	return RC_OK;
}

/* "." and ".." would leave the path; percent signs could hide a slash. */
static bool is_segment(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_idchar(s.p[i]))
			return false;
	}
	return s.n != 0 && !str_eq_cz(s, ".") && !str_eq_cz(s, "..");
}

enum rc didurl_put_web_address(struct buf *out, struct str did, struct err *err)
{
	struct str rest = str_slice(did, strlen("did:web:"), did.n);
	size_t end = str_find(rest, ':', 0);
	enum rc rc;

	if (!str_starts(did, STR("did:web:")))
		return err_set(err, RC_INPUT, "not a did:web");
	buf_put_cz(out, "https://");
	rc = put_host(out, str_slice(rest, 0, end), err);
	if (rc != RC_OK)
		return rc;
	if (end == rest.n)
		buf_put_cz(out, "/.well-known");
	while (end < rest.n) {
		size_t next = str_find(rest, ':', end + 1);
		struct str segment = str_slice(rest, end + 1, next);

		if (!is_segment(segment))
			return err_set(err, RC_INPUT,
				"did:web: a part of its path is empty or has other characters than "
				"letters, digits and .-_");
		buf_put_char(out, '/');
		buf_put_str(out, segment);
		end = next;
	}
	buf_put_cz(out, "/did.json");
	return out->full ? err_set(err, RC_LIMIT, "did:web: too long") : RC_OK;
}

// SPDX-License-Identifier: Apache-2.0
/* Ids of our credentials, written and read. Runs in: control, sign, check, the command line. */
#include "base/credential_id.h"

#include "base/text.h"

static const struct str path = {"/credentials/", 13};
static const struct str uuid = {"urn:uuid:", 9};

struct str credential_id_text(
	struct arena *a, struct str base_url, bool demo, const uint8_t ulid[ULID_LEN])
{
	char text[ULID_UUID_LEN + 1];

	if (demo)
		ulid_uuid_text(ulid, text);
	else
		ulid_text(ulid, text);
	return demo ? str_fmt(a, STR_FMT "%s", STR_ARG(uuid), text)
		    : str_fmt(a, STR_FMT STR_FMT "%s", STR_ARG(base_url), STR_ARG(path), text);
}

/* Only as we write it: the form is compared, not merely its digits. */
static bool read_uuid(struct str text, uint8_t ulid[ULID_LEN])
{
	char hex[2 * ULID_LEN];
	char again[ULID_UUID_LEN + 1];
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < sizeof hex; i++)
		if (text.p[i] != '-')
			hex[n++] = text.p[i];
	if (n != sizeof hex || !text_from_hex((struct str){hex, n}, ulid, ULID_LEN))
		return false;
	ulid_uuid_text(ulid, again);
	return str_eq_cz(text, again);
}

bool credential_id_ulid(struct str id, uint8_t ulid[ULID_LEN])
{
	size_t tail = path.n + ULID_TEXT_LEN;

	if (str_starts(id, uuid))
		return read_uuid(str_slice(id, uuid.n, id.n), ulid);
	return id.n > tail && str_eq(str_slice(id, id.n - tail, id.n - ULID_TEXT_LEN), path)
		&& ulid_exact(str_slice(id, id.n - ULID_TEXT_LEN, id.n), ulid);
}

bool credential_id_named(struct str text, uint8_t ulid[ULID_LEN])
{
	return ulid_exact(text, ulid) || credential_id_ulid(text, ulid);
}

// SPDX-License-Identifier: Apache-2.0
/* pass.json and manifest.json. Runs in: sign. */
#include "formats/pass.h"

#include "base/clock.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "formats/pass_strings.h"

static const char demo_text[] = "This pass is a demonstration. It certifies nothing.";

static const char voided_text[] =
	"This credential is no longer valid. The address below says why and since when.";

enum rc pass_check_colour(struct str colour, struct err *err)
{
	struct str rest;

	if (colour.n == 0)
		return RC_OK;
	if (!str_starts(colour, STR("rgb(")) || !str_ends(colour, STR(")")))
		return err_set(err, RC_INPUT, "a colour of a pass is written rgb(16, 42, 84)");
	rest = str_slice(colour, 4, colour.n - 1);
	for (int i = 0; i < 3; i++) {
		size_t comma = str_find(rest, ',', 0);
		uint64_t v;

		if ((i < 2) != (comma < rest.n)
			|| !str_to_u64(str_trim(str_slice(rest, 0, comma)), 255, &v))
			return err_set(err, RC_INPUT,
				"a colour of a pass is three numbers up to 255: rgb(16, 42, 84)");
		rest = str_slice(rest, comma + 1, rest.n);
	}
	return RC_OK;
}

static bool is_plain(struct str s)
{
	if (s.n == 0 || s.p[0] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
			    || c == '@' || c == '.' || c == '_' || c == '-'))
			return false;
	}
	return true;
}

enum rc pass_check_name(struct str name, struct err *err)
{
	size_t slash = str_find(name, '/', 0);
	struct str folder = str_slice(name, 0, slash < name.n ? slash : 0);
	struct str file = slash < name.n ? str_slice(name, slash + 1, name.n) : name;

	if (name.n > PASS_NAME_MAX || !is_plain(file)
		|| (slash < name.n && (!is_plain(folder) || !str_ends(folder, STR(".lproj")))))
		return err_set(err, RC_INPUT,
			"a file of a pass lies at the top or in a folder like en.lproj, and has a "
			"plain name");
	if (str_eq_cz(name, "pass.json") || str_eq_cz(name, "manifest.json")
		|| str_eq_cz(name, "signature"))
		return err_set(err, RC_INPUT, "the signer makes " STR_FMT " of a pass itself",
			STR_ARG(name));
	return RC_OK;
}

static void put_field(struct jsonw *w, enum pass_label label, struct str value)
{
	if (value.n == 0)
		return;
	jsonw_open(w, '{');
	jsonw_key_str(w, "key", str_of(pass_strings_label_name(label)));
	jsonw_key_str(w, "label", pass_strings_label(label));
	jsonw_key_str(w, "value", value);
	jsonw_close(w, '}');
}

/* A day, not a moment: without ignoresTimeZone, readers west of UTC see the day before. */
static void put_day(struct jsonw *w, enum pass_label label, int64_t wall_s)
{
	char iso[CLOCK_ISO_LEN];

	if (wall_s == PASS_NO_TIME)
		return;
	clock_iso(wall_s, iso);
	jsonw_open(w, '{');
	jsonw_key_str(w, "key", str_of(pass_strings_label_name(label)));
	jsonw_key_str(w, "label", pass_strings_label(label));
	jsonw_key_str(w, "value", str_of(iso));
	jsonw_key_str(w, "dateStyle", STR("PKDateStyleLong"));
	jsonw_key_bool(w, "ignoresTimeZone", true);
	jsonw_close(w, '}');
}

static void put_back(struct jsonw *w, const struct pass *p)
{
	struct buf code = buf_new(256);

	buf_put_cz(&code, "vt_");
	buf_put_str(&code, p->token);
	jsonw_key_open(w, "backFields", '[');
	if (p->demo)
		put_field(w, PASS_LABEL_DEMO, str_of(demo_text));
	if (p->voided)
		put_field(w, PASS_LABEL_STATUS, str_of(voided_text));
	put_field(w, PASS_LABEL_VERIFY, p->verify_url);
	put_field(w, PASS_LABEL_CODE, buf_str(&code));
	put_field(w, PASS_LABEL_ISSUER, p->organization);
	put_field(w, PASS_LABEL_WEBSITE, p->issuer_url);
	jsonw_close(w, ']');
	buf_free(&code);
}

static void put_fields(struct jsonw *w, const struct pass *p)
{
	jsonw_key_open(w, "generic", '{');
	if (p->demo) {
		jsonw_key_open(w, "headerFields", '[');
		put_field(w, PASS_LABEL_MARK, STR("DEMO"));
		jsonw_close(w, ']');
	}
	jsonw_key_open(w, "primaryFields", '[');
	put_field(w, PASS_LABEL_RECIPIENT, p->recipient);
	jsonw_close(w, ']');
	jsonw_key_open(w, "secondaryFields", '[');
	put_field(w, PASS_LABEL_ACHIEVEMENT, p->achievement);
	jsonw_close(w, ']');
	if (p->awarded_s != PASS_NO_TIME || p->valid_until_s != PASS_NO_TIME) {
		jsonw_key_open(w, "auxiliaryFields", '[');
		put_day(w, PASS_LABEL_AWARDED, p->awarded_s);
		put_day(w, PASS_LABEL_UNTIL, p->valid_until_s);
		jsonw_close(w, ']');
	}
	put_back(w, p);
	jsonw_close(w, '}');
}

/* VoiceOver reads it: a sentence. */
static void put_description(struct jsonw *w, const struct pass *p)
{
	struct buf text = buf_new(20000);

	if (p->demo)
		buf_put_cz(&text, "DEMO, not valid: ");
	buf_put_str(&text, p->achievement);
	buf_put_cz(&text, ", awarded to ");
	buf_put_str(&text, p->recipient);
	buf_put_cz(&text, " by ");
	buf_put_str(&text, p->organization);
	buf_put_cz(&text, ".");
	jsonw_key_str(w, "description", buf_str(&text));
	buf_free(&text);
}

static void put_barcode(struct jsonw *w, const struct pass *p)
{
	jsonw_key_open(w, "barcodes", '[');
	jsonw_open(w, '{');
	jsonw_key_str(w, "format", STR("PKBarcodeFormatQR"));
	jsonw_key_str(w, "message", p->qr_url);
	jsonw_key_str(w, "messageEncoding", STR("iso-8859-1"));
	jsonw_close(w, '}');
	jsonw_close(w, ']');
}

static void put_identity(struct jsonw *w, const struct pass *p)
{
	char serial[ULID_TEXT_LEN + 1];

	ulid_text(p->ulid, serial);
	jsonw_key_i64(w, "formatVersion", 1);
	jsonw_key_str(w, "passTypeIdentifier", p->type_id);
	jsonw_key_str(w, "teamIdentifier", p->team_id);
	jsonw_key_str(w, "serialNumber", str_of(serial));
	jsonw_key_str(w, "organizationName", p->organization);
	put_description(w, p);
	jsonw_key_open(w, "userInfo", '{');
	jsonw_key_str(w, "credentialId", str_of(serial));
	jsonw_close(w, '}');
}

enum rc pass_put(struct buf *out, const struct pass *p, struct err *err)
{
	struct jsonw w = jsonw_new(out);
	char iso[CLOCK_ISO_LEN];

	if (p->recipient.n == 0)
		return err_set(err, RC_INPUT, "a pass needs the recipient's name");
	jsonw_open(&w, '{');
	put_identity(&w, p);
	jsonw_key_str(&w, "logoText", p->demo ? STR("DEMO") : p->organization);
	jsonw_key_str_if(&w, "backgroundColor", p->background);
	jsonw_key_str_if(&w, "foregroundColor", p->foreground);
	jsonw_key_str_if(&w, "labelColor", p->label);
	if (p->valid_until_s != PASS_NO_TIME) {
		clock_iso(p->valid_until_s, iso);
		jsonw_key_str(&w, "expirationDate", str_of(iso));
	}
	if (p->voided)
		jsonw_key_bool(&w, "voided", true);
	put_barcode(&w, p);
	put_fields(&w, p);
	jsonw_close(&w, '}');
	if (out->full)
		return err_set(err, RC_LIMIT,
			"pass.json is over %zu bytes: shorten the achievement's name", out->cap);
	return RC_OK;
}

static void put_digest(struct jsonw *w, struct str name, const uint8_t sha1[HASH_SHA1_LEN])
{
	char hex[2 * HASH_SHA1_LEN + 1];

	text_hex((struct bytes){sha1, HASH_SHA1_LEN}, hex);
	jsonw_key_of(w, name);
	jsonw_str(w, str_of(hex));
}

void pass_put_manifest(struct buf *out, const uint8_t pass_sha1[HASH_SHA1_LEN],
	const struct pass_file *files, size_t count)
{
	struct jsonw w = jsonw_new(out);
	bool pass_due = true;

	jsonw_open(&w, '{');
	for (size_t i = 0; i < count; i++) {
		if (pass_due && str_compare(STR("pass.json"), files[i].name) < 0) {
			put_digest(&w, STR("pass.json"), pass_sha1);
			pass_due = false;
		}
		put_digest(&w, files[i].name, files[i].sha1);
	}
	if (pass_due)
		put_digest(&w, STR("pass.json"), pass_sha1);
	jsonw_close(&w, '}');
}

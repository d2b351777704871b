// SPDX-License-Identifier: Apache-2.0
/* Normal forms, folding and inspection of characters by ICU. Runs in: certfill-intake. */
#include "jobs/intake_unicode.h"

#include "base/text.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

struct units {
	UChar *p;
	int32_t n;
};

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	}
	return true;
}

static struct units units_of(struct arena *a, struct str s)
{
	struct units u = {arena_alloc(a, (s.n + 1) * sizeof(UChar)), 0};
	UErrorCode code = U_ZERO_ERROR;

	CHECK(s.n <= INTAKE_UNICODE_MAX);
	u_strFromUTF8(u.p, (int32_t)s.n + 1, &u.n, s.n != 0 ? s.p : "", (int32_t)s.n, &code);
	CHECK(U_SUCCESS(code));
	return u;
}

static struct str text_of(struct arena *a, struct units u)
{
	int32_t room = u.n * 3 + 1;
	char *p = arena_alloc(a, (size_t)room);
	int32_t n = 0;
	UErrorCode code = U_ZERO_ERROR;

	u_strToUTF8(p, room, &n, u.p, u.n, &code);
	CHECK(U_SUCCESS(code));
	return (struct str){p, (size_t)n};
}

/* growth: the longest expansion under form, in units (Unicode FAQ: 3 for NFC, 18 for NFKD). */
static struct units normalise(
	struct arena *a, const UNormalizer2 *form, struct units in, int32_t growth)
{
	int32_t room = in.n * growth + 1;
	struct units out = {arena_alloc(a, (size_t)room * sizeof(UChar)), 0};
	UErrorCode code = U_ZERO_ERROR;

	out.n = unorm2_normalize(form, in.p, in.n, out.p, room, &code);
	CHECK(U_SUCCESS(code));
	return out;
}

struct str intake_unicode_trim(struct str s)
{
	size_t first = s.n;
	size_t last = 0;
	size_t at = 0;

	while (at < s.n) {
		size_t before = at;

		if (!u_isUWhiteSpace((UChar32)str_next_char(s, &at))) {
			first = before < first ? before : first;
			last = at;
		}
	}
	return first < last ? str_slice(s, first, last) : (struct str){"", 0};
}

struct str intake_unicode_nfc(struct arena *a, struct str s)
{
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *nfc;
	struct units in;

	if (is_ascii(s))
		return s;
	nfc = unorm2_getNFCInstance(&code);
	CHECK(U_SUCCESS(code));
	in = units_of(a, s);
	if (unorm2_quickCheck(nfc, in.p, in.n, &code) == UNORM_YES)
		return s;
	return text_of(a, normalise(a, nfc, in, 3));
}

struct str intake_unicode_plain(struct arena *a, struct str s)
{
	UErrorCode code = U_ZERO_ERROR;
	struct str t = intake_unicode_trim(s);
	struct units d = normalise(a, unorm2_getNFKDInstance(&code), units_of(a, t), 18);
	struct units f = {arena_alloc(a, ((size_t)d.n * 3 + 1) * sizeof(UChar)), 0};
	int32_t n = 0;

	f.n = u_strFoldCase(f.p, d.n * 3 + 1, d.p, d.n, U_FOLD_CASE_DEFAULT, &code);
	CHECK(U_SUCCESS(code));
	for (int32_t i = 0; i < f.n; i++) {
		UChar c = f.p[i];

		if (c == '_' || c == '-' || u_isUWhiteSpace(c)
			|| u_charType(c) == U_NON_SPACING_MARK)
			continue;
		f.p[n++] = c;
	}
	while (n > 0 && (f.p[n - 1] == '.' || f.p[n - 1] == ':'))
		n--;
	f.n = n;
	return text_of(a, f);
}

struct str intake_unicode_lower(struct arena *a, struct str s)
{
	struct units in = units_of(a, s);
	int32_t room = in.n * 3 + 1;
	struct units out = {arena_alloc(a, (size_t)room * sizeof(UChar)), 0};
	UErrorCode code = U_ZERO_ERROR;

	out.n = u_strToLower(out.p, room, in.p, in.n, "", &code);
	CHECK(U_SUCCESS(code));
	return text_of(a, out);
}

/* Mangled text shows a lead byte of UTF-8 as a letter, before something else that is not ASCII. */
static bool may_be_mangled(struct str s)
{
	uint32_t before = 0;
	size_t at = 0;

	while (at < s.n) {
		uint32_t c = str_next_char(s, &at);

		if (before >= 0xC2 && before <= 0xF4 && c >= 0x80)
			return true;
		before = c;
	}
	return false;
}

struct str intake_unicode_unmangled(struct arena *a, struct str s)
{
	struct str none = {"", 0};
	UErrorCode code = U_ZERO_ERROR;
	struct units in;
	UConverter *cnv;
	struct str out;

	if (!may_be_mangled(s))
		return none;
	cnv = ucnv_open("windows-1252", &code);
	if (U_FAILURE(code))
		return none;
	ucnv_setFromUCallBack(cnv, UCNV_FROM_U_CALLBACK_STOP, NULL, NULL, NULL, &code);
	in = units_of(a, s);
	out.p = arena_alloc(a, (size_t)in.n + 1);
	out.n = (size_t)ucnv_fromUChars(cnv, (char *)(uintptr_t)out.p, in.n + 1, in.p, in.n, &code);
	ucnv_close(cnv);
	return U_SUCCESS(code) && str_is_utf8(out) && !is_ascii(out) ? out : none;
}

static bool script_needs_joiners(uint32_t cp)
{
	static const UScriptCode scripts[] = {USCRIPT_ARABIC, USCRIPT_SYRIAC, USCRIPT_MONGOLIAN,
		USCRIPT_NKO, USCRIPT_DEVANAGARI, USCRIPT_BENGALI, USCRIPT_GURMUKHI,
		USCRIPT_GUJARATI, USCRIPT_ORIYA, USCRIPT_TAMIL, USCRIPT_TELUGU, USCRIPT_KANNADA,
		USCRIPT_MALAYALAM, USCRIPT_SINHALA, USCRIPT_KHMER, USCRIPT_MYANMAR};
	UErrorCode code = U_ZERO_ERROR;

	for (size_t i = 0; i < ARRAY_COUNT(scripts); i++) {
		if (uscript_hasScript((UChar32)cp, scripts[i])
			|| uscript_getScript((UChar32)cp, &code) == scripts[i])
			return true;
	}
	return false;
}

static enum intake_char inspect_char(uint32_t c, uint32_t before)
{
	if (c < 0x300)
		return c < 0x20 || (c >= 0x7F && c < 0xA0) ? INTAKE_CHAR_CONTROL
			: c == 0xAD                        ? INTAKE_CHAR_ZERO_WIDTH
							   : INTAKE_CHAR_FINE;
	if (u_hasBinaryProperty((UChar32)c, UCHAR_BIDI_CONTROL))
		return INTAKE_CHAR_BIDI;
	if (c == 0xFFFD)
		return INTAKE_CHAR_REPLACEMENT;
	if (c == 0x200C || c == 0x200D)
		return script_needs_joiners(before) ? INTAKE_CHAR_FINE : INTAKE_CHAR_ZERO_WIDTH;
	if (c == 0x2028 || c == 0x2029
		|| u_hasBinaryProperty((UChar32)c, UCHAR_NONCHARACTER_CODE_POINT))
		return INTAKE_CHAR_CONTROL;
	/* Annotations, a place for objects, tags: text beside or behind what is seen. */
	if ((c >= 0xFFF9 && c <= 0xFFFC) || (c >= 0xE0000 && c <= 0xE007F))
		return INTAKE_CHAR_CONTROL;
	/* Variation selectors choose a form of the character before them; Braille's blank looks like nothing. */
	if (c == 0x2800
		|| (u_hasBinaryProperty((UChar32)c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)
			&& !u_hasBinaryProperty((UChar32)c, UCHAR_VARIATION_SELECTOR)))
		return INTAKE_CHAR_ZERO_WIDTH;
	return INTAKE_CHAR_FINE;
}

enum intake_char intake_unicode_inspect(struct str s, uint32_t *cp, size_t *at)
{
	uint32_t before = 0;
	size_t i = 0;

	for (*at = 1; i < s.n; ++*at) {
		enum intake_char kind;

		*cp = str_next_char(s, &i);
		kind = inspect_char(*cp, before);
		if (kind != INTAKE_CHAR_FINE)
			return kind;
		before = *cp;
	}
	return INTAKE_CHAR_FINE;
}

enum rc intake_unicode_warm_up(struct err *err)
{
	struct arena *a = arena_new(1u << 20);
	struct str mangled = STR("Jos\xC3\x83\xC2\xA9 \xE2\x80\x8C");
	bool good =
		str_eq(intake_unicode_unmangled(a, STR("Jos\xC3\x83\xC2\xA9")), STR("Jos\xC3\xA9"))
		&& str_eq(intake_unicode_nfc(a, STR("e\xCC\x81")), STR("\xC3\xA9"))
		&& str_eq(intake_unicode_plain(a, STR("E_\xC3\x84 ")), STR("ea"));
	size_t at;
	uint32_t cp;

	(void)intake_unicode_lower(a, mangled);
	good = good && intake_unicode_inspect(mangled, &cp, &at) != INTAKE_CHAR_FINE;
	arena_free(&a);
	return good ? RC_OK : err_set(err, RC_SYSTEM, "ICU does not work as expected");
}

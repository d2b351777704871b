// SPDX-License-Identifier: Apache-2.0
/* Encodings of customers' text files. Runs in: certfill-intake. */
#include "jobs/intake_text.h"

#include "base/text.h"

#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/udata.h>
#include <unicode/utf16.h>

/* Converted text: no encoding turns the largest cohort of real characters into more. */
#define CONVERTED_MAX ((size_t)512 * 1024 * 1024)
#define CHUNK_UNITS 4096

uint32_t intake_text_line_of(struct str text, size_t offset)
{
	uint32_t line = 1;

	for (size_t i = 0; i < offset && i < text.n; i++) {
		if (text.p[i] == '\n'
			|| (text.p[i] == '\r' && (i + 1 == text.n || text.p[i + 1] != '\n')))
			line++;
	}
	return line;
}

static bool starts_with(struct bytes in, const char *mark, size_t n)
{
	return in.n >= n && memcmp(in.p, mark, n) == 0;
}

size_t intake_text_first_bad(struct str t)
{
	size_t at = 0;

	while (at < t.n) {
		size_t before = at;

		if (str_next_char(t, &at) == 0xFFFD && at - before == 1)
			return before;
	}
	return t.n;
}

static enum rc check_utf8(struct str t, struct err *err)
{
	size_t bad;

	if (str_is_utf8(t))
		return RC_OK;
	bad = intake_text_first_bad(t);
	return err_set(err, RC_INPUT,
		"line %u: byte 0x%02X is not UTF-8; save the file as \"CSV UTF-8\", or name its "
		"encoding, such as --encoding windows-1252 (Excel, Western Europe); certfill csv "
		"inspect shows what it says in which",
		intake_text_line_of(t, bad), (unsigned)(unsigned char)t.p[bad < t.n ? bad : 0]);
}

static void put_units(struct buf *out, const UChar *units, int32_t count)
{
	for (int32_t i = 0; i < count; i++) {
		/* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): ICU wrote count units. */
		uint32_t c = units[i];
		char utf8[4];

		if (U16_IS_LEAD(c) && i + 1 < count && U16_IS_TRAIL(units[i + 1]))
			c = 0x10000 + ((c - 0xD800) << 10) + (units[++i] - 0xDC00u);
		buf_put(out, utf8, str_put_char(c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c, utf8));
	}
}

static enum rc conversion_failed(
	const struct buf *done, const char *name, UErrorCode code, struct err *err)
{
	return err_set(err, RC_INPUT,
		"line %u cannot be read as %s (%s); is that the file's encoding?",
		intake_text_line_of(buf_str(done), done->n), name, u_errorName(code));
}

static enum rc convert_all(
	UConverter *cnv, const char *name, struct bytes in, struct buf *out, struct err *err)
{
	const char *from = (const char *)in.p;
	const char *end = from + in.n;
	UChar units[CHUNK_UNITS];
	int32_t held = 0; /* a lead surrogate whose trail comes with the next chunk */
	UErrorCode code = U_BUFFER_OVERFLOW_ERROR;

	while (code == U_BUFFER_OVERFLOW_ERROR) {
		UChar *to = units + held;
		int32_t count;

		code = U_ZERO_ERROR;
		ucnv_toUnicode(cnv, &to, units + CHUNK_UNITS, &from, end, NULL, true, &code);
		count = (int32_t)(to - units);
		held = count > 0 && U16_IS_LEAD(units[count - 1]) ? 1 : 0;
		put_units(out, units, count - held);
		if (held != 0)
			/* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): ICU wrote count units. */
			units[0] = units[count - 1];
		if (out->full)
			return err_set(
				err, RC_LIMIT, "the file is too large for reading it as %s", name);
	}
	if (U_FAILURE(code) || held != 0)
		return conversion_failed(
			out, name, U_FAILURE(code) ? code : U_TRUNCATED_CHAR_FOUND, err);
	return RC_OK;
}

static enum rc convert(struct bytes in, const char *name, struct intake_text *out, struct err *err)
{
	UErrorCode code = U_ZERO_ERROR;
	UConverter *cnv = ucnv_open(name, &code);
	enum rc rc;

	if (U_FAILURE(code))
		return err_set(err, RC_INPUT,
			"the encoding \"%s\" is not known; write it as in windows-1252, "
			"iso-8859-2, UTF-16LE, "
			"Shift_JIS or GB18030",
			name);
	ucnv_setToUCallBack(cnv, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &code);
	out->own = buf_new(CONVERTED_MAX);
	rc = U_FAILURE(code) ? err_set(err, RC_SYSTEM, "ICU: %s", u_errorName(code))
			     : convert_all(cnv, name, in, &out->own, err);
	ucnv_close(cnv);
	out->text = buf_str(&out->own);
	return rc;
}

/* ICU takes options after a comma; a name has none. */
static enum rc take_name(
	struct str encoding, char out[INTAKE_TEXT_ENCODING_LEN + 1], struct err *err)
{
	for (size_t i = 0; i < encoding.n; i++) {
		char c = encoding.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
			    || strchr("-_.:", c) != NULL))
			return err_set(err, RC_INPUT,
				"the encoding's name holds characters that none has");
	}
	if (!text_fmt(out, INTAKE_TEXT_ENCODING_LEN + 1, STR_FMT, STR_ARG(encoding)))
		return err_set(err, RC_INPUT, "the encoding's name is longer than %d characters",
			INTAKE_TEXT_ENCODING_LEN);
	return RC_OK;
}

static bool is_utf8_name(struct str name)
{
	return name.n == 0 || str_eq_nocase(name, STR("utf-8")) || str_eq_nocase(name, STR("utf8"))
		|| str_eq_nocase(name, STR("utf-8-sig"));
}

enum rc intake_text_open(
	struct bytes input, struct str encoding, struct intake_text *out, struct err *err)
{
	enum rc rc;

	*out = (struct intake_text){.encoding = "UTF-8"};
	if (starts_with(input, "\xEF\xBB\xBF", 3)) {
		out->text = bytes_text((struct bytes){input.p + 3, input.n - 3});
		return check_utf8(out->text, err);
	}
	if (starts_with(input, "\xFF\xFE\0\0", 4) || starts_with(input, "\0\0\xFE\xFF", 4))
		return err_set(err, RC_INPUT, "the file is UTF-32; save it as \"CSV UTF-8\"");
	if (starts_with(input, "\xFF\xFE", 2) || starts_with(input, "\xFE\xFF", 2)) {
		(void)text_copy(out->encoding, sizeof out->encoding,
			input.p[0] == 0xFF ? "UTF-16LE" : "UTF-16BE");
		return convert((struct bytes){input.p + 2, input.n - 2}, out->encoding, out, err);
	}
	if (is_utf8_name(encoding)) {
		out->text = bytes_text(input);
		return check_utf8(out->text, err);
	}
	rc = take_name(encoding, out->encoding, err);
	return rc == RC_OK ? convert(input, out->encoding, out, err) : rc;
}

void intake_text_close(struct intake_text *t)
{
	buf_free(&t->own);
	t->text = (struct str){NULL, 0};
}

enum rc intake_text_warm_up(struct err *err)
{
	static const char *const names[] = {
		"UTF-8", "UTF-16LE", "UTF-16BE", "windows-1252", "Shift_JIS"};
	UErrorCode code = U_ZERO_ERROR;

	/* ICU's tables are linked in; it must not look for more on the disk. */
	udata_setFileAccess(UDATA_NO_FILES, &code);
	for (size_t i = 0; i < ARRAY_COUNT(names) && U_SUCCESS(code); i++)
		ucnv_close(ucnv_open(names[i], &code));
	if (U_FAILURE(code))
		return err_set(
			err, RC_SYSTEM, "ICU cannot open its converters: %s", u_errorName(code));
	return RC_OK;
}

// SPDX-License-Identifier: Apache-2.0
/* Candidate readings of a file. Runs in: certfill-intake. */
#include "jobs/intake_guess.h"

#include "base/hash.h"
#include "jobs/intake_text.h"
#include "jobs/intake_unicode.h"

#include <string.h>

#define READINGS_MAX 12u
#define CELL_MAX 60u
/* A whole file is tried in each encoding; a larger one by its beginning. */
#define SAMPLE_MAX ((size_t)1024 * 1024)

/* Those that registrars' systems write, the likelier first. */
static const char *const candidates[] = {"windows-1252", "windows-1250", "iso-8859-2",
	"windows-1251", "windows-1254", "windows-1253", "windows-1255", "windows-1256",
	"windows-1257", "iso-8859-15", "macintosh", "KOI8-R", "Shift_JIS", "GB18030", "Big5",
	"EUC-KR", "EUC-JP"};

static bool is_edge(char c)
{
	return strchr(",;|\t\"\r\n", c) != NULL;
}

/* The cell around the byte at at. */
static struct bytes cell_around(struct bytes in, size_t at)
{
	size_t from = at;
	size_t to = at;

	while (from > 0 && at - from < CELL_MAX / 2 && !is_edge((char)in.p[from - 1]))
		from--;
	while (to < in.n && to - at < CELL_MAX / 2 && !is_edge((char)in.p[to]))
		to++;
	return (struct bytes){in.p + from, to - from};
}

/* Letters beyond ASCII by cell: each is one that the choice of encoding decides. */
static uint32_t count_cells(struct bytes in)
{
	uint32_t count = 0;
	bool doubtful = false;

	for (size_t i = 0; i <= in.n; i++) {
		if (i == in.n || is_edge((char)in.p[i])) {
			count += doubtful ? 1u : 0;
			doubtful = false;
		} else if (in.p[i] >= 0x80) {
			doubtful = true;
		}
	}
	return count;
}

static bool could_be(struct bytes sample, struct str name)
{
	struct intake_text text;
	struct err err;
	uint32_t cp = 0;
	size_t at = 0;
	bool good = intake_text_open(sample, name, &text, &err) == RC_OK;

	/* Controls of ISO 8859 and private characters are no letters of anybody. */
	while (good && at < text.text.n) {
		cp = str_next_char(text.text, &at);
		good = !((cp >= 0x7F && cp < 0xA0) || (cp >= 0xE000 && cp <= 0xF8FF));
	}
	intake_text_close(&text);
	return good;
}

static struct str read_as(struct bytes cell, struct str name, struct arena *a)
{
	struct intake_text text;
	struct err err;
	struct str out = {"", 0};

	if (intake_text_open(cell, name, &text, &err) == RC_OK)
		out = str_dup(a, intake_unicode_trim(text.text));
	intake_text_close(&text);
	return out;
}

static bool is_listed(const struct wire_look *look, struct str text)
{
	for (uint32_t i = 0; i < look->readings.count; i++) {
		if (str_eq(look->readings.items[i].text, text))
			return true;
	}
	return false;
}

static void list_readings(struct bytes input, size_t bad, struct arena *a, struct wire_look *out)
{
	struct bytes sample = {input.p, input.n < SAMPLE_MAX ? input.n : SAMPLE_MAX};
	struct bytes cell = cell_around(input, bad);

	out->readings.items = arena_zalloc(a, READINGS_MAX, sizeof(struct wire_reading));
	/* A sample must not end in the middle of a letter. */
	while (sample.n < input.n && sample.n > 0 && sample.p[sample.n - 1] != '\n')
		sample.n--;
	for (size_t i = 0; i < ARRAY_COUNT(candidates) && out->readings.count < READINGS_MAX; i++) {
		struct str name = str_of(candidates[i]);
		struct str text = read_as(cell, name, a);

		if (text.n == 0 || is_listed(out, text) || !could_be(sample, name))
			continue;
		out->readings.items[out->readings.count++] = (struct wire_reading){name, text};
	}
}

void intake_guess(struct bytes input, struct str file_name, struct arena *a, struct wire_look *out)
{
	struct intake_text text;
	struct err err;
	size_t bad;

	*out = (struct wire_look){.file = file_name, .len = input.n};
	hash_sha256(input, out->sha256);
	if (intake_text_open(input, STR(""), &text, &err) == RC_OK) {
		out->encoding = str_dup(a, str_of(text.encoding));
	} else {
		bad = intake_text_first_bad(bytes_text(input));
		out->bad_line = intake_text_line_of(bytes_text(input), bad);
		out->bad_cells = count_cells(input);
		list_readings(input, bad, a, out);
	}
	intake_text_close(&text);
}

// SPDX-License-Identifier: Apache-2.0
/* The table of cohort formats, and the calls that go through it. Runs in: certfill-intake. */
#include "jobs/cohort_reader.h"

#include "base/mem.h"

#include <string.h>

/* In order; the last one takes what no other wants, and so comes after the strangers. */
static const struct cohort_format *const formats[] = {
	&intake_json_format,
	&intake_csv_format,
};

/* Files that people hand in by mistake: first bytes, and what they are. */
static const struct {
	const char *magic;
	uint8_t magic_len;
	const char *what;
} strangers[] = {
	{"PK\x03\x04", 4, "a workbook or an archive (XLSX, ODS, ZIP)"},
	{"\xD0\xCF\x11\xE0", 4, "an old Excel workbook (XLS)"},
	{"%PDF", 4, "a PDF"},
	{"\x1F\x8B", 2, "compressed (gzip)"},
	{"\x89PNG", 4, "a picture"},
	{"SQLite format 3", 15, "a database"},
};

struct cohort_reader {
	const struct cohort_format *format;
	void *state;
};

static enum rc refuse_strangers(struct bytes input, struct err *err)
{
	for (size_t i = 0; i < ARRAY_COUNT(strangers); i++) {
		if (input.n >= strangers[i].magic_len
			&& memcmp(input.p, strangers[i].magic, strangers[i].magic_len) == 0)
			return err_set(err, RC_INPUT,
				"the cohort is %s, neither CSV nor JSON; save it as \"CSV UTF-8\"",
				strangers[i].what);
	}
	return RC_OK;
}

static const struct cohort_format *format_of(struct str file_name, struct bytes input)
{
	size_t i = 0;

	while (i + 1 < ARRAY_COUNT(formats) && !formats[i]->matches(file_name, input))
		i++;
	return formats[i];
}

enum rc cohort_reader_open(struct str file_name, struct bytes input, const struct cohort_options *o,
	struct cohort_reader **out, struct err *err)
{
	const struct cohort_format *format = format_of(file_name, input);
	void *state = NULL;
	enum rc rc;

	*out = NULL;
	if (input.n == 0)
		return err_set(err, RC_INPUT,
			"the cohort is empty: it needs a header line and one line a person");
	if (format == &intake_csv_format && refuse_strangers(input, err) != RC_OK)
		return RC_INPUT;
	rc = format->open(input, o, &state, err);
	if (rc != RC_OK)
		return rc;
	*out = mem_zalloc(1, sizeof **out);
	**out = (struct cohort_reader){format, state};
	return RC_OK;
}

enum rc cohort_reader_next(struct cohort_reader *r, struct arena *a, struct cohort_record *out,
	bool *end, struct err *err)
{
	return r->format->next(r->state, a, out, end, err);
}

void cohort_reader_rewind(struct cohort_reader *r)
{
	r->format->rewind(r->state);
}

struct cohort_shape cohort_reader_shape(const struct cohort_reader *r)
{
	return r->format->shape(r->state);
}

void cohort_reader_close(struct cohort_reader **r)
{
	if (*r == NULL)
		return;
	(*r)->format->close(&(*r)->state);
	MEM_FREE(*r);
}

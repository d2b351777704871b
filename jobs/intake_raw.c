// SPDX-License-Identifier: Apache-2.0
/* Writing records for errors.csv. Runs in: certfill-intake. */
#include "jobs/intake_raw.h"

#include "base/buf.h"

#include <string.h>

bool intake_raw_is_formula(struct str cell)
{
	return cell.n != 0 && cell.p[0] != '\0' && strchr("=+-@\t\r", cell.p[0]) != NULL;
}

static bool needs_quotes(struct str cell)
{
	if (cell.n != 0 && (cell.p[0] == ' ' || cell.p[cell.n - 1] == ' '))
		return true;
	for (size_t i = 0; i < cell.n; i++) {
		if (strchr(",;|\t\"\r\n", cell.p[i]) != NULL)
			return true;
	}
	return false;
}

static void put_cell(struct buf *out, struct str cell)
{
	bool formula = intake_raw_is_formula(cell);
	bool quotes = needs_quotes(cell);

	if (quotes)
		buf_put_char(out, '"');
	if (formula)
		buf_put_char(out, '\'');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_put_char(out, '"');
		buf_put_char(out, cell.p[i]);
	}
	if (quotes)
		buf_put_char(out, '"');
}

/* At most max bytes of cell, whole characters. */
static struct str clip(struct str cell, size_t max)
{
	size_t n = cell.n;

	if (n <= max)
		return cell;
	for (n = max; n > 0 && ((unsigned char)cell.p[n] & 0xC0) == 0x80;)
		n--;
	return str_slice(cell, 0, n);
}

static struct str encode(struct arena *a, const struct str *cells, uint32_t count,
	const bool *leave_out, uint32_t leave_out_count, size_t cell_max)
{
	struct buf b = buf_new(INTAKE_RAW_MAX);
	struct str out = {"", 0};
	bool first = true;

	for (uint32_t i = 0; i < count && !b.full; i++) {
		if (leave_out != NULL && i < leave_out_count && leave_out[i])
			continue;
		if (!first)
			buf_put_char(&b, ',');
		put_cell(&b, clip(cells[i], cell_max));
		first = false;
	}
	if (!b.full)
		out = str_dup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

struct str intake_raw_encode(struct arena *a, const struct str *cells, uint32_t count,
	const bool *leave_out, uint32_t leave_out_count)
{
	return encode(a, cells, count, leave_out, leave_out_count, SIZE_MAX);
}

struct str intake_raw_encode_clipped(struct arena *a, const struct str *cells, uint32_t count,
	const bool *leave_out, uint32_t leave_out_count)
{
	/* Room for a comma, quotes, a guard, and every character doubled. */
	size_t room = INTAKE_RAW_MAX / ((size_t)count + 1);

	return encode(a, cells, count, leave_out, leave_out_count, room > 8 ? room / 2 - 4 : 0);
}

struct str intake_raw_unguard(struct str cell)
{
	if (cell.n > 1 && cell.p[0] == '\'' && intake_raw_is_formula(str_slice(cell, 1, cell.n)))
		return str_slice(cell, 1, cell.n);
	return cell;
}

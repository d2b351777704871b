// SPDX-License-Identifier: Apache-2.0
/* Streams of the lift, inflated and compressed again. Runs in: compile. */
#include "base/mem.h"
#include "render/compile_lift_parts.h"
#include "render/png_filter.h"
#include "render/squeeze.h"

/* Inflated content of one stream: a page-wide mask at 144 dpi of A3 has 16 MB. */
#define PLAIN_MAX ((size_t)256 << 20)

bool compile_lift_stream_plain(struct compile_lift *l, qpdf_oh stream, struct bytes *out)
{
	unsigned char *p = NULL;
	QPDF_BOOL filtered = QPDF_FALSE;
	size_t n = 0;
	QPDF_ERROR_CODE rc =
		qpdf_oh_get_stream_data(l->q, stream, qpdf_dl_generalized, &filtered, &p, &n);

	if ((rc & QPDF_ERRORS) != 0 || filtered == QPDF_FALSE || n > PLAIN_MAX) {
		mem_release(p);
		compile_lift_fail(l, RC_INPUT, "a stream in it does not inflate");
		return false;
	}
	*out = (struct bytes){p, n};
	return true;
}

/* Colours of an image that PNG's filters can work on; 0 when it is none. */
static size_t filterable_channels(struct compile_lift *l, qpdf_oh dict, size_t *columns, size_t n)
{
	size_t channels = compile_lift_text_is(l, dict, "/ColorSpace", "/DeviceRGB") ? 3
		: compile_lift_text_is(l, dict, "/ColorSpace", "/DeviceGray")        ? 1
										     : 0;
	long long width = compile_lift_text_int(l, dict, "/Width", 0);
	long long height = compile_lift_text_int(l, dict, "/Height", 0);

	if (!compile_lift_text_is(l, dict, "/Subtype", "/Image") || channels == 0
		|| compile_lift_text_int(l, dict, "/BitsPerComponent", 0) != 8)
		return 0;
	if (width <= 0 || height <= 0 || width > 100000 || height > 100000
		|| (size_t)width * (size_t)height * channels != n)
		return 0;
	*columns = (size_t)width;
	return channels;
}

static uint8_t *filter_rows(struct bytes plain, size_t row_len, size_t channels, size_t *out_len)
{
	size_t rows = plain.n / row_len;
	uint8_t *out = mem_alloc(rows * (row_len + 1));
	uint8_t *scratch = mem_alloc(row_len + 1);

	for (size_t y = 0; y < rows; y++)
		png_filter_row_best(plain.p + y * row_len,
			y != 0 ? plain.p + (y - 1) * row_len : NULL, row_len, channels,
			out + y * (row_len + 1), scratch);
	MEM_FREE(scratch);
	*out_len = rows * (row_len + 1);
	return out;
}

/* Cairo stores pictures without a predictor: the filtered rows are kept when they are smaller. */
static enum rc squeeze_image(struct compile_lift *l, struct bytes plain, size_t columns,
	size_t channels, struct buf *dict, struct buf *content)
{
	struct buf filtered = buf_new(content->cap);
	size_t raw_len;
	uint8_t *raw = filter_rows(plain, columns * channels, channels, &raw_len);
	enum rc rc = squeeze_zlib(
		(struct bytes){raw, raw_len}, squeeze_level(l->tier), &filtered, l->err);

	MEM_FREE(raw);
	if (rc == RC_OK && filtered.n < content->n) {
		buf_reset(content);
		buf_put_bytes(content, buf_bytes(&filtered));
		buf_fmt(dict, "/DecodeParms <</Predictor 15 /Colors %zu /Columns %zu>>\n", channels,
			columns);
	}
	buf_free(&filtered);
	return rc;
}

void compile_lift_stream_put(
	struct compile_lift *l, qpdf_oh stream, struct buf *dict, struct buf *content)
{
	qpdf_oh own = qpdf_oh_get_dict(l->q, stream);
	struct bytes plain = {NULL, 0};
	size_t columns = 0;
	size_t channels;
	enum rc rc;

	if (l->rc != RC_OK || !compile_lift_stream_plain(l, stream, &plain))
		return;
	rc = squeeze_zlib(plain, squeeze_level(l->tier), content, l->err);
	channels = filterable_channels(l, own, &columns, plain.n);
	if (rc == RC_OK && channels != 0)
		rc = squeeze_image(l, plain, columns, channels, dict, content);
	/* All that is long in cairo's PDF is a picture or a filter's; the limit is on what goes into every document. */
	if (rc != RC_OK)
		compile_lift_fail(l, RC_LIMIT,
			"a picture in it has too many pixels; 300 to the inch are enough");
	buf_put_cz(dict, "/Filter /FlateDecode\n");
	mem_release((void *)(uintptr_t)plain.p);
	qpdf_oh_release(l->q, own);
}

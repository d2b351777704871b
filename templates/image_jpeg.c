// SPDX-License-Identifier: Apache-2.0
/* JPEG images. Runs in: intake. */
#include "templates/image_jpeg.h"

#include "templates/limits.h"
#include "templates/rules.h"

#include <string.h>
#include <turbojpeg.h>

/* Each scan of a progressive file walks the whole picture; honest ones have about ten. */
#define SCANS_MAX 100

static enum rc broken(struct err *err, const char *how)
{
	return err_set(err, RC_INPUT, "an embedded JPEG is broken: %s", how);
}

/* Start of frame: baseline, extended, progressive (ITU T.81, table B.1); not lossless or arithmetic. */
static enum rc read_frame(
	const uint8_t *p, size_t len, uint8_t marker, struct image_header *out, struct err *err)
{
	if (!RULE_ON(RULE_JPEG_FRAME)) {
		out->height = out->width = 1;
		return RC_OK;
	}
	if (marker > 0xc2)
		return broken(err,
			"its kind of compression is not supported; save it as an ordinary JPEG");
	if (out->width != 0)
		return broken(err, "it has two frames");
	if (len < 8 || p[2] != 8 || (p[7] != 1 && p[7] != 3 && p[7] != 4) || len != 8u + 3u * p[7])
		return broken(err, "its header makes no sense");
	out->height = (uint32_t)p[3] << 8 | p[4];
	out->width = (uint32_t)p[5] << 8 | p[6];
	if (out->width == 0 || out->height == 0)
		return broken(err, "it has no pixels");
	return RC_OK;
}

/* Past entropy-coded bytes to the next marker that is not a restart. */
static size_t skip_scan(struct bytes file, size_t at)
{
	while (at + 1 < file.n
		&& !(file.p[at] == 0xff && file.p[at + 1] != 0
			&& (file.p[at + 1] < 0xd0 || file.p[at + 1] > 0xd7)))
		at++;
	return at;
}

static bool is_frame(uint8_t marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8
		&& marker != 0xcc;
}

/* Scans of a few bytes cost as much as full ones: what counts is how many pixels they go over. */
static enum rc check_scans(const struct image_header *h, unsigned scans, struct err *err)
{
	if (!RULE_ON(RULE_JPEG_SCANS)
		|| (uint64_t)h->width * h->height * scans <= LIMIT_IMAGE_SCANNED)
		return RC_OK;
	return err_set(err, RC_LIMIT,
		"an embedded JPEG of %u x %u pixels goes over them %u times; save it as an "
		"ordinary JPEG, not a progressive one",
		h->width, h->height, scans);
}

enum rc image_jpeg_probe(struct bytes file, struct image_header *out, struct err *err)
{
	unsigned scans = 0;
	size_t at = 2;

	*out = (struct image_header){IMAGE_JPEG, 0, 0};
	for (;;) {
		uint8_t marker;
		size_t len;
		enum rc rc = RC_OK;

		while (at + 1 < file.n && file.p[at] == 0xff && file.p[at + 1] == 0xff)
			at++;
		if (file.n - at < 2 || at > file.n || file.p[at] != 0xff)
			return broken(err, "it ends too early");
		marker = file.p[at + 1];
		if (marker == 0xd9)
			break;
		if (file.n - at < 4)
			return broken(err, "it ends too early");
		len = (size_t)file.p[at + 2] << 8 | file.p[at + 3];
		if (len < 2 || len > file.n - at - 2)
			return broken(err, "a part of it is longer than the file");
		if (is_frame(marker))
			rc = read_frame(file.p + at + 2, len, marker, out, err);
		if (rc != RC_OK)
			return rc;
		at += 2 + len;
		if (marker != 0xda)
			continue;
		if (++scans > SCANS_MAX && RULE_ON(RULE_JPEG_SCANS))
			return broken(err, "it has too many scans");
		at = skip_scan(file, at);
	}
	if (out->width == 0 || scans == 0)
		return broken(err, "it holds no picture");
	return check_scans(out, scans, err);
}

/* One pass through the coefficients. *fresh is tj's: tjFree. */
static enum rc recode(
	tjhandle tj, struct bytes file, unsigned char **fresh, unsigned long *len, struct err *err)
{
	tjtransform plain = {.op = TJXOP_NONE, .options = TJXOPT_COPYNONE};

	*fresh = NULL;
	*len = 0;
	if (tjTransform(tj, file.p, file.n, 1, fresh, len, &plain,
		    TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS)
		!= 0)
		return broken(err, tjGetErrorStr2(tj));
	return RC_OK;
}

enum rc image_jpeg_rewrite(struct bytes file, struct arena *a, struct bytes *out, struct err *err)
{
	tjhandle tj = tjInitTransform();
	unsigned char *once = NULL;
	unsigned char *twice = NULL;
	unsigned long once_len;
	unsigned long twice_len;
	enum rc rc;

	if (tj == NULL)
		return err_set(
			err, RC_SYSTEM, "reading an embedded JPEG: no memory for the decoder");
	rc = recode(tj, file, &once, &once_len, err);
	/* Coefficients no encoder makes can be written, but not read again without complaint. */
	if (rc == RC_OK)
		rc = recode(tj, (struct bytes){once, once_len}, &twice, &twice_len, err);
	if (rc == RC_OK && (once_len != twice_len || memcmp(once, twice, once_len) != 0))
		rc = broken(err, "its coefficients are out of range");
	if (rc == RC_OK)
		*out = (struct bytes){arena_dup(a, once, once_len), once_len};
	tjFree(once);
	tjFree(twice);
	tjDestroy(tj);
	return rc;
}

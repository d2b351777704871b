// SPDX-License-Identifier: Apache-2.0
/* Judging the table of characters. Runs in: intake. */
#include "templates/font_cmap.h"

#include "templates/font_read.h"
#include "templates/limits.h"
#include "templates/rules.h"

#define HEADER_LEN 4u
#define RECORD_LEN 8u
#define SEGMENTS_AT 14u /* of format 4 */
#define GROUPS_AT 16u /* of formats 12 and 13 */
#define GROUP_LEN 12u
#define LAST_CHARACTER 0x10FFFFu

static uint64_t part_len(struct bytes cmap, uint32_t at)
{
	uint32_t format = font_read_16(cmap.p + at);

	if (format < 8)
		return font_read_16(cmap.p + at + 2);
	if (format == 14)
		return font_read_32(cmap.p + at + 2);
	return cmap.n - at >= 8 ? font_read_32(cmap.p + at + 4) : UINT64_MAX;
}

/* Format 4: ends, a gap of two bytes, starts, deltas, offsets; all as many as there are segments. */
static enum rc check_segments(struct bytes part, struct err *err)
{
	uint32_t doubled = part.n >= SEGMENTS_AT ? font_read_16(part.p + 6) : 0;
	uint32_t count = doubled / 2;
	const uint8_t *ends = part.p + SEGMENTS_AT;
	const uint8_t *starts = ends + doubled + 2;

	if (doubled == 0 || doubled % 2 != 0 || SEGMENTS_AT + 2 + 4 * (size_t)doubled > part.n)
		return font_read_broken(err, "the ranges of cmap lie outside it");
	for (uint32_t i = 0; i < count; i++) {
		uint32_t start = font_read_16(starts + 2 * (size_t)i);
		uint32_t end = font_read_16(ends + 2 * (size_t)i);

		/* Some fonts end with more than one of the last segment, 0xffff to 0xffff. */
		if (start > end
			|| (i > 0 && start != 0xffff
				&& start <= font_read_16(ends + 2 * (size_t)i - 2)))
			return font_read_broken(err, "the ranges of cmap are not in order");
	}
	return RC_OK;
}

/* Format 12 gives each character of a group a glyph of its own, format 13 all of them the same. */
static enum rc check_groups(struct bytes part, bool many, uint32_t glyphs, struct err *err)
{
	uint32_t count = part.n >= GROUPS_AT ? font_read_32(part.p + 12) : 0;

	if (part.n < GROUPS_AT || count > (part.n - GROUPS_AT) / GROUP_LEN)
		return font_read_broken(err, "the ranges of cmap lie outside it");
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *group = part.p + GROUPS_AT + GROUP_LEN * (size_t)i;
		uint32_t start = font_read_32(group);
		uint32_t end = font_read_32(group + 4);
		uint64_t last = (uint64_t)font_read_32(group + 8) + (many ? 0 : end - start);

		if (start > end || end > LAST_CHARACTER
			|| (i > 0 && start <= font_read_32(group - GROUP_LEN + 4)))
			return font_read_broken(err, "the ranges of cmap are not in order");
		/* One beyond the last is found in good fonts, and draws nothing. */
		if (last > glyphs)
			return font_read_broken(err, "cmap leads to glyphs that it does not have");
	}
	return RC_OK;
}

enum rc font_cmap_check(struct bytes cmap, uint32_t glyphs, struct err *err)
{
	uint32_t count = cmap.n >= HEADER_LEN ? font_read_16(cmap.p + 2) : 0;
	enum rc rc = RC_OK;

	if (count == 0 || count > LIMIT_FONT_TABLES
		|| HEADER_LEN + (size_t)count * RECORD_LEN > cmap.n)
		return font_read_broken(err, "cmap makes no sense");
	for (uint32_t i = 0; rc == RC_OK && i < count; i++) {
		uint32_t at = font_read_32(cmap.p + HEADER_LEN + RECORD_LEN * (size_t)i + 4);
		uint32_t format;
		struct bytes part;

		if (at > cmap.n || cmap.n - at < 6 || part_len(cmap, at) > cmap.n - at)
			return font_read_broken(err, "a part of cmap lies outside it");
		format = font_read_16(cmap.p + at);
		part = (struct bytes){cmap.p + at, (size_t)part_len(cmap, at)};
		if (!RULE_ON(RULE_FONT_RANGES))
			continue;
		if (format == 4)
			rc = check_segments(part, err);
		else if (format == 12 || format == 13)
			rc = check_groups(part, format == 13, glyphs, err);
	}
	return rc;
}

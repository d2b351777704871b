// SPDX-License-Identifier: Apache-2.0
/* Judging the lists of layout tables. Runs in: intake. */
#include "templates/font_layout.h"

#include "templates/font_read.h"

#define HEADER_LEN 10u
#define TAGGED_LEN 6u /* a record of a tag and an offset */
#define FEATURE_LEN 4u
#define LOOKUP_LEN 6u
#define KINDS_OF_SUBSTITUTES 8u
#define KINDS_OF_PLACES 9u

static enum rc outside(struct err *err)
{
	return font_read_broken(err, "a part of GSUB or GPOS lies outside it");
}

/* A list at an offset of the table: its count, then entries of so many bytes. Offset 0: no list. */
static bool find_list(
	struct bytes table, uint32_t at, size_t entry_len, struct bytes *list, uint32_t *count)
{
	*count = 0;
	*list = (struct bytes){table.p, 0};
	if (at == 0)
		return true;
	if (at > table.n || table.n - at < 2)
		return false;
	*list = (struct bytes){table.p + at, table.n - at};
	*count = font_read_16(list->p);
	return (list->n - 2) / entry_len >= *count;
}

static enum rc check_lookup(struct bytes lookup, uint32_t kinds, struct err *err)
{
	uint32_t kind;
	uint32_t count;

	if (lookup.n < LOOKUP_LEN)
		return outside(err);
	kind = font_read_16(lookup.p);
	count = font_read_16(lookup.p + 4);
	if (kind == 0 || kind > kinds)
		return font_read_broken(err, "GSUB or GPOS holds a lookup of an unknown kind");
	if ((lookup.n - LOOKUP_LEN) / 2 < count)
		return outside(err);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = font_read_16(lookup.p + LOOKUP_LEN + 2 * (size_t)i);

		if (at > lookup.n || lookup.n - at < 2)
			return outside(err);
	}
	return RC_OK;
}

static enum rc check_lookups(struct bytes table, uint32_t kinds, uint32_t *lookups, struct err *err)
{
	struct bytes list;
	enum rc rc = RC_OK;

	if (!find_list(table, font_read_16(table.p + 8), 2, &list, lookups))
		return outside(err);
	for (uint32_t i = 0; rc == RC_OK && i < *lookups; i++) {
		uint32_t at = font_read_16(list.p + 2 + 2 * (size_t)i);

		if (at > list.n)
			return outside(err);
		rc = check_lookup((struct bytes){list.p + at, list.n - at}, kinds, err);
	}
	return rc;
}

static enum rc check_features(
	struct bytes table, uint32_t lookups, uint32_t *features, struct err *err)
{
	struct bytes list;

	if (!find_list(table, font_read_16(table.p + 6), TAGGED_LEN, &list, features))
		return outside(err);
	for (uint32_t i = 0; i < *features; i++) {
		uint32_t at = font_read_16(list.p + 2 + TAGGED_LEN * (size_t)i + 4);
		uint32_t count;

		if (at > list.n || list.n - at < FEATURE_LEN)
			return outside(err);
		count = font_read_16(list.p + at + 2);
		if ((list.n - at - FEATURE_LEN) / 2 < count)
			return outside(err);
		for (uint32_t k = 0; k < count; k++)
			if (font_read_16(list.p + at + FEATURE_LEN + 2 * (size_t)k) >= lookups)
				return font_read_broken(
					err, "a feature asks for a lookup that it does not have");
	}
	return RC_OK;
}

/* Scripts: each lists its languages, which are judged where they are used. */
static enum rc check_scripts(struct bytes table, struct err *err)
{
	struct bytes list;
	uint32_t scripts;

	if (!find_list(table, font_read_16(table.p + 4), TAGGED_LEN, &list, &scripts))
		return outside(err);
	for (uint32_t i = 0; i < scripts; i++) {
		uint32_t at = font_read_16(list.p + 2 + TAGGED_LEN * (size_t)i + 4);

		if (at > list.n || list.n - at < 4
			|| (list.n - at - 4) / TAGGED_LEN < font_read_16(list.p + at + 2))
			return outside(err);
	}
	return RC_OK;
}

enum rc font_layout_check(struct bytes table, enum font_layout_kind kind, struct err *err)
{
	uint32_t kinds = kind == FONT_LAYOUT_PLACES ? KINDS_OF_PLACES : KINDS_OF_SUBSTITUTES;
	uint32_t lookups;
	uint32_t features;
	enum rc rc;

	if (table.n == 0)
		return RC_OK;
	if (table.n < HEADER_LEN || font_read_16(table.p) != 1)
		return font_read_broken(err, "GSUB or GPOS makes no sense");
	rc = check_lookups(table, kinds, &lookups, err);
	if (rc == RC_OK)
		rc = check_features(table, lookups, &features, err);
	if (rc == RC_OK)
		rc = check_scripts(table, err);
	return rc;
}

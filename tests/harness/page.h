// SPDX-License-Identifier: Apache-2.0
/*
 * A small template, compiled by hand, with fields in many scripts: what the tests of PDF, pass and
 * render worker draw, without the compile process.
 */
#ifndef TESTS_HARNESS_PAGE_H
#define TESTS_HARNESS_PAGE_H

#include "render/text.h"

#define PAGE_SCRIPTS 14

/* A field of the page: named "field." and lang; its font's file and face. */
struct page_script {
	const char *lang;
	const char *text; /* UTF-8, fits the field */
	const char *path;
	uint16_t face;
	bool rtl;
};
extern const struct page_script page_scripts[PAGE_SCRIPTS];

struct page {
	struct arena *a;
	struct bytes blob; /* as the worker maps it */
	struct wire_font *fonts;
	struct bytes *files;
	uint32_t font_count;
	struct wire_value *values; /* recipient.name first */
	uint32_t value_count;
};

/* 1123 x 794 CSS pixels; dpi decides the picture. Aborts when a font is missing. */
struct page page_new(uint16_t dpi);
void page_free(struct page *p);

/* The bytes of an artifact whose results are in result (first byte at result_offset). */
struct bytes page_join(const struct page *p, const struct wire_artifact *artifact,
	struct bytes result, uint64_t result_offset, struct arena *a);

#endif

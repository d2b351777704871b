// SPDX-License-Identifier: Apache-2.0
/*
 * Picking the rows of a cohort that are hardest to set: longest and shortest values, letters from right
 * to left, combining marks, text shrunk most, most fields, missing ones. Memory does not grow with the cohort.
 */
#ifndef PIPELINE_PREVIEW_PICK_H
#define PIPELINE_PREVIEW_PICK_H

#include "pipeline/plan_measure.h"

struct preview_pick;

/* Why a row was picked; field is empty when it is about the whole row. */
struct preview_reason {
	const char *name; /* "longest", "right-to-left", ...: what programs branch on */
	struct str field; /* "recipient.name" */
	const char *measure; /* of what amount is: "length" in characters, ...; "": nothing */
	uint32_t amount;
};

struct preview_page {
	struct wire_row row;
	uint32_t credential; /* index in the manifest */
	LIST_OF(struct preview_reason) reasons;
};

struct preview_pages {
	struct preview_page *items;
	uint32_t count;
	uint32_t lost; /* rows worth a look beyond max */
};

/* fields: those that the template shows; borrowed. */
struct preview_pick *preview_pick_new(
	const struct str *fields, uint32_t field_count, uint32_t credential_count);
void preview_pick_free(struct preview_pick **p);
/* A measured row that would be issued. */
void preview_pick_look(
	struct preview_pick *p, const struct wire_row *row, const struct plan_verdict *v);
/*
 * At most max pages, a row once however often it was picked, credential by credential. Everything lives in
 * a and in p.
 */
struct preview_pages preview_pick_take(struct preview_pick *p, uint32_t max, struct arena *a);

#endif

// SPDX-License-Identifier: Apache-2.0
/*
 * Cleaned templates at rest: <data>/templates/<tenant>/<sha256>.tpl, sealed (ADR 0044). What was
 * put there once stays, because plans and names cite it by hash.
 */
#ifndef PIPELINE_SHELF_H
#define PIPELINE_SHELF_H

#include "pipeline/tenant.h"

/* Keeps len bytes at offset of fd, whose SHA-256 is sha256 (PEER otherwise). Nothing when it is there. */
enum rc shelf_add(struct tenant *t, int fd, uint64_t offset, uint64_t len, const uint8_t sha256[32],
	struct err *err) MUST_CHECK;
/*
 * *fd: a sealed memory descriptor, the caller's; -1 when it is not there. SYSTEM when what is there
 * was changed or belongs to another data directory.
 */
enum rc shelf_find(struct tenant *t, const uint8_t sha256[32], int *fd, struct err *err) MUST_CHECK;

/* Whether it is kept; does not look into it. */
bool shelf_has(struct tenant *t, const uint8_t sha256[32]);

/* A version of a named template: "diploma-a4@3", "diploma-a4@sha256:4be1..." (8 digits at least). */
struct shelf_pin {
	struct str name;
	uint32_t version; /* 0: by digits */
	struct str digits; /* hex, lower case */
};
/* True when text names a version of a template; it borrows from text. */
bool shelf_read_pin(struct str text, struct shelf_pin *out);
/* The template that is meant; *found false: the sentence to show is in err. name may stand alone: newest. */
enum rc shelf_find_pin(struct tenant *t, struct arena *a, struct str text,
	struct ledger_template *out, bool *found, struct err *err) MUST_CHECK;
/* shelf_find_pin, then its bytes. INPUT says what is not there. */
enum rc shelf_open_pin(struct tenant *t, struct arena *a, struct str text,
	struct ledger_template *out, int *fd, struct err *err) MUST_CHECK;
/* "diploma-a4": letters, digits, dots, dashes and underscores, at most 64. */
bool shelf_name_ok(struct str name);

#endif

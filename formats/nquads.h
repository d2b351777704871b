// SPDX-License-Identifier: Apache-2.0
/*
 * RDF datasets as lists of quads, read from N-Quads (RDF 1.1 N-Quads) and written as canonical
 * N-Quads (RDFC-1.0, section "A Canonical form of N-Quads").
 */
#ifndef FORMATS_NQUADS_H
#define FORMATS_NQUADS_H

#include "base/buf.h"
#include "base/str.h"

#define NQUADS_MAX 65536

enum nquads_kind {
	NQUADS_NONE, /* only as a graph: the default graph */
	NQUADS_IRI,
	NQUADS_BLANK,
	NQUADS_LITERAL, /* plain or typed */
	NQUADS_TAGGED, /* a literal with a language */
};

/*
 * value: the IRI, the label without "_:", or the literal's text, never escaped. note: datatype IRI
 * (empty: xsd:string) of a LITERAL, language tag of a TAGGED, else empty.
 */
struct nquads_term {
	enum nquads_kind kind;
	struct str value;
	struct str note;
};

struct nquads_quad {
	struct nquads_term s;
	struct nquads_term p;
	struct nquads_term o;
	struct nquads_term g;
};

/* Starts as zeros; items live in the arena given to nquads_add(). */
struct nquads_set {
	struct nquads_quad *items;
	size_t count;
	size_t room;
};

/* LIMIT at NQUADS_MAX quads, or when a is full. Texts are borrowed. */
enum rc nquads_add(struct arena *a, struct nquads_set *set, const struct nquads_quad *quad,
	struct err *err) MUST_CHECK;

/* Appends what text says. Borrows from text. INPUT names the line. */
enum rc nquads_parse(
	struct arena *a, struct str text, struct nquads_set *out, struct err *err) MUST_CHECK;

/* Some order of quads, in which equal ones are neighbours: for qsort of pointers to quads. */
int nquads_compare(const void *a, const void *b);

/* One term as canonical N-Quads writes it; nothing for NONE. */
void nquads_put_term(struct buf *out, const struct nquads_term *term);
/* One line with its line feed. */
void nquads_put(struct buf *out, const struct nquads_quad *quad);

#endif

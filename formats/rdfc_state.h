// SPDX-License-Identifier: Apache-2.0
/* What the two halves of RDFC-1.0 share: rdfc.c (the dataset) and rdfc_ndegree.c (nodes that look alike). */
#ifndef FORMATS_RDFC_STATE_H
#define FORMATS_RDFC_STATE_H

#include "base/hash.h"
#include "formats/rdfc.h"

#define RDFC_HEX_LEN (2 * HASH_SHA384_LEN)
#define RDFC_NO_NODE UINT32_MAX

/* A blank node. quads: indices from, to (exclusive) of rdfc.mentions. hash: first degree, as text. */
struct rdfc_node {
	struct str label;
	uint32_t from;
	uint32_t to;
	uint32_t issued; /* number behind "c14n", RDFC_NO_NODE before that */
	char hash[RDFC_HEX_LEN + 1];
};

/* A quad and its blank nodes: s, o, g or RDFC_NO_NODE. */
struct rdfc_quad {
	const struct nquads_quad *quad;
	uint32_t node[3];
};

/* Blank nodes in the order in which an identifier issuer named them b0, b1, ... */
struct rdfc_issuer {
	uint32_t *nodes;
	uint32_t count;
};

/*
 * scratch: emptied after each call of rdfc_ndegree(). work_left: steps, for the whole dataset.
 * alike_count: nodes whose first-degree hash is not theirs alone. call_count: of Hash N-Degree Quads.
 */
struct rdfc {
	enum rdfc_hash kind;
	size_t hex_len;
	struct rdfc_quad *quads;
	size_t quad_count;
	struct rdfc_node *nodes;
	uint32_t node_count;
	uint32_t *mentions; /* indices into quads */
	uint32_t issued_count;
	struct arena *scratch;
	uint64_t work_left;
	uint64_t call_count;
	uint64_t alike_count;
	struct err *err;
};

/* Lower-case hexadecimal of the dataset's hash function, with a NUL. */
void rdfc_hash_text(const struct rdfc *w, struct bytes in, char out[RDFC_HEX_LEN + 1]);

/*
 * Hash N-Degree Quads (RDFC-1.0, 4.8) of a node that no other hash could tell apart; it is the first
 * its issuer names. *out lives in w->scratch. LIMIT when the work is used up.
 */
enum rc rdfc_ndegree(struct rdfc *w, uint32_t node, char hash[RDFC_HEX_LEN + 1],
	struct rdfc_issuer *out) MUST_CHECK;

#endif

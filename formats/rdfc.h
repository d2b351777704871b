// SPDX-License-Identifier: Apache-2.0
/*
 * RDF Dataset Canonicalization (RDFC-1.0, W3C Recommendation of 2024-05-21): equal datasets give
 * equal bytes, whatever their blank nodes were called.
 */
#ifndef FORMATS_RDFC_H
#define FORMATS_RDFC_H

#include "formats/nquads.h"

enum rdfc_hash {
	RDFC_SHA256,
	RDFC_SHA384,
};

/* label: what the input called it. issued: "c14n0", ... */
struct rdfc_name {
	struct str label;
	struct str issued;
};

/*
 * nquads: canonical N-Quads. names: by label, one for every blank node. order_differs: somewhere the
 * order of code points, which counts, is not that of UTF-16 units, by which some implementations
 * sort; they get another result. is_costly: Hash N-Degree Quads ran more often than there are nodes
 * that look alike at first. rdf-canonize, which most verifiers stand on, may give up there; how often
 * it runs depends on the order in which a program meets the nodes, so this errs on the safe side.
 */
struct rdfc_result {
	struct str nquads;
	struct rdfc_name *names;
	size_t name_count;
	bool order_differs;
	bool is_costly;
};

/*
 * Canonical form of a dataset; *out lives in a and borrows labels from set. Duplicate quads count
 * once. LIMIT when telling its blank nodes apart would take more work than any credential needs
 * (datasets made to be expensive exist), or a is full.
 */
enum rc rdfc_canonize(struct arena *a, const struct nquads_set *set, enum rdfc_hash hash,
	struct rdfc_result *out, struct err *err) MUST_CHECK;

#endif

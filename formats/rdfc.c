// SPDX-License-Identifier: Apache-2.0
/* RDFC-1.0: the dataset, first-degree hashes, names. Runs in: whatever signs or checks Data Integrity proofs. */
#include "formats/rdfc.h"

#include "base/err.h"
#include "base/text.h"
#include "formats/rdfc_state.h"

#include <stdlib.h>
#include <string.h>

/* The suite's hardest graphs that must be solved take a twentieth of this. */
#define WORK_MAX 400000
#define SCRATCH_LEN ((size_t)48 << 20)
#define TEXT_MAX ((size_t)64 << 20)

void rdfc_hash_text(const struct rdfc *w, struct bytes in, char out[RDFC_HEX_LEN + 1])
{
	uint8_t digest[HASH_SHA384_LEN];

	if (w->kind == RDFC_SHA384)
		hash_sha384(in, digest);
	else
		hash_sha256(in, digest);
	text_hex((struct bytes){digest, w->hex_len / 2}, out);
}

/* ---- order ---- */

static int compare_lines(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/*
 * UTF-16 puts U+E000 to U+FFFF behind what is above; UTF-8 and code points put it before. Sorted
 * lines are in UTF-16 order too when every two neighbours are.
 */
static bool is_trap(struct str a, struct str b)
{
	size_t i = 0;

	while (i < a.n && i < b.n && a.p[i] == b.p[i])
		i++;
	return i < a.n && i < b.n && (unsigned char)b.p[i] >= 0xF0
		&& ((unsigned char)a.p[i] == 0xEE || (unsigned char)a.p[i] == 0xEF);
}

/* lines: offsets into text until now. Sorts them and says whether their order could be disputed. */
static bool sort_lines(struct str *lines, size_t count)
{
	qsort(lines, count, sizeof *lines, compare_lines);
	for (size_t i = 1; i < count; i++) {
		if (is_trap(lines[i - 1], lines[i]))
			return true;
	}
	return false;
}

/* Writes quads[which[i]] with names from name_node; *lines are the sorted lines. */
struct writer {
	struct buf text;
	struct str *lines;
	size_t *starts;
};

static bool end_lines(struct writer *x, size_t count)
{
	x->starts[count] = x->text.n;
	for (size_t i = 0; i < count; i++)
		x->lines[i] = (struct str){
			(const char *)x->text.p + x->starts[i], x->starts[i + 1] - x->starts[i]};
	return sort_lines(x->lines, count);
}

static struct nquads_term renamed(
	const struct nquads_term *term, uint32_t node, const struct str *names)
{
	struct nquads_term t = *term;

	if (node != RDFC_NO_NODE)
		t.value = names[node];
	return t;
}

static void put_renamed(struct buf *out, const struct rdfc_quad *q, const struct str *names)
{
	struct nquads_quad quad = {.s = renamed(&q->quad->s, q->node[0], names),
		.p = q->quad->p,
		.o = renamed(&q->quad->o, q->node[1], names),
		.g = renamed(&q->quad->g, q->node[2], names)};

	nquads_put(out, &quad);
}

/* ---- the dataset ---- */

static int compare_labels(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static const struct nquads_term *blank_of(const struct nquads_quad *quad, int position)
{
	const struct nquads_term *term = position == 0 ? &quad->s
		: position == 1                        ? &quad->o
						       : &quad->g;

	return term->kind == NQUADS_BLANK ? term : NULL;
}

/* Every quad once. */
static void take_quads(struct arena *a, const struct nquads_set *set, struct rdfc *w)
{
	const struct nquads_quad **sorted = arena_alloc(a, (set->count + 1) * sizeof(void *));

	for (size_t i = 0; i < set->count; i++)
		sorted[i] = &set->items[i];
	qsort(sorted, set->count, sizeof(void *), nquads_compare);
	w->quads = arena_alloc(a, (set->count + 1) * sizeof *w->quads);
	for (size_t i = 0; i < set->count; i++) {
		if (i == 0 || nquads_compare(&sorted[i - 1], &sorted[i]) != 0)
			w->quads[w->quad_count++].quad = sorted[i];
	}
}

static void take_nodes(struct arena *a, struct rdfc *w)
{
	struct str *labels = arena_alloc(a, (w->quad_count * 3 + 1) * sizeof *labels);
	size_t count = 0;
	uint32_t n = 0;

	for (size_t i = 0; i < w->quad_count; i++) {
		for (int k = 0; k < 3; k++) {
			const struct nquads_term *term = blank_of(w->quads[i].quad, k);

			if (term != NULL)
				labels[count++] = term->value;
		}
	}
	qsort(labels, count, sizeof *labels, compare_labels);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || !str_eq(labels[i - 1], labels[i]))
			labels[n++] = labels[i];
	}
	w->nodes = arena_zalloc(a, (size_t)n + 1, sizeof *w->nodes);
	w->node_count = n;
	for (uint32_t i = 0; i < n; i++) {
		w->nodes[i].label = labels[i];
		w->nodes[i].issued = RDFC_NO_NODE;
	}
}

static uint32_t node_of(const struct rdfc *w, const struct nquads_term *term)
{
	uint32_t low = 0;
	uint32_t high = w->node_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (str_compare(w->nodes[middle].label, term->value) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A quad is mentioned once at a node, even when the node is in it twice. */
static bool is_repeated(const struct rdfc_quad *q, int position)
{
	for (int k = 0; k < position; k++) {
		if (q->node[k] == q->node[position])
			return true;
	}
	return false;
}

/* Which quads each node is in. */
static void link_nodes(struct arena *a, struct rdfc *w)
{
	uint32_t total = 0;

	for (size_t i = 0; i < w->quad_count; i++) {
		struct rdfc_quad *q = &w->quads[i];

		for (int k = 0; k < 3; k++) {
			const struct nquads_term *term = blank_of(q->quad, k);

			q->node[k] = term != NULL ? node_of(w, term) : RDFC_NO_NODE;
			if (term != NULL && !is_repeated(q, k))
				w->nodes[q->node[k]].to++;
		}
	}
	for (uint32_t i = 0; i < w->node_count; i++) {
		uint32_t count = w->nodes[i].to;

		w->nodes[i].from = w->nodes[i].to = total;
		total += count;
	}
	w->mentions = arena_alloc(a, ((size_t)total + 1) * sizeof *w->mentions);
	for (size_t i = 0; i < w->quad_count; i++) {
		const struct rdfc_quad *q = &w->quads[i];

		for (int k = 0; k < 3; k++) {
			if (q->node[k] != RDFC_NO_NODE && !is_repeated(q, k))
				w->mentions[w->nodes[q->node[k]].to++] = (uint32_t)i;
		}
	}
}

/* 4.6, Hash First Degree Quads, of every node. True when an order could be disputed. */
static bool hash_nodes(struct rdfc *w, struct writer *x, struct str *names)
{
	bool differs = false;
	struct buf joined = buf_new(TEXT_MAX);

	for (uint32_t i = 0; i < w->node_count; i++)
		names[i] = STR("z");
	for (uint32_t i = 0; i < w->node_count; i++) {
		struct rdfc_node *n = &w->nodes[i];
		size_t count = n->to - n->from;

		buf_reset(&x->text);
		buf_reset(&joined);
		names[i] = STR("a");
		for (size_t k = 0; k < count; k++) {
			x->starts[k] = x->text.n;
			put_renamed(&x->text, &w->quads[w->mentions[n->from + k]], names);
		}
		names[i] = STR("z");
		differs |= end_lines(x, count);
		for (size_t k = 0; k < count; k++)
			buf_put_str(&joined, x->lines[k]);
		rdfc_hash_text(w, buf_bytes(&joined), n->hash);
		differs |= joined.full;
	}
	buf_free(&joined);
	return differs;
}

/* ---- names ---- */

struct ranked {
	uint32_t node;
	const char *hash;
};

/* The outcome of rdfc_ndegree() for one of several nodes that look alike. */
struct outcome {
	char hash[RDFC_HEX_LEN + 1];
	struct rdfc_issuer issuer;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a;
	const struct ranked *y = b;
	int order = strcmp(x->hash, y->hash);

	return order != 0 ? order : (x->node > y->node) - (x->node < y->node);
}

static int compare_outcomes(const void *a, const void *b)
{
	return strcmp(((const struct outcome *)a)->hash, ((const struct outcome *)b)->hash);
}

static void issue(struct rdfc *w, uint32_t node)
{
	if (w->nodes[node].issued == RDFC_NO_NODE)
		w->nodes[node].issued = w->issued_count++;
}

/* 4.4.3, step 5.2 and 5.3, for nodes of one first-degree hash. */
static enum rc name_alike(struct arena *a, struct rdfc *w, const struct ranked *alike, size_t count)
{
	struct outcome *outcomes = arena_alloc(a, count * sizeof *outcomes);
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		struct rdfc_issuer issuer;
		enum rc rc;

		if (w->nodes[alike[i].node].issued != RDFC_NO_NODE)
			continue;
		arena_reset(w->scratch);
		rc = rdfc_ndegree(w, alike[i].node, outcomes[n].hash, &issuer);
		if (rc != RC_OK)
			return rc;
		if (arena_left_len(a) < issuer.count * sizeof *issuer.nodes + 256)
			return err_set(w->err, RC_LIMIT, "RDF dataset: more than fits in memory");
		outcomes[n].issuer.count = issuer.count;
		outcomes[n++].issuer.nodes =
			arena_dup(a, issuer.nodes, issuer.count * sizeof *issuer.nodes);
	}
	qsort(outcomes, n, sizeof *outcomes, compare_outcomes);
	for (size_t i = 0; i < n; i++) {
		for (uint32_t k = 0; k < outcomes[i].issuer.count; k++)
			issue(w, outcomes[i].issuer.nodes[k]);
	}
	return RC_OK;
}

static size_t alike_count(const struct ranked *r, size_t left)
{
	size_t n = 1;

	while (n < left && strcmp(r[n].hash, r[0].hash) == 0)
		n++;
	return n;
}

/* 4.4.3, steps 4 and 5: those with a hash of their own first, then the others. */
static enum rc name_nodes(struct arena *a, struct rdfc *w)
{
	struct ranked *ranked = arena_alloc(a, ((size_t)w->node_count + 1) * sizeof *ranked);
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < w->node_count; i++)
		ranked[i] = (struct ranked){i, w->nodes[i].hash};
	qsort(ranked, w->node_count, sizeof *ranked, compare_ranked);
	for (size_t i = 0, n; i < w->node_count; i += n) {
		n = alike_count(ranked + i, w->node_count - i);
		if (n == 1)
			issue(w, ranked[i].node);
	}
	for (size_t i = 0, n; i < w->node_count && rc == RC_OK; i += n) {
		n = alike_count(ranked + i, w->node_count - i);
		if (n == 1)
			continue;
		w->alike_count += n;
		rc = name_alike(a, w, ranked + i, n);
	}
	return rc;
}

/* ---- result ---- */

static bool write_result(struct arena *a, struct rdfc *w, struct writer *x, struct str *names,
	struct rdfc_result *out)
{
	struct buf joined = buf_new(TEXT_MAX);
	bool fits;

	out->names = arena_alloc(a, ((size_t)w->node_count + 1) * sizeof *out->names);
	out->name_count = w->node_count;
	for (uint32_t i = 0; i < w->node_count; i++) {
		names[i] = str_fmt(a, "c14n%u", w->nodes[i].issued);
		out->names[i] = (struct rdfc_name){w->nodes[i].label, names[i]};
	}
	buf_reset(&x->text);
	for (size_t i = 0; i < w->quad_count; i++) {
		x->starts[i] = x->text.n;
		put_renamed(&x->text, &w->quads[i], names);
	}
	out->is_costly = w->call_count > w->alike_count;
	out->order_differs |= end_lines(x, w->quad_count);
	for (size_t i = 0; i < w->quad_count; i++)
		buf_put_str(&joined, x->lines[i]);
	fits = !joined.full && !x->text.full && arena_left_len(a) >= joined.n + 16;
	if (fits)
		out->nquads = (struct str){arena_dup(a, joined.p, joined.n), joined.n};
	buf_free(&joined);
	return fits;
}

/* What canonicalising count quads takes of the arena, outcomes of alike nodes apart. */
static size_t room_for(size_t count)
{
	return 4096
		+ (count + 1)
		* (sizeof(void *) + sizeof(struct rdfc_quad) + sizeof(size_t) + sizeof(struct str)
			+ 3
				* (2 * sizeof(struct str) + sizeof(struct rdfc_node)
					+ sizeof(uint32_t) + sizeof(struct ranked)
					+ sizeof(struct outcome) + sizeof(struct rdfc_name) + 32));
}

enum rc rdfc_canonize(struct arena *a, const struct nquads_set *set, enum rdfc_hash hash,
	struct rdfc_result *out, struct err *err)
{
	struct rdfc w = {.kind = hash,
		.hex_len = hash == RDFC_SHA384 ? 2 * HASH_SHA384_LEN : 2 * HASH_SHA256_LEN,
		.work_left = WORK_MAX,
		.err = err};
	struct writer x = {.text = buf_new(TEXT_MAX)};
	struct str *names;
	enum rc rc;

	if (arena_left_len(a) < room_for(set->count))
		return err_set(err, RC_LIMIT, "RDF dataset: more than fits in memory");
	*out = (struct rdfc_result){.nquads = {NULL, 0}};
	take_quads(a, set, &w);
	take_nodes(a, &w);
	link_nodes(a, &w);
	x.lines = arena_alloc(a, (w.quad_count + 1) * sizeof *x.lines);
	x.starts = arena_alloc(a, (w.quad_count + 1) * sizeof *x.starts);
	names = arena_alloc(a, ((size_t)w.node_count + 1) * sizeof *names);
	w.scratch = arena_new(SCRATCH_LEN);
	out->order_differs = hash_nodes(&w, &x, names);
	rc = name_nodes(a, &w);
	if (rc == RC_OK && !write_result(a, &w, &x, names, out))
		rc = err_set(err, RC_LIMIT, "RDF dataset: more than fits in memory");
	buf_free(&x.text);
	arena_free(&w.scratch);
	return rc;
}

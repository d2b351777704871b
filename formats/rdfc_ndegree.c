// SPDX-License-Identifier: Apache-2.0
/* RDFC-1.0, Hash N-Degree Quads: blank nodes told apart by their neighbours. Runs in: as rdfc.c. */
#include "base/text.h"
#include "formats/rdfc_state.h"

#include <stdlib.h>
#include <string.h>

/* "_:c14n" and digits, or "_:b" and digits. */
#define NAME_LEN 20

/* A neighbour and the hash that says how it is related. */
struct related {
	uint32_t node;
	char hash[RDFC_HEX_LEN + 1];
};

/*
 * One call of the algorithm, which calls itself; calls are a list instead, so that their depth costs
 * no C stack. related[from..to) is the group at hand; order its nodes, permuted for the trial, path and
 * trial its outcome so far, pending the nodes it has yet to go into.
 */
struct call {
	struct call *caller;
	struct rdfc_issuer issuer;
	struct related *related;
	uint32_t related_count;
	uint32_t from;
	uint32_t to;
	uint32_t *order;
	uint32_t *pending;
	uint32_t pending_count;
	uint32_t pending_at;
	bool trying;
	struct rdfc_issuer trial;
	struct rdfc_issuer chosen;
	char *path;
	size_t path_len;
	char *chosen_path;
	size_t chosen_len;
	char *text; /* what is hashed in the end */
	size_t text_len;
};

static enum rc use(struct rdfc *w, uint64_t work, size_t len)
{
	if (w->work_left < work || arena_left_len(w->scratch) < len + 256) {
		w->work_left = 0;
		return err_set(w->err, RC_LIMIT,
			"RDF dataset: its blank nodes take too much work to tell apart");
	}
	w->work_left -= work;
	return RC_OK;
}

static uint32_t find_issued(const struct rdfc_issuer *issuer, uint32_t node)
{
	for (uint32_t i = 0; i < issuer->count; i++) {
		if (issuer->nodes[i] == node)
			return i;
	}
	return RDFC_NO_NODE;
}

/* Every issuer has room for all nodes it may still name: its own, and one for each neighbour. */
static struct rdfc_issuer copy_issuer(
	struct rdfc *w, const struct rdfc_issuer *issuer, uint32_t more)
{
	struct rdfc_issuer copy = {.count = issuer->count};

	copy.nodes = arena_alloc(w->scratch, (issuer->count + more) * sizeof *copy.nodes);
	if (issuer->count != 0)
		memcpy(copy.nodes, issuer->nodes, issuer->count * sizeof *copy.nodes);
	return copy;
}

/* "_:c14n3" or "_:b0"; false when node has no name yet. */
static bool name_of(
	const struct rdfc *w, const struct rdfc_issuer *issuer, uint32_t node, char out[NAME_LEN])
{
	uint32_t at;

	if (w->nodes[node].issued != RDFC_NO_NODE)
		return text_fmt(out, NAME_LEN, "_:c14n%u", w->nodes[node].issued);
	at = find_issued(issuer, node);
	return at != RDFC_NO_NODE && text_fmt(out, NAME_LEN, "_:b%u", at);
}

/* 4.7, Hash Related Blank Node. */
static void hash_related(struct rdfc *w, const struct rdfc_issuer *issuer,
	const struct rdfc_quad *q, int position, struct related *out)
{
	struct buf text = buf_new((size_t)1 << 24);
	char name[NAME_LEN];

	buf_put_char(&text, "sog"[position]);
	if (position != 2)
		nquads_put_term(&text, &q->quad->p);
	if (name_of(w, issuer, q->node[position], name))
		buf_put_cz(&text, name);
	else
		buf_put(&text, w->nodes[q->node[position]].hash, w->hex_len);
	out->node = q->node[position];
	rdfc_hash_text(w, buf_bytes(&text), out->hash);
	buf_free(&text);
}

static int compare_related(const void *a, const void *b)
{
	const struct related *x = a;
	const struct related *y = b;
	int order = strcmp(x->hash, y->hash);

	return order != 0 ? order : (x->node > y->node) - (x->node < y->node);
}

/* Steps 1 to 3. */
static enum rc collect_related(struct rdfc *w, struct call *c, uint32_t node)
{
	const struct rdfc_node *n = &w->nodes[node];
	size_t room = (size_t)(n->to - n->from) * 3;

	if (use(w, room, room * sizeof *c->related) != RC_OK)
		return RC_LIMIT;
	c->related = arena_alloc(w->scratch, room * sizeof *c->related);
	for (uint32_t i = n->from; i < n->to; i++) {
		const struct rdfc_quad *q = &w->quads[w->mentions[i]];

		for (int k = 0; k < 3; k++) {
			if (q->node[k] != RDFC_NO_NODE && q->node[k] != node)
				hash_related(w, &c->issuer, q, k, &c->related[c->related_count++]);
		}
	}
	qsort(c->related, c->related_count, sizeof *c->related, compare_related);
	return RC_OK;
}

static enum rc start_call(struct rdfc *w, uint32_t node, const struct rdfc_issuer *issuer,
	struct call *caller, struct call **out)
{
	struct call *c;
	size_t part = w->hex_len + 2 + NAME_LEN;
	size_t count;

	if (use(w, 1 + issuer->count / 16, sizeof *c + issuer->count * sizeof *issuer->nodes)
		!= RC_OK)
		return RC_LIMIT;
	w->call_count++;
	c = arena_zalloc(w->scratch, 1, sizeof *c);
	c->caller = caller;
	c->issuer = *issuer;
	if (collect_related(w, c, node) != RC_OK)
		return RC_LIMIT;
	count = c->related_count;
	if (use(w, 0, count * (4 * part + 2 * sizeof(uint32_t))) != RC_OK)
		return RC_LIMIT;
	c->order = arena_alloc(w->scratch, count * sizeof *c->order);
	c->pending = arena_alloc(w->scratch, count * sizeof *c->pending);
	c->path = arena_alloc(w->scratch, count * part);
	c->chosen_path = arena_alloc(w->scratch, count * part);
	c->text = arena_alloc(w->scratch, count * 2 * part);
	*out = c;
	return RC_OK;
}

static void add_text(struct call *c, const char *p, size_t n)
{
	memcpy(c->text + c->text_len, p, n);
	c->text_len += n;
}

static void add_path(struct call *c, const char *p, size_t n)
{
	memcpy(c->path + c->path_len, p, n);
	c->path_len += n;
}

/* 5.4.4.4, 5.4.5.5: this permutation can no longer be the least. */
static bool is_hopeless(const struct call *c)
{
	return c->chosen_len != 0 && c->path_len >= c->chosen_len
		&& str_compare((struct str){c->path, c->path_len},
			   (struct str){c->chosen_path, c->chosen_len})
		> 0;
}

/* The next group of equal hashes; false when there is none. */
static bool start_group(struct rdfc *w, struct call *c)
{
	c->from = c->to;
	if (c->from == c->related_count)
		return false;
	while (c->to < c->related_count
		&& strcmp(c->related[c->to].hash, c->related[c->from].hash) == 0) {
		c->order[c->to] = c->related[c->to].node;
		c->to++;
	}
	add_text(c, c->related[c->from].hash, w->hex_len);
	c->chosen_len = 0;
	return true;
}

/* 5.4.1 to 5.4.4: names what this permutation names at once. False when it is hopeless already. */
static enum rc start_trial(struct rdfc *w, struct call *c, bool *hopeful)
{
	uint32_t count = c->to - c->from;
	char name[NAME_LEN];

	if (use(w, 1 + c->issuer.count / 16, (c->issuer.count + count) * sizeof(uint32_t)) != RC_OK)
		return RC_LIMIT;
	c->trial = copy_issuer(w, &c->issuer, count);
	c->path_len = 0;
	c->pending_count = 0;
	c->pending_at = 0;
	*hopeful = true;
	for (uint32_t i = c->from; i < c->to && *hopeful; i++) {
		uint32_t node = c->order[i];

		if (!name_of(w, &c->trial, node, name)) {
			c->pending[c->pending_count++] = node;
			c->trial.nodes[c->trial.count++] = node;
			(void)name_of(w, &c->trial, node, name);
		}
		add_path(c, name, strlen(name));
		*hopeful = !is_hopeless(c);
	}
	c->trying = *hopeful;
	return RC_OK;
}

/*
 * The next permutation of order[from..to) in lexicographic order; false after the last. A neighbour that
 * is there several times (a graph's name, by each quad in it) gives the same path in each of its places.
 */
static bool permute(struct call *c)
{
	uint32_t *o = c->order + c->from;
	uint32_t n = c->to - c->from;
	uint32_t i = n - 1;
	uint32_t j = n - 1;

	while (i > 0 && o[i - 1] >= o[i])
		i--;
	if (i == 0)
		return false;
	while (o[j] <= o[i - 1])
		j--;
	for (uint32_t k = o[i - 1], once = 1; once == 1; once = 0) {
		o[i - 1] = o[j];
		o[j] = k;
	}
	for (j = n - 1; i < j; i++, j--) {
		uint32_t k = o[i];

		o[i] = o[j];
		o[j] = k;
	}
	return true;
}

static void end_trial(struct call *c)
{
	c->trying = false;
	if (c->chosen_len == 0
		|| str_compare((struct str){c->path, c->path_len},
			   (struct str){c->chosen_path, c->chosen_len})
			< 0) {
		char *path = c->chosen_path;

		c->chosen_path = c->path;
		c->chosen_len = c->path_len;
		c->path = path;
		c->chosen = c->trial;
	}
}

/* After a trial: the next one, or the group's end and the next group. False when all are done. */
static bool go_on(struct rdfc *w, struct call *c)
{
	if (c->to != c->from) {
		if (permute(c))
			return true;
		add_text(c, c->chosen_path, c->chosen_len);
		c->issuer = c->chosen;
	}
	return start_group(w, c);
}

/* 5.4.5: what a call made for a pending node has found. */
static void take_result(
	struct rdfc *w, struct call *c, const struct rdfc_issuer *issuer, const char *hash)
{
	char name[NAME_LEN];

	(void)name_of(w, &c->trial, c->pending[c->pending_at++], name);
	add_path(c, name, strlen(name));
	add_path(c, "<", 1);
	add_path(c, hash, w->hex_len);
	add_path(c, ">", 1);
	c->trial = *issuer;
	if (is_hopeless(c))
		c->trying = false;
}

/* Until c needs another call (*child is set) or is done (*child stays NULL). */
static enum rc run_call(struct rdfc *w, struct call *c, struct call **child)
{
	bool hopeful;

	for (;;) {
		if (c->trying && c->pending_at < c->pending_count)
			return start_call(w, c->pending[c->pending_at], &c->trial, c, child);
		if (c->trying)
			end_trial(c);
		if (!go_on(w, c))
			return RC_OK;
		if (start_trial(w, c, &hopeful) != RC_OK)
			return RC_LIMIT;
	}
}

enum rc rdfc_ndegree(
	struct rdfc *w, uint32_t node, char hash[RDFC_HEX_LEN + 1], struct rdfc_issuer *out)
{
	struct rdfc_issuer issuer = {.nodes = &node, .count = 1};
	struct call *c = NULL;

	issuer = copy_issuer(w, &issuer, 0);
	if (start_call(w, node, &issuer, NULL, &c) != RC_OK)
		return RC_LIMIT;
	for (;;) {
		struct call *child = NULL;

		if (run_call(w, c, &child) != RC_OK)
			return RC_LIMIT;
		if (child != NULL) {
			c = child;
			continue;
		}
		rdfc_hash_text(w, (struct bytes){(const uint8_t *)c->text, c->text_len}, hash);
		if (c->caller == NULL)
			break;
		take_result(w, c->caller, &c->issuer, hash);
		c = c->caller;
	}
	*out = c->issuer;
	return RC_OK;
}

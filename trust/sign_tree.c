// SPDX-License-Identifier: Apache-2.0
/* Nodes to values. Runs in: sign. */
#include "trust/sign_tree.h"

#include "formats/badge_rules.h"
#include "formats/jsont.h"

#define DEPTH_MAX (2 * BADGE_RULES_DEPTH_MAX)

/* Containers that are open: what they are, and how many nodes are still due in each. */
struct build {
	struct jsont t;
	char bracket[DEPTH_MAX];
	uint32_t due[DEPTH_MAX];
	size_t depth;
};

static void close_full(struct build *b)
{
	while (b->depth > 1 && b->due[b->depth - 1] == 0) {
		b->depth--;
		jsont_close(&b->t, b->bracket[b->depth] == '{' ? '}' : ']');
	}
}

static enum rc add_node(
	struct build *b, const struct wire_node *node, struct arena *a, struct err *err)
{
	bool in_object = b->bracket[b->depth - 1] == '{';
	const char *name;

	if (in_object != (node->name.n != 0) || str_cz(a, node->name, &name, err) != RC_OK)
		return err_set(err, RC_INPUT, "a part of the badge has no name, or one too many");
	if (in_object)
		jsont_key(&b->t, name);
	b->due[b->depth - 1]--;
	if (node->kind == NODE_TEXT) {
		jsont_str(&b->t, node->text);
	} else if (node->kind == NODE_NUMBER && badge_rules_is_number(node->text)) {
		jsont_number(&b->t, node->text);
	} else if (node->kind == NODE_BOOL) {
		jsont_bool(&b->t, node->count != 0);
	} else if ((node->kind == NODE_OBJECT || node->kind == NODE_LIST) && b->depth < DEPTH_MAX) {
		b->bracket[b->depth] = node->kind == NODE_OBJECT ? '{' : '[';
		b->due[b->depth] = node->count;
		jsont_open(&b->t, b->bracket[b->depth++]);
	} else {
		return err_set(err, RC_INPUT, "a part of the badge is of no known kind");
	}
	return RC_OK;
}

enum rc sign_tree_build(const struct wire_node *nodes, uint32_t count, struct arena *a,
	const struct jsonr_value **out, struct err *err)
{
	struct build b = {.t = jsont_new(a), .bracket = {'{'}, .due = {UINT32_MAX}, .depth = 1};

	*out = NULL;
	if (count == 0)
		return RC_OK;
	jsont_open(&b.t, '{');
	for (uint32_t i = 0; i < count; i++) {
		enum rc rc;

		close_full(&b);
		rc = add_node(&b, &nodes[i], a, err);
		if (rc != RC_OK)
			return rc;
	}
	close_full(&b);
	if (b.depth != 1)
		return err_set(err, RC_INPUT, "the badge's parts are cut short");
	jsont_close(&b.t, '}');
	return jsont_end(&b.t, out, err);
}

// SPDX-License-Identifier: Apache-2.0
/* Trees from nodes, also from nodes that are none. Runs in: make check. */
#include "formats/jsont.h"
#include "tests/harness/harness.h"
#include "trust/sign_tree.h"

#include <string.h>

static struct arena *arena;

static enum rc build(const struct wire_node *nodes, uint32_t count, struct buf *out)
{
	const struct jsonr_value *value = NULL;
	struct err err = {0};
	enum rc rc = sign_tree_build(nodes, count, arena, &value, &err);

	if (rc == RC_OK && value != NULL)
		jsont_put(out, value);
	buf_put_char(out, '\0');
	return rc;
}

static void trees_come_out_as_they_went_in(void **state)
{
	static const struct wire_node nodes[] = {
		{.kind = NODE_LIST, .count = 2, .name = STR("tag")},
		{.kind = NODE_TEXT, .text = STR("a")},
		{.kind = NODE_OBJECT, .count = 2},
		{.kind = NODE_NUMBER, .name = STR("n"), .text = STR("7.5")},
		{.kind = NODE_BOOL, .count = 1, .name = STR("b")},
		{.kind = NODE_OBJECT, .count = 0, .name = STR("o")},
		{.kind = NODE_TEXT, .name = STR("t"), .text = STR("x")},
	};
	struct buf out = buf_new(4096);

	(void)state;
	assert_int_equal(build(nodes, ARRAY_COUNT(nodes), &out), RC_OK);
	assert_string_equal((const char *)out.p,
		"{\"tag\":[\"a\",{\"n\":7.5,\"b\":true}],\"o\":{},\"t\":\"x\"}");
	assert_int_equal(wire_node_end(nodes, ARRAY_COUNT(nodes), 0), 5);
	assert_int_equal(wire_node_end(nodes, ARRAY_COUNT(nodes), 2), 5);
	assert_int_equal(wire_node_member(nodes, ARRAY_COUNT(nodes), 2, "b"), 4);
	assert_int_equal(wire_node_member(nodes, ARRAY_COUNT(nodes), 2, "x"), 7);
	assert_true(str_eq_cz(wire_node_text(nodes, ARRAY_COUNT(nodes), 2, "n"), "7.5"));
	buf_free(&out);
}

static void refused(const struct wire_node *nodes, uint32_t count)
{
	struct buf out = buf_new(4096);

	assert_int_equal(build(nodes, count, &out), RC_INPUT);
	buf_free(&out);
}

static void what_is_no_tree_is_refused(void **state)
{
	static const struct wire_node cut[] = {{.kind = NODE_LIST, .count = 2, .name = STR("a")},
		{.kind = NODE_TEXT, .text = STR("x")}};
	static const struct wire_node unnamed[] = {{.kind = NODE_TEXT, .text = STR("x")}};
	static const struct wire_node named[] = {{.kind = NODE_LIST, .count = 1, .name = STR("a")},
		{.kind = NODE_TEXT, .name = STR("b"), .text = STR("x")}};
	static const struct wire_node number[] = {
		{.kind = NODE_NUMBER, .name = STR("n"), .text = STR("1,\"x\":2")}};
	static const struct wire_node unknown[] = {{.kind = 9, .name = STR("n")}};
	struct wire_node deep[64];
	struct buf out = buf_new(16);

	(void)state;
	refused(cut, 2);
	refused(unnamed, 1);
	refused(named, 2);
	refused(number, 1);
	refused(unknown, 1);
	for (size_t i = 0; i < ARRAY_COUNT(deep); i++)
		deep[i] = (struct wire_node){
			.kind = NODE_LIST, .count = 1, .name = i == 0 ? STR("a") : STR("")};
	refused(deep, ARRAY_COUNT(deep));
	assert_int_equal(build(NULL, 0, &out), RC_OK);
	/* Whatever the counts say, walking stays inside. */
	deep[0].count = 60000;
	assert_int_equal(wire_node_end(deep, ARRAY_COUNT(deep), 0), ARRAY_COUNT(deep));
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trees_come_out_as_they_went_in),
		cmocka_unit_test(what_is_no_tree_is_refused),
	};
	int failed;

	harness_start();
	arena = arena_new(1u << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}

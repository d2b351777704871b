// SPDX-License-Identifier: Apache-2.0
/*
 * The CSS tokenizer, style sheets, style attributes and property values. The first byte chooses a
 * property; what its grammar passes must pass again unchanged.
 */
#include "base/err.h"
#include "templates/css_sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len);

static void check_value(enum css_property property, struct str value, struct notes *notes)
{
	struct tree_node at = {.name = STR("rect")};
	struct css_declaration *once = css_sheet_attribute(property, value, &at, notes);
	struct css_declaration *twice;

	if (once == NULL)
		return;
	CHECK(once->property == property && str_is_utf8(once->value));
	twice = css_sheet_attribute(property, once->value, &at, notes);
	CHECK(twice != NULL && str_eq(once->value, twice->value));
	/* A name or address of elsewhere has no way to be spelled. */
	CHECK(str_find(once->value, '"', 0) == once->value.n
		&& str_find(once->value, ';', 0) == once->value.n);
	CHECK(str_find_str(once->value, STR("//")) == once->value.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	struct arena *a = arena_new((size_t)256 << 20);
	struct notes notes = {.a = a};
	struct tree_node at = {.name = STR("style")};
	struct css_sheet sheet = {NULL, NULL, 0, 0};
	struct str text = {(const char *)input + 1, len - 1};
	struct err err;

	/* Intake passes nothing else on. */
	if (len > 1 && str_is_utf8(text) && str_find(text, '\0', 0) == text.n) {
		check_value((enum css_property)(input[0] % PROP_COUNT), text, &notes);
		css_sheet_inline(text, &at, &notes);
		if (css_sheet_add(&sheet, text, &at, &notes, &err) != RC_OK)
			CHECK(err.text[0] != '\0');
	}
	arena_free(&a);
	return 0;
}

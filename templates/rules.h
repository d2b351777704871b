// SPDX-License-Identifier: Apache-2.0
/*
 * The cleaner's rules by name, so that a test can switch off any one of them and see the attacks get
 * through. Without RULE_MUTATION, which only that test's build defines, every rule is simply on.
 */
#ifndef TEMPLATES_RULES_H
#define TEMPLATES_RULES_H

#include <stdbool.h>

/* Before the parser, in the parser, elements, attributes, images, styles, references, drawing, telling. */
#define RULES(RULE) \
	RULE(INPUT_LEN) \
	RULE(START_BYTES) \
	RULE(NUL) \
	RULE(UTF8) \
	RULE(ENCODING) \
	RULE(DOCTYPE_SUBSET) \
	RULE(DOCTYPE_ID) \
	RULE(ELEMENTS) \
	RULE(DEPTH) \
	RULE(ATTRIBUTES) \
	RULE(ATTRIBUTE_LEN) \
	RULE(WELL_FORMED) \
	RULE(ROOT_NS) \
	RULE(ROOT_NAME) \
	RULE(ELEMENT_NS) \
	RULE(ELEMENT_LIST) \
	RULE(ELEMENT_PLACE) \
	RULE(TEXT_PLACE) \
	RULE(LINK) \
	RULE(SWITCH) \
	RULE(ATTR_LIST) \
	RULE(HREF_ONCE) \
	RULE(HREF_KIND) \
	RULE(IMAGE_EMPTY) \
	RULE(IMAGES_COUNT) \
	RULE(IMAGES_PIXELS) \
	RULE(IMAGE_SIZE) \
	RULE(IMAGE_HEAD) \
	RULE(IMAGE_DECODE) \
	RULE(PNG_HEADER) \
	RULE(PNG_CLAIM) \
	RULE(PNG_CHUNKS) \
	RULE(JPEG_FRAME) \
	RULE(JPEG_SCANS) \
	RULE(CSS_RULES) \
	RULE(CSS_MATCHES) \
	RULE(CSS_AT_RULE) \
	RULE(CSS_SELECTOR) \
	RULE(CSS_TYPE) \
	RULE(CSS_TOO_LONG) \
	RULE(CSS_INHERITANCE) \
	RULE(ID_CHARACTERS) \
	RULE(FAMILY_CHARACTERS) \
	RULE(ID_ONCE) \
	RULE(PROPERTY_TARGET) \
	RULE(HREF_TARGET) \
	RULE(CIRCLES) \
	RULE(COST_DRAWN) \
	RULE(COST_USE) \
	RULE(COST_CONTEXT) \
	RULE(COST_VERTICES) \
	RULE(COST_DEPTH) \
	RULE(COST_FILTERS) \
	RULE(COST_STEPS) \
	RULE(COST_LAYERS) \
	RULE(PAGE_MISSING) \
	RULE(PAGE_RANGE) \
	RULE(MATRIX) \
	RULE(TILE) \
	RULE(TEXT_CHARS) \
	RULE(TEXTS_CHARS) \
	RULE(PARTS) \
	RULE(QRS) \
	RULE(ESCAPE) \
	RULE(TELL_REMOVED) \
	RULE(TELL_LEFTOVER) \
	RULE(TELL_PRINTABLE)

/* One for each grammar of attributes (names.h) and of properties (css_property.h), after the others. */
enum rule {
#define RULE_ENUM(name) RULE_##name,
	RULES(RULE_ENUM)
#undef RULE_ENUM
		RULE_GRAMMAR,
	RULE_CSS_GRAMMAR = RULE_GRAMMAR + 32,
	RULE_COUNT = RULE_CSS_GRAMMAR + 32,
};

#ifdef RULE_MUTATION
/* Set by the test; RULE_COUNT: none. */
extern unsigned rules_off;
#define RULE_ON(rule) ((unsigned)(rule) != rules_off)
#else
#define RULE_ON(rule) true
#endif

#endif

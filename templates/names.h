// SPDX-License-Identifier: Apache-2.0
/*
 * The allow-list: elements with the places they may stand in, attributes with the elements they may
 * stand on and the grammar of their values. What is not listed here does not get through.
 */
#ifndef TEMPLATES_NAMES_H
#define TEMPLATES_NAMES_H

#include "base/str.h"

#define NAMES_SVG_NS "http://www.w3.org/2000/svg"
#define NAMES_XLINK_NS "http://www.w3.org/1999/xlink"
#define NAMES_XML_NS "http://www.w3.org/XML/1998/namespace"

enum names_element {
	EL_NONE,
	EL_SVG,
	EL_G,
	EL_DEFS,
	EL_SYMBOL,
	EL_USE,
	EL_TITLE,
	EL_DESC,
	EL_STYLE,
	EL_PATH,
	EL_RECT,
	EL_CIRCLE,
	EL_ELLIPSE,
	EL_LINE,
	EL_POLYLINE,
	EL_POLYGON,
	EL_IMAGE,
	EL_TEXT,
	EL_TSPAN,
	EL_TEXT_PATH,
	EL_FLOW_ROOT,
	EL_FLOW_REGION,
	EL_FLOW_PARA,
	EL_FLOW_SPAN,
	EL_LINEAR,
	EL_RADIAL,
	EL_STOP,
	EL_PATTERN,
	EL_CLIP,
	EL_MASK,
	EL_MARKER,
	EL_FILTER,
	EL_FE_BLEND,
	EL_FE_COLOR_MATRIX,
	EL_FE_COMPONENT,
	EL_FE_COMPOSITE,
	EL_FE_CONVOLVE,
	EL_FE_DIFFUSE,
	EL_FE_DISPLACE,
	EL_FE_DROP_SHADOW,
	EL_FE_FLOOD,
	EL_FE_BLUR,
	EL_FE_MERGE,
	EL_FE_MORPHOLOGY,
	EL_FE_OFFSET,
	EL_FE_SPECULAR,
	EL_FE_TILE,
	EL_FE_TURBULENCE,
	EL_FE_FUNC_R,
	EL_FE_FUNC_G,
	EL_FE_FUNC_B,
	EL_FE_FUNC_A,
	EL_FE_MERGE_NODE,
	EL_FE_DISTANT,
	EL_FE_POINT,
	EL_FE_SPOT,
	EL_COUNT,
};

#define EL_BIT(el) (UINT64_C(1) << (el))
#define EL_SHAPES \
	(EL_BIT(EL_PATH) | EL_BIT(EL_RECT) | EL_BIT(EL_CIRCLE) | EL_BIT(EL_ELLIPSE) \
		| EL_BIT(EL_LINE) | EL_BIT(EL_POLYLINE) | EL_BIT(EL_POLYGON))
#define EL_GROUPS (EL_BIT(EL_SVG) | EL_BIT(EL_G))
#define EL_SERVERS (EL_BIT(EL_LINEAR) | EL_BIT(EL_RADIAL) | EL_BIT(EL_PATTERN))
#define EL_GRADIENTS (EL_BIT(EL_LINEAR) | EL_BIT(EL_RADIAL))
/* Drawn only where something refers to them. */
#define EL_UNDRAWN \
	(EL_BIT(EL_DEFS) | EL_BIT(EL_SYMBOL) | EL_SERVERS | EL_BIT(EL_CLIP) | EL_BIT(EL_MASK) \
		| EL_BIT(EL_MARKER) | EL_BIT(EL_FILTER) | EL_BIT(EL_TITLE) | EL_BIT(EL_DESC))
#define EL_CHARACTERS \
	(EL_BIT(EL_TEXT) | EL_BIT(EL_TSPAN) | EL_BIT(EL_TEXT_PATH) | EL_BIT(EL_TITLE) \
		| EL_BIT(EL_DESC) | EL_BIT(EL_FLOW_PARA) | EL_BIT(EL_FLOW_SPAN) \
		| EL_BIT(EL_STYLE))
#define EL_PRIMITIVES \
	(EL_BIT(EL_FE_BLEND) | EL_BIT(EL_FE_COLOR_MATRIX) | EL_BIT(EL_FE_COMPONENT) \
		| EL_BIT(EL_FE_COMPOSITE) | EL_BIT(EL_FE_CONVOLVE) | EL_BIT(EL_FE_DIFFUSE) \
		| EL_BIT(EL_FE_DISPLACE) | EL_BIT(EL_FE_DROP_SHADOW) | EL_BIT(EL_FE_FLOOD) \
		| EL_BIT(EL_FE_BLUR) | EL_BIT(EL_FE_MERGE) | EL_BIT(EL_FE_MORPHOLOGY) \
		| EL_BIT(EL_FE_OFFSET) | EL_BIT(EL_FE_SPECULAR) | EL_BIT(EL_FE_TILE) \
		| EL_BIT(EL_FE_TURBULENCE))
#define EL_IS(element, set) ((EL_BIT(element) & (set)) != 0)

struct names_element_row {
	const char *name;
	uint64_t parents; /* EL_BIT of each element it may be a child of */
};

/* How the value of an attribute is checked: value.c has one function for each. */
enum names_grammar {
	GRAMMAR_ID,
	GRAMMAR_HREF, /* "#id", or a data image on image */
	GRAMMAR_LENGTH, /* number with unit or % */
	GRAMMAR_SIZE, /* the same, not negative */
	GRAMMAR_LENGTHS, /* list */
	GRAMMAR_NUMBER,
	GRAMMAR_NUMBERS,
	GRAMMAR_UNIT, /* number or percentage, 0..1 */
	GRAMMAR_PAIR, /* one or two numbers from 0 to the limit in arg */
	GRAMMAR_INTEGER, /* 0 to the limit in arg */
	GRAMMAR_ORDER, /* one or two integers, at most LIMIT_KERNEL */
	GRAMMAR_PATH,
	GRAMMAR_POINTS,
	GRAMMAR_TRANSFORM,
	GRAMMAR_VIEWBOX,
	GRAMMAR_ASPECT,
	GRAMMAR_WORD, /* one of the words in arg, "a|b|c" */
	GRAMMAR_ORIENT, /* auto, auto-start-reverse, angle */
	GRAMMAR_RESULT, /* name of a filter's intermediate picture */
	GRAMMAR_LANG,
	GRAMMAR_BOX, /* four numbers */
	GRAMMAR_TOKEN, /* an identifier: data-frame-for */
};

struct names_attr_row {
	const char *name; /* as written by us */
	enum names_grammar grammar;
	uint64_t on; /* EL_BIT of each element it may stand on */
	const char *arg;
};

/* EL_NONE when the name (case-sensitive) is not of the list. Never NULL for a known element. */
enum names_element names_find_element(struct str name);
const struct names_element_row *names_element_row(enum names_element el);
/* The row, or NULL when it is not allowed there. ns is a URI; xlink:href becomes href. */
const struct names_attr_row *names_find_attr(enum names_element el, struct str ns, struct str name);
/* Position of a written name in the table, which is the order of writing; a large number if unknown. */
unsigned names_attr_rank(struct str name);

/* Why an element or attribute that is not listed is not: a sentence for the person. */
const char *names_why_element(struct str name);
const char *names_why_attr(struct str name);
/* True for what editors and metadata standards leave behind: nobody drew it. */
bool names_is_leftover(struct str ns);

#endif

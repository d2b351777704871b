// SPDX-License-Identifier: Apache-2.0
/*
 * The cleaner's own XML tree: elements and text, nothing else. Everything lives in one arena and
 * is walked without recursion, because depth is the stranger's choice.
 */
#ifndef TEMPLATES_TREE_H
#define TEMPLATES_TREE_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* ns: namespace URI, empty for none. After cleaning ns is empty and name is as we write it. */
struct tree_attr {
	struct str ns;
	struct str name;
	struct str value;
	struct tree_attr *next;
};

/* A declared property, kept in the order of the property table. */
struct tree_prop {
	uint8_t property; /* enum css_property */
	struct str value; /* checked and in normal form */
	struct tree_prop *next;
};

struct tree_node {
	bool is_text;
	bool gone; /* pruned; selectors count it among its siblings until tree_sweep() */
	bool taken; /* went into the design (or is invisible): not part of the artwork */
	uint8_t element; /* enum names_element; 0 until the cleaner recognised it */
	uint32_t line;
	uint32_t place; /* among the elements of its parent, from 1, set by tree_place() */
	uint32_t index; /* position in document order, set by tree_number() */
	uint32_t image_width; /* pixels of the picture that it shows; 0: none */
	uint32_t image_height;
	uint32_t layers; /* bit n: part of the artwork's document n */
	bool lent; /* others refer to it: documents that do not draw it hold it all the same */
	struct str ns;
	struct str name;
	struct str written; /* the name in the file, when name is another by now */
	struct str text; /* of a text node */
	struct tree_attr *attrs;
	struct tree_prop *props;
	struct tree_node *parent;
	struct tree_node *first;
	struct tree_node *last;
	struct tree_node *prev;
	struct tree_node *next;
};

/* A cleared node at the end of parent's children; parent may be NULL. */
struct tree_node *tree_new(struct arena *a, struct tree_node *parent);
/* Takes n and what is below it out of its parent. */
void tree_remove(struct tree_node *n);

/* Document order below and including root; NULL at the end. tree_skip leaves out what is below n. */
struct tree_node *tree_next(const struct tree_node *root, struct tree_node *n);
struct tree_node *tree_skip(const struct tree_node *root, struct tree_node *n);
/* The next in document order that is not gone, nor below one that is. */
struct tree_node *tree_live(const struct tree_node *root, struct tree_node *n);
/* Takes out what is gone. root itself stays. */
void tree_sweep(struct tree_node *root);
void tree_place(struct tree_node *root);
/* Numbers elements and text nodes from 0 in document order; returns how many. */
uint32_t tree_number(struct tree_node *root);

/* The attribute without a namespace of that name, or NULL. */
struct tree_attr *tree_find_attr(const struct tree_node *n, const char *name);
/* Its value, trimmed; empty when it is not there. */
struct str tree_value(const struct tree_node *n, const char *name);
void tree_set_attr(struct arena *a, struct tree_node *n, const char *name, struct str value);
void tree_drop_attr(struct tree_node *n, const char *name);

/* The value of a declared property; empty when it is not declared. */
struct str tree_prop(const struct tree_node *n, unsigned property);
void tree_set_prop(struct arena *a, struct tree_node *n, unsigned property, struct str value);
void tree_drop_prop(struct tree_node *n, unsigned property);

#endif

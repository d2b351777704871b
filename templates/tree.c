// SPDX-License-Identifier: Apache-2.0
/* The cleaner's tree. Runs in: intake. */
#include "templates/tree.h"

struct tree_node *tree_new(struct arena *a, struct tree_node *parent)
{
	struct tree_node *n = arena_zalloc(a, 1, sizeof *n);

	if (parent == NULL)
		return n;
	n->parent = parent;
	n->prev = parent->last;
	if (parent->last != NULL)
		parent->last->next = n;
	else
		parent->first = n;
	parent->last = n;
	return n;
}

void tree_remove(struct tree_node *n)
{
	if (n->parent == NULL)
		return;
	if (n->prev != NULL)
		n->prev->next = n->next;
	else
		n->parent->first = n->next;
	if (n->next != NULL)
		n->next->prev = n->prev;
	else
		n->parent->last = n->prev;
	n->parent = n->prev = n->next = NULL;
}

struct tree_node *tree_skip(const struct tree_node *root, struct tree_node *n)
{
	while (n != root && n->next == NULL)
		n = n->parent;
	return n == root ? NULL : n->next;
}

struct tree_node *tree_next(const struct tree_node *root, struct tree_node *n)
{
	return n->first != NULL ? n->first : tree_skip(root, n);
}

struct tree_node *tree_live(const struct tree_node *root, struct tree_node *n)
{
	do
		n = n->gone ? tree_skip(root, n) : tree_next(root, n);
	while (n != NULL && n->gone);
	return n;
}

void tree_sweep(struct tree_node *root)
{
	struct tree_node *n = root;

	while (n != NULL) {
		struct tree_node *after = n->gone ? tree_skip(root, n) : tree_next(root, n);

		if (n->gone && n != root)
			tree_remove(n);
		n = after;
	}
}

void tree_place(struct tree_node *root)
{
	for (struct tree_node *n = root; n != NULL; n = tree_next(root, n)) {
		const struct tree_node *before = n->prev;

		while (before != NULL && before->is_text)
			before = before->prev;
		if (!n->is_text)
			n->place = before != NULL ? before->place + 1 : 1;
	}
}

uint32_t tree_number(struct tree_node *root)
{
	uint32_t count = 0;

	for (struct tree_node *n = root; n != NULL; n = tree_next(root, n))
		n->index = count++;
	return count;
}

struct tree_attr *tree_find_attr(const struct tree_node *n, const char *name)
{
	for (struct tree_attr *at = n->attrs; at != NULL; at = at->next)
		if (at->ns.n == 0 && str_eq_cz(at->name, name))
			return at;
	return NULL;
}

struct str tree_value(const struct tree_node *n, const char *name)
{
	const struct tree_attr *at = tree_find_attr(n, name);

	return at != NULL ? str_trim(at->value) : (struct str){NULL, 0};
}

void tree_set_attr(struct arena *a, struct tree_node *n, const char *name, struct str value)
{
	struct tree_attr *at = tree_find_attr(n, name);

	if (at == NULL) {
		at = arena_zalloc(a, 1, sizeof *at);
		at->name = str_dup(a, str_of(name));
		at->next = n->attrs;
		n->attrs = at;
	}
	at->value = value;
}

void tree_drop_attr(struct tree_node *n, const char *name)
{
	for (struct tree_attr **at = &n->attrs; *at != NULL; at = &(*at)->next)
		if ((*at)->ns.n == 0 && str_eq_cz((*at)->name, name)) {
			*at = (*at)->next;
			return;
		}
}

struct str tree_prop(const struct tree_node *n, unsigned property)
{
	for (const struct tree_prop *p = n->props; p != NULL; p = p->next)
		if (p->property == property)
			return p->value;
	return (struct str){NULL, 0};
}

void tree_set_prop(struct arena *a, struct tree_node *n, unsigned property, struct str value)
{
	struct tree_prop **at = &n->props;
	struct tree_prop *p;

	while (*at != NULL && (*at)->property < property)
		at = &(*at)->next;
	if (*at == NULL || (*at)->property != property) {
		p = arena_zalloc(a, 1, sizeof *p);
		p->property = (uint8_t)property;
		p->next = *at;
		*at = p;
	}
	(*at)->value = value;
}

void tree_drop_prop(struct tree_node *n, unsigned property)
{
	for (struct tree_prop **at = &n->props; *at != NULL; at = &(*at)->next)
		if ((*at)->property == property) {
			*at = (*at)->next;
			return;
		}
}

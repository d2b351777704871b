// SPDX-License-Identifier: Apache-2.0
/* JSON-LD to RDF over pinned contexts. Runs in: whatever signs or checks Data Integrity proofs. */
#include "formats/jsonld.h"

#include "base/text.h"
#include "formats/jsonld_active.h"
#include "formats/jsonld_iri.h"
#include "formats/jsonld_literal.h"

#include <stdlib.h>
#include <string.h>

#define RDF "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define PATH_LEN 160

/* A member or item on the way to a value. key: empty for items. */
struct place {
	const struct place *up;
	struct str key;
	uint32_t index;
};

/*
 * A value yet to be expanded, and the statement it will be the object of: s p ? in graph g. p is
 * empty for the document. active: holds around the value. def: of the property it is a value of.
 */
struct item {
	struct item *next;
	const struct jsonr_value *value;
	const struct jsonld_active *active;
	const struct jsonld_def *def;
	const struct place *place;
	struct nquads_term s;
	struct str p;
	struct nquads_term g;
	bool in_list;
};

/* Values wait in a list instead of on the C stack; RDF has no order that could be disturbed. */
struct walk {
	struct arena *a;
	const struct jsonld_input *in;
	struct nquads_set *out;
	struct item *waiting;
	struct item *unused;
	uint32_t blank_count;
	struct err *err;
};

/* What an object's keywords say. others: members that are properties. */
struct object {
	const struct jsonr_value *id;
	const struct jsonr_value *types;
	const struct jsonr_value *value;
	const struct jsonr_value *language;
	const struct jsonr_value *direction;
	const struct jsonr_value *list;
	const struct jsonr_value *set;
	size_t keyword_count;
	size_t others;
};

/* ---- errors ---- */

/* "credentialSubject.result[1].value", the end of it when it is long. */
static void put_path(const struct place *place, char out[PATH_LEN])
{
	size_t at = PATH_LEN - 1;

	out[at] = '\0';
	for (; place != NULL; place = place->up) {
		char part[64];
		size_t n;

		if (place->key.n == 0)
			(void)text_fmt(part, sizeof part, "[%u]", place->index);
		else
			(void)text_fmt(part, sizeof part, "%s" STR_FMT,
				place->up != NULL ? "." : "", STR_ARG(place->key));
		n = strlen(part);
		if (n > at)
			break;
		at -= n;
		memcpy(out + at, part, n);
	}
	memmove(out, out + at, PATH_LEN - at);
}

static enum rc wrap(struct walk *w, const struct place *place, enum rc rc)
{
	char path[PATH_LEN];

	if (rc == RC_OK)
		return RC_OK;
	put_path(place, path);
	return err_wrap(w->err, "%s", path[0] != '\0' ? path : "document");
}

static enum rc refuse(struct walk *w, const struct place *place, const char *what)
{
	return wrap(w, place, err_set(w->err, RC_INPUT, "%s", what));
}

static enum rc check_room(struct walk *w, size_t len)
{
	if (arena_left_len(w->a) < len + 256)
		return err_set(w->err, RC_LIMIT, "a document larger than fits in memory");
	return RC_OK;
}

static const struct place *place_below(
	struct walk *w, const struct place *up, struct str key, uint32_t index)
{
	struct place *p = arena_alloc(w->a, sizeof *p);

	*p = (struct place){up, key, index};
	return p;
}

/* ---- terms ---- */

static struct nquads_term iri_term(struct str iri)
{
	return (struct nquads_term){.kind = NQUADS_IRI, .value = iri};
}

static struct nquads_term fresh_blank(struct walk *w)
{
	return (struct nquads_term){
		.kind = NQUADS_BLANK, .value = str_fmt(w->a, "b%u", w->blank_count++)};
}

static enum rc emit(struct walk *w, const struct nquads_term *s, struct str p,
	const struct nquads_term *o, const struct nquads_term *g)
{
	struct nquads_quad quad = {*s, iri_term(p), *o, *g};

	if (check_room(w, 0) != RC_OK)
		return RC_LIMIT;
	return nquads_add(w->a, w->out, &quad, w->err);
}

static enum rc expand_term(struct walk *w, const struct jsonld_active *active, struct str text,
	bool vocab, const struct place *place, struct nquads_term *out)
{
	return wrap(w, place, jsonld_iri_expand(w->a, active, text, vocab, out, w->err));
}

/* ---- the waiting list ---- */

/* Puts a copy of what in line. */
static enum rc wait_item(struct walk *w, const struct item *what)
{
	struct item *item = w->unused;

	if (item != NULL) {
		w->unused = item->next;
	} else {
		if (check_room(w, sizeof *item) != RC_OK)
			return RC_LIMIT;
		item = arena_alloc(w->a, sizeof *item);
	}
	*item = *what;
	item->next = w->waiting;
	w->waiting = item;
	return RC_OK;
}

static enum rc wait_items(struct walk *w, const struct item *like, const struct jsonr_value *array)
{
	struct item item = *like;
	uint32_t index = 0;
	enum rc rc = RC_OK;

	for (const struct jsonr_value *v = array->first; v != NULL && rc == RC_OK; v = v->next) {
		rc = check_room(w, sizeof(struct place));
		if (rc != RC_OK)
			return rc;
		item.value = v;
		item.place = place_below(w, like->place, (struct str){NULL, 0}, index++);
		rc = wait_item(w, &item);
	}
	return rc;
}

/* The rdf:first and rdf:rest of one item; *cell becomes the next cell, or stays at the last. */
static enum rc put_cell(struct walk *w, const struct item *list, const struct jsonr_value *v,
	uint32_t index, struct nquads_term *cell)
{
	struct item item = *list;
	struct nquads_term rest = iri_term(STR(RDF "nil"));
	enum rc rc = check_room(w, sizeof(struct place));

	if (rc != RC_OK)
		return rc;
	item.value = v;
	item.s = *cell;
	item.p = STR(RDF "first");
	item.in_list = true;
	if (list->value->kind == JSONR_ARRAY)
		item.place = place_below(w, list->place, (struct str){NULL, 0}, index);
	rc = wait_item(w, &item);
	if (rc != RC_OK)
		return rc;
	for (v = v->next; list->value->kind == JSONR_ARRAY && v != NULL; v = v->next) {
		if (v->kind == JSONR_NULL)
			continue;
		rest = fresh_blank(w);
		break;
	}
	rc = emit(w, cell, STR(RDF "rest"), &rest, &list->g);
	*cell = rest;
	return rc;
}

/* An RDF list of list->value, an array or the only item; nulls are left out. */
static enum rc put_list(struct walk *w, const struct item *list)
{
	const struct jsonr_value *v = list->value;
	bool is_array = v->kind == JSONR_ARRAY;
	struct nquads_term cell = iri_term(STR(RDF "nil"));
	uint32_t index = 0;
	enum rc rc;

	if (is_array)
		v = v->first;
	while (is_array && v != NULL && v->kind == JSONR_NULL) {
		v = v->next;
		index++;
	}
	rc = check_room(w, 0);
	if (rc == RC_OK && v != NULL && v->kind != JSONR_NULL)
		cell = fresh_blank(w);
	/* Said twice of one node, it is one statement; jsonld.js hashes two. */
	if (cell.kind != NQUADS_BLANK && w->in->use == JSONLD_ISSUE)
		return refuse(w, list->place, "an empty list");
	if (rc == RC_OK)
		rc = emit(w, &list->s, list->p, &cell, &list->g);
	for (; v != NULL && rc == RC_OK && cell.kind == NQUADS_BLANK; v = v->next, index++) {
		if (v->kind != JSONR_NULL)
			rc = put_cell(w, list, v, index, &cell);
		if (!is_array)
			break;
	}
	return rc;
}

/* ---- scalars ---- */

/* Value expansion (5.3) of a string, number or boolean. */
static enum rc put_scalar(struct walk *w, const struct item *item)
{
	const char *type = item->def != NULL ? item->def->type : NULL;
	bool vocab = type != NULL && strcmp(type, "@vocab") == 0;
	const struct jsonld_active *active = item->active;
	struct nquads_term o;
	enum rc rc = RC_OK;

	if (item->p.n == 0)
		return refuse(w, item->place, "not an object");
	if (item->def != NULL && (item->def->flags & JSONLD_GRAPH) != 0 && !item->in_list)
		return refuse(w, item->place, "must be an object, for it is a graph of its own");
	if (vocab && item->def->scope != JSONLD_NO_CONTEXT)
		rc = wrap(w, item->place,
			jsonld_active_push(
				w->a, &active, item->def->scope, JSONLD_BY_PROPERTY, w->err));
	if (rc != RC_OK)
		return rc;
	if (item->value->kind == JSONR_STRING && type != NULL
		&& (vocab || strcmp(type, "@id") == 0))
		rc = expand_term(w, active, item->value->text, vocab, item->place, &o);
	else
		rc = wrap(w, item->place,
			jsonld_literal(w->a, item->value,
				type != NULL && type[0] != '@' ? str_of(type)
							       : (struct str){NULL, 0},
				w->in->use, &o, w->err));
	return rc == RC_OK ? emit(w, &item->s, item->p, &o, &item->g) : rc;
}

/* {"@value": ...}. */
static enum rc put_value_object(struct walk *w, const struct item *item, const struct object *o,
	const struct jsonld_active *active)
{
	struct nquads_term datatype = {.kind = NQUADS_NONE};
	struct nquads_term term;
	enum rc rc = RC_OK;

	if (item->p.n == 0 || (item->def != NULL && (item->def->flags & JSONLD_GRAPH) != 0))
		return refuse(w, item->place, "must be an object with members, not a @value");
	if (o->others != 0 || o->id != NULL || o->list != NULL || o->set != NULL
		|| (o->types != NULL && (o->language != NULL || o->direction != NULL)))
		return refuse(w, item->place,
			"more in a @value than a @type, or a @language and a @direction");
	if (o->value->kind == JSONR_NULL || o->value->kind >= JSONR_ARRAY)
		return refuse(w, item->place, "a @value that is no text, number or boolean");
	if (o->types != NULL && o->types->kind != JSONR_STRING)
		return refuse(w, item->place, "the type of a @value is not one text");
	if (o->types != NULL)
		rc = expand_term(w, active, o->types->text, true, item->place, &datatype);
	if (rc == RC_OK
		&& (datatype.kind == NQUADS_BLANK || str_eq_cz(datatype.value, RDF "langString")))
		rc = refuse(w, item->place, "the type of a @value is a blank node or langString");
	if (rc == RC_OK)
		rc = wrap(w, item->place,
			jsonld_literal(w->a, o->value, datatype.value, w->in->use, &term, w->err));
	if (o->value->kind != JSONR_STRING && (o->language != NULL || o->direction != NULL))
		return refuse(w, item->place, "a @language or @direction of what is no text");
	if (rc == RC_OK && (o->language != NULL || o->direction != NULL))
		rc = wrap(w, item->place,
			jsonld_literal_tag(
				w->a, o->language, o->direction, w->in->use, &term, w->err));
	return rc == RC_OK ? emit(w, &item->s, item->p, &term, &item->g) : rc;
}

/* ---- objects ---- */

/* The keyword a member's name is, by itself or as an alias; empty for others. */
static struct str keyword_of(const struct jsonld_active *active, struct str key)
{
	const struct jsonld_def *def;

	if (jsonld_iri_is_keyword(key))
		return key;
	def = jsonld_active_find(active, key);
	return def != NULL && def->iri[0] == '@' ? str_of(def->iri) : (struct str){NULL, 0};
}

static bool is_left_out(const struct walk *w, const struct item *item, const struct jsonr_value *m)
{
	return item->p.n == 0 && w->in->without != NULL && str_eq_cz(m->key, w->in->without);
}

static enum rc note_keyword(struct walk *w, const struct item *item, struct str keyword,
	const struct jsonr_value *m, struct object *o)
{
	const struct {
		const char *keyword;
		const struct jsonr_value **member;
	} known[] = {{"@id", &o->id}, {"@type", &o->types}, {"@value", &o->value},
		{"@language", &o->language}, {"@direction", &o->direction}, {"@list", &o->list},
		{"@set", &o->set}};

	for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
		if (!str_eq_cz(keyword, known[i].keyword))
			continue;
		if (*known[i].member != NULL)
			return wrap(w, item->place,
				err_set(w->err, RC_INPUT, "%s is there twice", known[i].keyword));
		*known[i].member = m;
		o->keyword_count++;
		return RC_OK;
	}
	return wrap(w, item->place,
		err_set(w->err, RC_INPUT, "%.*s is not supported",
			(int)(keyword.n > 40 ? 40 : keyword.n), keyword.p));
}

/* Sorts members into keywords and properties. */
static enum rc read_object(struct walk *w, const struct item *item,
	const struct jsonld_active *active, struct object *o)
{
	enum rc rc = RC_OK;

	*o = (struct object){0};
	for (const struct jsonr_value *m = item->value->first; m != NULL && rc == RC_OK;
		m = m->next) {
		struct str keyword = keyword_of(active, m->key);

		if (is_left_out(w, item, m) || str_eq_cz(keyword, "@context"))
			continue;
		if (keyword.n != 0)
			rc = note_keyword(w, item, keyword, m, o);
		else if (m->kind != JSONR_NULL)
			o->others++;
	}
	return rc;
}

/* One address, or a list of them. */
static enum rc push_contexts(struct walk *w, const struct item *item,
	const struct jsonr_value *contexts, const struct jsonld_active **active)
{
	const struct jsonr_value *c = contexts->kind == JSONR_ARRAY ? contexts->first : contexts;
	enum rc rc = RC_OK;

	while (c != NULL && rc == RC_OK) {
		uint16_t index = c->kind == JSONR_STRING ? jsonld_active_find_context(c->text)
							 : JSONLD_NO_CONTEXT;

		if (index == JSONLD_NO_CONTEXT)
			return refuse(w, item->place,
				"@context: every item must be the address of a known context "
				"(credentials "
				"v1 or v2, Open Badges 3.0, its extensions, data-integrity v2)");
		rc = wrap(w, item->place,
			jsonld_active_push(w->a, active, index, JSONLD_EMBEDDED, w->err));
		c = contexts->kind == JSONR_ARRAY ? c->next : NULL;
	}
	return rc;
}

/* Steps 7 to 9 of the expansion algorithm (5.1.2): the context inside an object, its types apart. */
static enum rc enter_object(
	struct walk *w, const struct item *item, const struct jsonld_active **active)
{
	const struct jsonr_value *own = jsonr_find(item->value, "@context");
	const struct jsonr_value *only = item->value->count == 1 ? item->value->first : NULL;
	bool is_value = false;
	enum rc rc = RC_OK;

	*active = item->active;
	for (const struct jsonr_value *m = item->value->first;
		m != NULL && (*active)->previous != NULL; m = m->next)
		is_value |= str_eq_cz(keyword_of(*active, m->key), "@value");
	if ((*active)->previous != NULL && !is_value
		&& !(only != NULL && str_eq_cz(keyword_of(*active, only->key), "@id")))
		*active = (*active)->previous;
	if (item->def != NULL && item->def->scope != JSONLD_NO_CONTEXT)
		rc = wrap(w, item->place,
			jsonld_active_push(
				w->a, active, item->def->scope, JSONLD_BY_PROPERTY, w->err));
	if (rc == RC_OK && item->p.n == 0 && w->in->context != NULL) {
		if (own != NULL)
			return refuse(w, item->place, "a @context of its own");
		own = w->in->context;
	}
	return rc == RC_OK && own != NULL ? push_contexts(w, item, own, active) : rc;
}

static int compare_texts(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* The types of a node, sorted, in the arena. */
static enum rc read_types(struct walk *w, const struct item *item, const struct jsonr_value *types,
	struct str **out, size_t *count)
{
	const struct jsonr_value *t = types->kind == JSONR_ARRAY ? types->first : types;
	size_t room = types->kind == JSONR_ARRAY ? types->count : 1;

	*count = 0;
	if (check_room(w, room * sizeof **out) != RC_OK)
		return RC_LIMIT;
	*out = arena_alloc(w->a, room * sizeof **out);
	while (t != NULL) {
		if (t->kind != JSONR_STRING)
			return refuse(w, item->place, "a type that is not a text");
		(*out)[(*count)++] = t->text;
		t = types->kind == JSONR_ARRAY ? t->next : NULL;
	}
	qsort(*out, *count, sizeof **out, compare_texts);
	return RC_OK;
}

/* Step 11: contexts that types bring along, then the types themselves as statements. */
static enum rc put_types(struct walk *w, const struct item *item, const struct jsonr_value *types,
	const struct nquads_term *s, const struct jsonld_active **active)
{
	const struct jsonld_active *before = *active;
	struct str *texts;
	size_t count;
	const struct place *place;
	enum rc rc = read_types(w, item, types, &texts, &count);

	if (rc == RC_OK)
		rc = check_room(w, sizeof *place);
	if (rc != RC_OK)
		return rc;
	place = place_below(w, item->place, types->key, 0);
	for (size_t i = 0; i < count && rc == RC_OK; i++) {
		const struct jsonld_def *def = jsonld_active_find(before, texts[i]);
		struct nquads_term o;

		if (def != NULL && def->scope != JSONLD_NO_CONTEXT)
			rc = wrap(w, item->place,
				jsonld_active_push(
					w->a, active, def->scope, JSONLD_BY_TYPE, w->err));
		if (rc == RC_OK)
			rc = expand_term(w, before, texts[i], true, place, &o);
		if (rc == RC_OK)
			rc = emit(w, s, STR(RDF "type"), &o, &item->g);
	}
	return rc;
}

/* Puts the value of one property in line. */
static enum rc put_property(struct walk *w, struct item *item, const struct jsonr_value *m)
{
	const struct jsonld_def *def = jsonld_active_find(item->active, m->key);
	struct nquads_term p;
	enum rc rc = check_room(w, sizeof(struct place));

	if (rc != RC_OK)
		return rc;
	item->place = place_below(w, item->place, m->key, 0);
	rc = expand_term(w, item->active, m->key, true, item->place, &p);
	if (rc != RC_OK)
		return rc;
	if (p.kind != NQUADS_IRI)
		return refuse(w, item->place, "a blank node as a property");
	if (def != NULL && def->type != NULL && strcmp(def->type, "@json") == 0)
		return refuse(w, item->place, "values of type @json are not supported");
	if (def != NULL && (def->flags & JSONLD_DISPUTED) != 0 && w->in->use == JSONLD_ISSUE)
		return refuse(w, item->place,
			"not in every copy of its context, so others could not verify it");
	item->def = def;
	item->p = p.value;
	item->value = m;
	if (def != NULL && (def->flags & JSONLD_LIST) != 0 && m->kind != JSONR_NULL
		&& (m->kind != JSONR_OBJECT || jsonr_find(m, "@list") == NULL))
		return put_list(w, item);
	return wait_item(w, item);
}

static enum rc put_properties(struct walk *w, const struct item *node, const struct nquads_term *s,
	const struct jsonld_active *active, const struct nquads_term *g)
{
	enum rc rc = RC_OK;

	for (const struct jsonr_value *m = node->value->first; m != NULL && rc == RC_OK;
		m = m->next) {
		struct item item = {.active = active, .place = node->place, .s = *s, .g = *g};

		if (is_left_out(w, node, m) || keyword_of(active, m->key).n != 0)
			continue;
		rc = put_property(w, &item, m);
	}
	return rc;
}

/* The statement that leads to a node; a @graph container puts a new graph in between. */
static enum rc link_node(
	struct walk *w, const struct item *item, const struct nquads_term *s, struct nquads_term *g)
{
	*g = item->g;
	if (item->p.n == 0)
		return RC_OK;
	if (item->def != NULL && (item->def->flags & JSONLD_GRAPH) != 0 && !item->in_list) {
		*g = fresh_blank(w);
		return emit(w, &item->s, item->p, g, &item->g);
	}
	return emit(w, &item->s, item->p, s, &item->g);
}

static enum rc put_node(struct walk *w, const struct item *item, const struct object *o,
	const struct jsonld_active *active)
{
	bool is_free =
		item->p.n == 0 || (item->def != NULL && (item->def->flags & JSONLD_GRAPH) != 0);
	struct item node = *item;
	struct nquads_term s;
	enum rc rc = check_room(w, 0);

	if (o->language != NULL || o->direction != NULL)
		return refuse(w, item->place, "a @language or @direction without a @value");
	if (is_free && o->others == 0 && o->types == NULL)
		return refuse(w, item->place, "nothing in it but an id");
	if (o->id != NULL && o->id->kind != JSONR_STRING)
		return refuse(w, item->place, "an id that is not a text");
	if (rc != RC_OK)
		return rc;
	s = fresh_blank(w);
	if (o->id != NULL)
		rc = expand_term(w, active, o->id->text, false,
			place_below(w, item->place, o->id->key, 0), &s);
	if (rc == RC_OK)
		rc = link_node(w, item, &s, &node.g);
	if (rc == RC_OK && o->types != NULL)
		rc = put_types(w, &node, o->types, &s, &active);
	return rc == RC_OK ? put_properties(w, &node, &s, active, &node.g) : rc;
}

/* The property that a value belongs to, however deep in arrays it lies. */
static struct str property_of(const struct place *place)
{
	while (place->key.n == 0)
		place = place->up;
	return place->key;
}

static enum rc put_object(struct walk *w, const struct item *item)
{
	const struct jsonld_active *active;
	struct item inner = *item;
	struct object o;
	enum rc rc = enter_object(w, item, &active);

	if (rc == RC_OK)
		rc = read_object(w, item, active, &o);
	if (rc != RC_OK)
		return rc;
	if (o.value != NULL)
		return put_value_object(w, item, &o, active);
	if (o.list == NULL && o.set == NULL)
		return put_node(w, item, &o, active);
	if (o.keyword_count != 1 || o.others != 0 || item->p.n == 0)
		return refuse(w, item->place, "a @list or @set with other members beside it");
	/* Step 7 of 5.1.2 leaves the types' terms behind, so that the values would not be coerced. */
	if (jsonld_active_find(active, property_of(item->place)) != item->def)
		return refuse(w, item->place, "a @list or @set of a term that is a type's own");
	inner.value = o.list != NULL ? o.list : o.set;
	inner.active = active;
	/* Neither is the same everywhere. */
	if (inner.value->kind == JSONR_NULL || (o.set != NULL && item->in_list))
		return refuse(w, item->place, "a @list or @set of nothing, or a @set in a list");
	return o.list != NULL ? put_list(w, &inner) : wait_item(w, &inner);
}

static enum rc put_item(struct walk *w, const struct item *item)
{
	switch (item->value->kind) {
	case JSONR_NULL:
		return RC_OK;
	case JSONR_ARRAY:
		if (!item->in_list)
			return wait_items(w, item, item->value);
		/* Expansion (5.1.2) would take it apart, jsonld.js its inner arrays alone. */
		if (item->def == NULL || (item->def->flags & JSONLD_LIST) == 0)
			return refuse(w, item->place, "an array in the @list of a plain term");
		return put_list(w, item);
	case JSONR_OBJECT:
		return put_object(w, item);
	case JSONR_BOOL:
	case JSONR_NUMBER:
	case JSONR_STRING:
		break;
	}
	return put_scalar(w, item);
}

enum rc jsonld_to_rdf(
	struct arena *a, const struct jsonld_input *in, struct nquads_set *out, struct err *err)
{
	struct walk w = {.a = a, .in = in, .out = out, .err = err};
	struct item root = {.value = in->document, .active = jsonld_active_empty()};
	enum rc rc = RC_OK;

	if (in->document->kind != JSONR_OBJECT)
		return err_set(err, RC_INPUT, "the document is not a JSON object");
	rc = wait_item(&w, &root);
	while (rc == RC_OK && w.waiting != NULL) {
		struct item *item = w.waiting;
		struct item now = *item;

		w.waiting = item->next;
		item->next = w.unused;
		w.unused = item;
		rc = put_item(&w, &now);
	}
	return rc;
}

const char *jsonld_context_hash(struct str url)
{
	return jsonld_contexts[jsonld_active_find_context(url)].sha256;
}

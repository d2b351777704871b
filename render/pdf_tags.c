// SPDX-License-Identifier: Apache-2.0
/* Structure tree and links. Runs in: render. */
#include "render/pdf_tags.h"

struct pdf_tags {
	struct pdf_objects *f;
	struct arena *a;
	uint32_t page;
	uint32_t root;
	uint32_t document;
	uint32_t *kids; /* of the Document element */
	size_t kid_count;
	uint32_t *parents; /* by MCID: the element that holds it */
	uint32_t *annots;
	uint32_t *annot_parents;
	size_t annot_count;
	size_t item_max;
};

struct pdf_tags *pdf_tags_new(
	struct pdf_objects *f, struct arena *a, uint32_t page, size_t item_max)
{
	struct pdf_tags *t = arena_zalloc(a, 1, sizeof(*t));

	*t = (struct pdf_tags){.f = f, .a = a, .page = page, .item_max = item_max};
	t->kids = arena_zalloc(a, item_max, sizeof(*t->kids));
	t->parents = arena_zalloc(a, item_max, sizeof(*t->parents));
	t->annots = arena_zalloc(a, item_max, sizeof(*t->annots));
	t->annot_parents = arena_zalloc(a, item_max, sizeof(*t->annot_parents));
	t->root = pdf_object_reserve(f);
	t->document = pdf_object_reserve(f);
	return t;
}

static struct str taken(struct pdf_tags *t, struct buf *b)
{
	struct str s = str_dup(t->a, buf_str(b));

	CHECK(!b->full);
	buf_free(b);
	return s;
}

/* An element below parent; kids as the text of /K. */
static uint32_t add_element(struct pdf_tags *t, const char *role, uint32_t parent, struct str more)
{
	return pdf_object_add(t->f,
		str_fmt(t->a, "/Type /StructElem\n/S /%s\n/P %u 0 R\n/Pg %u 0 R\n%.*s", role,
			parent, t->page, (int)more.n, more.p));
}

/* URIs are ASCII (12.6.4.7): other bytes go as %XX. */
static void put_uri(struct buf *b, struct str uri)
{
	buf_put_char(b, '(');
	for (size_t i = 0; i < uri.n; i++) {
		unsigned char c = (unsigned char)uri.p[i];

		if (c <= 0x20 || c >= 0x7F || c == '(' || c == ')' || c == '\\')
			buf_fmt(b, "%%%02X", c);
		else
			buf_put_char(b, (char)c);
	}
	buf_put_char(b, ')');
}

static void put_rect(struct buf *b, const double rect[4])
{
	for (unsigned i = 0; i < 4; i++) {
		pdf_object_put_number(b, rect[i], 2);
		buf_put_char(b, ' ');
	}
}

static uint32_t take_annotation(struct pdf_tags *t, struct str dict, uint32_t element)
{
	CHECK(t->annot_count < t->item_max);
	t->annot_parents[t->annot_count] = element;
	t->annots[t->annot_count] = pdf_object_add(t->f, dict);
	return t->annots[t->annot_count++];
}

/* The annotation; its element becomes parent's child of the parent tree. */
static uint32_t add_annotation(
	struct pdf_tags *t, const struct pdf_tags_link *link, uint32_t element)
{
	struct buf b = buf_new(1 << 16);

	buf_put_cz(&b, "/Type /Annot\n/Subtype /Link\n/Rect [");
	put_rect(&b, link->rect);
	/* Flag 4: print (PDF/A-3, 6.3.2). */
	buf_fmt(&b, "]\n/Border [0 0 0]\n/F 4\n/P %u 0 R\n/StructParent %zu\n/Contents ", t->page,
		t->annot_count + 1);
	pdf_object_put_text(&b, link->contents);
	buf_put_cz(&b, "\n/A <</S /URI /URI ");
	put_uri(&b, link->uri);
	buf_put_cz(&b, ">>\n");
	return take_annotation(t, taken(t, &b), element);
}

static void add_kid(struct pdf_tags *t, uint32_t element)
{
	CHECK(t->kid_count < t->item_max);
	t->kids[t->kid_count++] = element;
}

static void set_parent(struct pdf_tags *t, uint32_t mcid, uint32_t element)
{
	CHECK(mcid < t->item_max);
	t->parents[mcid] = element;
}

void pdf_tags_add_text(struct pdf_tags *t, const char *role, struct str lang, struct str actual,
	uint32_t mcid, const struct pdf_tags_link *link)
{
	struct buf b = buf_new(1 << 20);
	uint32_t element;

	buf_fmt(&b, "/Lang (" STR_FMT ")\n", STR_ARG(lang));
	if (actual.n > 0) {
		buf_put_cz(&b, "/ActualText <FEFF");
		pdf_object_put_utf16(&b, actual);
		buf_put_cz(&b, ">\n");
	}
	if (link == NULL) {
		buf_fmt(&b, "/K %u\n", mcid);
		element = add_element(t, role, t->document, taken(t, &b));
		set_parent(t, mcid, element);
	} else {
		uint32_t inner = pdf_object_reserve(t->f);
		uint32_t annot = add_annotation(t, link, inner);

		buf_fmt(&b, "/K [%u 0 R]\n", inner);
		element = add_element(t, role, t->document, taken(t, &b));
		pdf_object_fill(t->f, inner,
			str_fmt(t->a,
				"/Type /StructElem\n/S /Link\n/P %u 0 R\n/Pg %u 0 R\n/K [%u "
				"<</Type /OBJR /Obj %u 0 R>>]\n",
				element, t->page, mcid, annot));
		set_parent(t, mcid, inner);
	}
	add_kid(t, element);
}

void pdf_tags_add_figure(struct pdf_tags *t, const double box[4], struct str alt, uint32_t mcid,
	const struct pdf_tags_link *link)
{
	struct buf b = buf_new(1 << 16);
	uint32_t outer = link != NULL ? pdf_object_reserve(t->f) : t->document;
	uint32_t figure;

	buf_put_cz(&b, "/A <</O /Layout /BBox [");
	put_rect(&b, box);
	buf_put_cz(&b, "]>>\n/Lang (en)\n/Alt ");
	pdf_object_put_text(&b, alt);
	buf_fmt(&b, "\n/K %u\n", mcid);
	figure = add_element(t, "Figure", outer, taken(t, &b));
	set_parent(t, mcid, figure);
	if (link == NULL) {
		add_kid(t, figure);
		return;
	}
	pdf_object_fill(t->f, outer,
		str_fmt(t->a,
			"/Type /StructElem\n/S /Link\n/P %u 0 R\n/Pg %u 0 R\n/Lang (en)\n/K [%u 0 "
			"R <</Type "
			"/OBJR /Obj %u 0 R>>]\n",
			t->document, t->page, figure, add_annotation(t, link, outer)));
	add_kid(t, outer);
}

uint32_t pdf_tags_add_signature(struct pdf_tags *t, uint32_t value)
{
	uint32_t form = pdf_object_reserve(t->f);
	/* 132: print and locked (12.5.3). A field without a place needs no appearance (PDF/A-3, 6.3.3). */
	uint32_t field = take_annotation(t,
		str_fmt(t->a,
			"/Type /Annot\n/Subtype /Widget\n/FT /Sig\n/T (Signature1)\n/TU (Digital "
			"signature)\n/V %u 0 R\n/F 132\n/Rect [0 0 0 0]\n/P %u 0 R\n/StructParent "
			"%zu\n",
			value, t->page, t->annot_count + 1),
		form);

	pdf_object_fill(t->f, form,
		str_fmt(t->a,
			"/Type /StructElem\n/S /Form\n/P %u 0 R\n/Pg %u 0 R\n/Lang (en)\n/K "
			"<</Type /OBJR /Obj %u 0 R>>\n",
			t->document, t->page, field));
	add_kid(t, form);
	return field;
}

static void put_references(struct buf *b, const uint32_t *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_fmt(b, "%s%u 0 R", i > 0 ? " " : "", numbers[i]);
}

void pdf_tags_finish(struct pdf_tags *t, uint32_t *root, struct str *annots)
{
	struct buf b = buf_new(1 << 20);
	size_t mcid_count = 0;

	buf_fmt(&b, "/Type /StructElem\n/S /Document\n/P %u 0 R\n/K [", t->root);
	put_references(&b, t->kids, t->kid_count);
	buf_put_cz(&b, "]\n");
	pdf_object_fill(t->f, t->document, taken(t, &b));
	b = buf_new(1 << 20);
	while (mcid_count < t->item_max && t->parents[mcid_count] != 0)
		mcid_count++;
	buf_fmt(&b, "/Type /StructTreeRoot\n/K [%u 0 R]\n/ParentTree <</Nums [0 [", t->document);
	put_references(&b, t->parents, mcid_count);
	buf_put_char(&b, ']');
	for (size_t i = 0; i < t->annot_count; i++)
		buf_fmt(&b, " %zu %u 0 R", i + 1, t->annot_parents[i]);
	buf_fmt(&b, "]>>\n/ParentTreeNextKey %zu\n", t->annot_count + 1);
	pdf_object_fill(t->f, t->root, taken(t, &b));
	b = buf_new(1 << 20);
	put_references(&b, t->annots, t->annot_count);
	*annots = taken(t, &b);
	*root = t->root;
}

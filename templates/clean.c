// SPDX-License-Identifier: Apache-2.0
/* The steps of cleaning a template, in their order. Runs in: intake. */
#include "templates/clean.h"

#include "templates/bundle.h"
#include "templates/cascade.h"
#include "templates/copies.h"
#include "templates/extract.h"
#include "templates/flow.h"
#include "templates/limits.h"
#include "templates/names.h"
#include "templates/parse.h"
#include "templates/preflight.h"
#include "templates/prune.h"
#include "templates/refine.h"
#include "templates/refs.h"
#include "templates/rules.h"
#include "templates/serial.h"

static enum rc check_root(const struct tree_node *root, struct err *err)
{
	if ((str_eq_cz(root->name, "svg") || !RULE_ON(RULE_ROOT_NAME))
		&& (str_eq_cz(root->ns, NAMES_SVG_NS) || !RULE_ON(RULE_ROOT_NS)))
		return RC_OK;
	if (str_eq_cz(root->name, "svg"))
		return err_set(err, RC_INPUT,
			"the template's <svg> is not in SVG's namespace; add xmlns=\"%s\" to it",
			NAMES_SVG_NS);
	return err_set(err, RC_INPUT, "the template is <" STR_FMT ">, not <svg>",
		STR_ARG(str_slice(root->name, 0, 60)));
}

/* No larger than could be cleaned again. */
static enum rc write_clean(
	const struct tree_node *root, const struct notes *notes, struct bytes *out, struct err *err)
{
	struct buf text = buf_new(LIMIT_INPUT_LEN);
	enum rc rc = serial_write(root, SERIAL_WHOLE, notes->bundle, &text, err);

	if (rc == RC_OK)
		*out = bytes_of(str_dup(notes->a, buf_str(&text)));
	buf_free(&text);
	return rc;
}

/* One document for each layer: what several refer to is in each of them. */
static enum rc write_art(const struct tree_node *root, const struct notes *notes,
	struct template_cleaned *out, struct err *err)
{
	struct buf text = buf_new(LIMIT_ART_LEN);
	uint32_t count = out->design.layers.count > 0 ? out->design.layers.count : 1;
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < count && rc == RC_OK; i++) {
		size_t start = text.n;

		rc = serial_write(root, (int)i, notes->bundle, &text, err);
		if (out->design.layers.count > 0)
			out->design.layers.items[i].art_len = text.n - start;
	}
	if (rc == RC_OK)
		out->art = bytes_of(str_dup(notes->a, buf_str(&text)));
	buf_free(&text);
	return rc;
}

static enum rc read_tree(
	struct bytes input, struct notes *notes, struct tree_node **root, struct err *err)
{
	struct str text;
	bool doctype;
	enum rc rc = preflight_check(input, notes->a, &text, &doctype, err);

	if (rc == RC_OK)
		rc = parse_xml(text, notes, root, err);
	if (rc == RC_OK && doctype)
		notes_leftover(notes, NULL, "document types are not read", "DOCTYPE");
	return rc == RC_OK ? check_root(*root, err) : rc;
}

static enum rc clean_tree(struct tree_node *root, struct notes *notes, struct err *err)
{
	enum rc rc;

	prune_elements(root, notes);
	rc = cascade_apply(root, notes, err);
	if (rc == RC_OK)
		rc = prune_attributes(root, notes, err);
	if (rc == RC_OK)
		flow_to_text(root, notes);
	if (rc == RC_OK)
		rc = refs_check(root, notes, err);
	return rc;
}

/* After the cleaned drawing is written: what template.json says stays in template.json. */
static enum rc refine(
	struct tree_node *root, struct notes *notes, struct str *pass, struct err *err)
{
	const struct bundle *b = notes->bundle;
	enum rc rc = RC_OK;

	for (uint32_t i = 0; b != NULL && rc == RC_OK && i < b->files.count; i++)
		if (b->files.items[i].kind == BUNDLE_JSON)
			rc = refine_apply(
				root, bytes_text(b->files.items[i].content), notes, pass, err);
	return rc;
}

static enum rc clean_svg(
	struct bytes svg, struct notes *notes, struct template_cleaned *out, struct err *err)
{
	struct tree_node *root = NULL;
	enum rc rc = read_tree(svg, notes, &root, err);

	if (rc == RC_OK)
		rc = clean_tree(root, notes, err);
	if (rc == RC_OK)
		rc = write_clean(root, notes, &out->clean, err);
	if (rc == RC_OK)
		rc = refine(root, notes, &out->pass, err);
	if (rc == RC_OK)
		copies_write_out(root, notes);
	if (rc == RC_OK)
		rc = extract_design(root, notes, out, err);
	if (rc == RC_OK)
		rc = write_art(root, notes, out, err);
	return rc;
}

static void tell_unused(const struct bundle *b, struct notes *notes)
{
	for (uint32_t i = 0; i < b->files.count; i++) {
		const struct bundle_file *f = &b->files.items[i];
		struct tree_node at = {.name = f->name};

		if (f->kind == BUNDLE_IMAGE && !f->used)
			notes_removed(notes, &at, "the drawing does not show it", "image");
	}
}

static bool is_asked_for(const struct template_cleaned *out, const struct font_names *names)
{
	for (uint32_t i = 0; i < out->families.count; i++)
		for (uint32_t k = 0; k < names->names.count; k++)
			if (str_eq_nocase(out->families.items[i], names->names.items[k]))
				return true;
	return false;
}

static enum rc list_fonts(
	const struct bundle *b, struct notes *notes, struct template_cleaned *out, struct err *err)
{
	out->fonts.items = arena_zalloc(notes->a, LIMIT_FONTS, sizeof *out->fonts.items);
	for (uint32_t i = 0; i < b->files.count; i++) {
		const struct bundle_file *f = &b->files.items[i];
		struct tree_node at = {.name = f->name};
		struct template_font font = {.file = f->name, .content = f->content};

		if (f->kind != BUNDLE_FONT)
			continue;
		font_names_read(
			f->content, str_slice(f->name, 6, f->name.n - 4), notes->a, &font.names);
		if (!is_asked_for(out, &font.names)) {
			notes_warned(notes, &at,
				"no text asks for it; font-family must be one of its names",
				"font " STR_FMT, STR_ARG(font.names.names.items[0]));
			continue;
		}
		if (out->fonts.count == LIMIT_FONTS)
			return err_set(err, RC_LIMIT,
				"the bundle's texts use more than %u fonts of its own",
				LIMIT_FONTS);
		out->fonts.items[out->fonts.count++] = font;
	}
	return RC_OK;
}

static enum rc clean_bundle(
	struct bytes input, struct notes *notes, struct template_cleaned *out, struct err *err)
{
	struct bundle bundle = {.files = {NULL, 0}};
	struct bytes svg = {NULL, 0};
	enum rc rc = bundle_read(input, notes, &bundle, err);

	if (rc != RC_OK)
		return rc;
	for (uint32_t i = 0; i < bundle.files.count; i++)
		if (bundle.files.items[i].kind == BUNDLE_SVG)
			svg = bundle.files.items[i].content;
	notes->bundle = &bundle;
	rc = clean_svg(svg, notes, out, err);
	tell_unused(&bundle, notes);
	if (rc == RC_OK)
		rc = list_fonts(&bundle, notes, out, err);
	if (rc == RC_OK)
		rc = bundle_write(&bundle, out->clean, notes->a, &out->clean, err);
	notes->bundle = NULL;
	return rc;
}

enum rc template_clean(
	struct bytes input, struct arena *a, struct template_cleaned *out, struct err *err)
{
	struct notes notes = {.a = a};
	enum rc rc;

	*out = (struct template_cleaned){.has_qr = false};
	rc = bundle_is(input) ? clean_bundle(input, &notes, out, err)
			      : clean_svg(input, &notes, out, err);
	if (rc == RC_OK)
		notes_take(&notes, out);
	else
		*out = (struct template_cleaned){.has_qr = false};
	return rc;
}

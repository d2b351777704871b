// SPDX-License-Identifier: Apache-2.0
/* libxml2's SAX interface into our tree. Runs in: intake. */
#include "templates/parse.h"

#include "base/text.h"
#include "templates/limits.h"
#include "templates/rules.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#define CHUNK_LEN 16384

struct reader {
	xmlParserCtxtPtr xml;
	struct notes *notes;
	struct tree_node *root;
	struct tree_node *at; /* the open element */
	uint32_t elements;
	uint32_t depth;
	struct buf text; /* arrives in pieces; becomes a node when an element opens or closes */
	enum rc rc;
	struct err err;
	char fault[160]; /* libxml2's first complaint */
};

static struct str text_of(const xmlChar *s)
{
	return s != NULL ? str_of((const char *)s) : STR("");
}

PRINTF_LIKE(3, 4) static void stop(struct reader *r, enum rc rc, const char *fmt, ...)
{
	va_list args;
	char text[ERR_TEXT_LEN];

	if (r->rc != RC_OK)
		return;
	va_start(args, fmt);
	text_vfmt(text, sizeof text, fmt, args);
	va_end(args);
	r->rc = err_set(&r->err, rc, "line %d: %s", xmlSAX2GetLineNumber(r->xml), text);
	xmlStopParser(r->xml);
}

/*
 * Without NOENT libxml2 leaves an ampersand in an attribute as "&#38;" (for a later reparse that we
 * do not do). Nothing else can follow an ampersand here: other entities do not exist.
 */
static struct str plain_value(struct arena *a, const char *p, size_t n)
{
	static const char escaped[] = "&#38;";
	const size_t escaped_len = sizeof escaped - 1;
	char *out = arena_alloc(a, n + 1);
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		out[len++] = p[i];
		if (n - i >= escaped_len && memcmp(p + i, escaped, escaped_len) == 0)
			i += escaped_len - 1;
	}
	return (struct str){out, len};
}

static bool add_attribute(
	struct reader *r, struct tree_node *el, struct tree_attr **tail, const xmlChar **at)
{
	struct arena *a = r->notes->a;
	struct tree_attr *attr = arena_zalloc(a, 1, sizeof *attr);
	size_t len = (size_t)(at[4] - at[3]);

	attr->name = str_dup(a, text_of(at[0]));
	attr->ns = str_dup(a, text_of(at[2]));
	/* A prefix that was never bound belongs to no namespace we could allow. */
	if (at[1] != NULL && at[2] == NULL && RULE_ON(RULE_PREFIX_UNBOUND))
		attr->ns = STR("unbound");
	if (RULE_ON(RULE_ATTRIBUTE_LEN) && len > LIMIT_ATTRIBUTE_LEN
		&& !str_eq_cz(attr->name, "href")) {
		stop(r, RC_LIMIT,
			"attribute " STR_FMT " of <" STR_FMT
			"> has %zu bytes; at most %u are accepted",
			STR_ARG(str_slice(attr->name, 0, 60)), STR_ARG(str_slice(el->name, 0, 60)),
			len, LIMIT_ATTRIBUTE_LEN);
		return false;
	}
	attr->value = plain_value(a, (const char *)at[3], len);
	*tail = attr;
	return true;
}

static void flush_text(struct reader *r)
{
	struct tree_node *n;

	if (r->text.n == 0 || r->at == NULL)
		return;
	n = tree_new(r->notes->a, r->at);
	n->is_text = true;
	n->line = r->at->line;
	n->text = str_dup(r->notes->a, buf_str(&r->text));
	buf_reset(&r->text);
}

/* NOLINTNEXTLINE(readability-function-size): tests/tools/sizes_allow.txt says why. */
static void start_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int ns_count, const xmlChar **ns, int count, int defaulted, const xmlChar **attributes)
{
	struct reader *r = ctx;
	struct arena *a = r->notes->a;
	struct tree_node *el;
	struct tree_attr **tail;

	(void)ns_count;
	(void)ns;
	(void)defaulted;
	if (r->rc != RC_OK)
		return;
	if (RULE_ON(RULE_ELEMENTS) && ++r->elements > LIMIT_ELEMENTS) {
		stop(r, RC_LIMIT, "more than %u elements", LIMIT_ELEMENTS);
		return;
	}
	if (++r->depth > LIMIT_DEPTH && RULE_ON(RULE_DEPTH)) {
		stop(r, RC_LIMIT, "elements nested more than %u deep", LIMIT_DEPTH);
		return;
	}
	if (RULE_ON(RULE_ATTRIBUTES) && count > (int)LIMIT_ATTRIBUTES) {
		stop(r, RC_LIMIT, "an element with %d attributes; at most %u are accepted", count,
			LIMIT_ATTRIBUTES);
		return;
	}
	flush_text(r);
	el = tree_new(a, r->at);
	el->name = str_dup(a, text_of(name));
	el->ns = prefix != NULL && uri == NULL ? STR("unbound") : str_dup(a, text_of(uri));
	el->line = (uint32_t)xmlSAX2GetLineNumber(r->xml);
	if (r->root == NULL)
		r->root = el;
	r->at = el;
	tail = &el->attrs;
	for (int i = 0; i < count && add_attribute(r, el, tail, attributes + 5 * (ptrdiff_t)i); i++)
		tail = &(*tail)->next;
}

static void end_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct reader *r = ctx;

	(void)name;
	(void)prefix;
	(void)uri;
	if (r->rc != RC_OK || r->at == NULL)
		return;
	flush_text(r);
	r->at = r->at->parent;
	r->depth--;
}

static void characters(void *ctx, const xmlChar *text, int len)
{
	struct reader *r = ctx;

	if (r->rc == RC_OK && r->at != NULL && len > 0)
		buf_put(&r->text, text, (size_t)len);
}

static void instruction(void *ctx, const xmlChar *target, const xmlChar *content)
{
	struct reader *r = ctx;
	struct tree_node at = {.name = STR("?"), .line = (uint32_t)xmlSAX2GetLineNumber(r->xml)};

	(void)content;
	if (r->rc == RC_OK)
		notes_removed(r->notes, &at,
			"processing instructions are not allowed: style sheets and scripts come in "
			"by them",
			"processing instruction " STR_FMT,
			STR_ARG(str_slice(text_of(target), 0, 60)));
}

static void subset(
	void *ctx, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
	(void)name;
	(void)public_id;
	(void)system_id;
	if (RULE_ON(RULE_DOCTYPE_LATE))
		stop(ctx, RC_INPUT, "a DOCTYPE in this place is not accepted");
}

static xmlEntityPtr five_entities(void *ctx, const xmlChar *name)
{
	(void)ctx;
	return xmlGetPredefinedEntity(name);
}

static void reference(void *ctx, const xmlChar *name)
{
	if (RULE_ON(RULE_ENTITY_UNKNOWN))
		stop(ctx, RC_INPUT,
			"the entity &" STR_FMT "; is not known; write the character itself",
			STR_ARG(str_slice(text_of(name), 0, 40)));
}

/* Keeps the first fatal complaint without its newline; namespace errors are handled by names. */
static void complaint(void *ctx, xmlErrorPtr error)
{
	struct reader *r = ctx;
	struct str text;

	if (error == NULL || error->message == NULL || error->level != XML_ERR_FATAL
		|| r->fault[0] != '\0')
		return;
	text = str_trim(str_of(error->message));
	if (!str_is_utf8(text))
		text = STR("not well formed");
	text_fmt(r->fault, sizeof r->fault, "line %d: " STR_FMT, error->line, STR_ARG(text));
}

static enum rc feed(struct reader *r, struct str in, struct err *err)
{
	for (size_t at = 0; at < in.n && r->rc == RC_OK; at += CHUNK_LEN) {
		size_t len = in.n - at < CHUNK_LEN ? in.n - at : CHUNK_LEN;

		if (xmlParseChunk(r->xml, in.p + at, (int)len, at + len == in.n) != XML_ERR_OK
			&& r->fault[0] != '\0')
			break;
	}
	if (r->rc != RC_OK) {
		if (err != NULL)
			*err = r->err;
		return r->rc;
	}
	if ((RULE_ON(RULE_WELL_FORMED) && r->xml->wellFormed != 1) || r->root == NULL)
		return err_set(err, RC_INPUT, "the template is not well-formed XML: %s",
			r->fault[0] != '\0' ? r->fault : "it ends too early");
	return RC_OK;
}

enum rc parse_xml(struct str in, struct notes *notes, struct tree_node **root, struct err *err)
{
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = start_element,
		.endElementNs = end_element,
		.characters = characters,
		.ignorableWhitespace = characters,
		.cdataBlock = characters,
		.processingInstruction = instruction,
		.internalSubset = subset,
		.getEntity = five_entities,
		.reference = reference,
		.serror = complaint,
	};
	struct reader r = {.notes = notes, .text = buf_new(LIMIT_INPUT_LEN)};
	enum rc rc;

	r.xml = xmlCreatePushParserCtxt(&sax, &r, NULL, 0, NULL);
	if (r.xml == NULL)
		return err_set(
			err, RC_SYSTEM, "reading the template: no memory for the XML parser");
	xmlCtxtUseOptions(r.xml, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	r.xml->userData = &r;
	if (xmlSwitchEncoding(r.xml, XML_CHAR_ENCODING_UTF8) != 0)
		rc = err_set(
			err, RC_SYSTEM, "reading the template: the XML parser does not know UTF-8");
	else
		rc = feed(&r, in, err);
	*root = r.root;
	if (r.xml->myDoc != NULL)
		xmlFreeDoc(r.xml->myDoc);
	r.xml->myDoc = NULL;
	xmlFreeParserCtxt(r.xml);
	xmlResetLastError();
	buf_free(&r.text);
	return rc;
}

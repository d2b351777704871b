// SPDX-License-Identifier: Apache-2.0
/* An SVG read for the credential alone, by libxml2. Runs in: check, and programs that use libcertfill-verify. */
#include "verify/bake_svg.h"

#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>
#include <string.h>

/* Never NOENT, DTDLOAD, DTDATTR, XINCLUDE, HUGE: nothing is fetched, nothing expands. */
#define OPTIONS (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING)
#define NODES_MAX 200000
#define DEPTH_MAX 200

static const char svg_namespace[] = "http://www.w3.org/2000/svg";
static const char badge_namespace[] = "https://purl.imsglobal.org/ob/v3p0";

struct reader {
	struct arena *a;
	xmlTextReaderPtr xml;
	bool inside; /* the credential element is open */
	int depth; /* its depth */
	struct str verify;
	struct buf text;
	size_t found_count;
	struct err *err;
};

static bool is(const xmlChar *s, const char *want)
{
	return s != NULL && strcmp((const char *)s, want) == 0;
}

static enum rc open_credential(struct reader *r)
{
	xmlChar *verify = xmlTextReaderGetAttribute(r->xml, (const xmlChar *)"verify");

	if (verify != NULL)
		r->verify = str_dup(r->a, str_of((const char *)verify));
	xmlFree(verify);
	if (++r->found_count > 1)
		return err_set(r->err, RC_INPUT,
			"the picture holds two credentials: readers would not agree which counts");
	r->depth = xmlTextReaderDepth(r->xml);
	r->inside = xmlTextReaderIsEmptyElement(r->xml) != 1;
	return RC_OK;
}

static enum rc look_at(struct reader *r)
{
	int type = xmlTextReaderNodeType(r->xml);

	if (xmlTextReaderDepth(r->xml) > DEPTH_MAX)
		return err_set(r->err, RC_LIMIT, "the picture is nested too deeply");
	if (type == XML_READER_TYPE_ENTITY_REFERENCE)
		return err_set(r->err, RC_INPUT, "the picture uses entities of its own");
	if (r->inside && type == XML_READER_TYPE_END_ELEMENT
		&& xmlTextReaderDepth(r->xml) == r->depth) {
		r->inside = false;
		return RC_OK;
	}
	if (r->inside
		&& (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA
			|| type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE)) {
		buf_put_cz(&r->text, (const char *)xmlTextReaderConstValue(r->xml));
		return RC_OK;
	}
	if (type != XML_READER_TYPE_ELEMENT)
		return RC_OK;
	if (r->inside)
		return err_set(r->err, RC_INPUT, "the credential holds other elements");
	if (is(xmlTextReaderConstLocalName(r->xml), "credential")
		&& is(xmlTextReaderConstNamespaceUri(r->xml), badge_namespace))
		return open_credential(r);
	return RC_OK;
}

static enum rc read_root(struct reader *r)
{
	int more;

	do
		more = xmlTextReaderRead(r->xml);
	while (more == 1 && xmlTextReaderNodeType(r->xml) != XML_READER_TYPE_ELEMENT);
	if (more != 1 || !is(xmlTextReaderConstLocalName(r->xml), "svg")
		|| !is(xmlTextReaderConstNamespaceUri(r->xml), svg_namespace))
		return err_set(r->err, RC_INPUT, "this XML is no SVG");
	return RC_OK;
}

static enum rc read_all(struct reader *r)
{
	enum rc rc = read_root(r);
	size_t nodes = 0;
	int more = 1;

	while (rc == RC_OK && (more = xmlTextReaderRead(r->xml)) == 1) {
		if (++nodes > NODES_MAX)
			return err_set(
				r->err, RC_LIMIT, "the picture has more than %d nodes", NODES_MAX);
		rc = look_at(r);
	}
	if (rc == RC_OK && more != 0)
		rc = err_set(r->err, RC_INPUT, "the picture is no well-formed XML");
	return rc;
}

static enum rc take(struct reader *r, struct str *out)
{
	struct str text = str_trim(buf_str(&r->text));

	if (r->found_count == 0 || (r->verify.n == 0 && text.n == 0))
		return err_set(r->err, RC_INPUT, "there is no credential in this picture");
	if (r->verify.n != 0 && text.n != 0)
		return err_set(r->err, RC_INPUT,
			"the credential stands there twice, as an attribute and as content");
	*out = r->verify.n != 0 ? r->verify : str_dup(r->a, text);
	return RC_OK;
}

enum rc bake_svg_find(struct arena *a, struct bytes file, struct str *out, struct err *err)
{
	struct reader r = {.a = a, .text = buf_new(BAKE_SVG_MAX), .err = err};
	struct str text = bytes_text(file);
	enum rc rc;

	if (file.n > BAKE_SVG_MAX)
		return err_set(err, RC_LIMIT, "the picture is over %zu MiB", BAKE_SVG_MAX >> 20);
	if (!str_is_utf8(text) || memchr(file.p, 0, file.n) != NULL)
		return err_set(err, RC_INPUT, "the picture is not UTF-8");
	/* A plain document type is harmless; entities are not, and no badge needs them. */
	if (str_find_str(text, STR("<!ENTITY")) < text.n)
		return err_set(err, RC_INPUT, "the picture declares entities of its own");
	/* The declared encoding does not count: what libxml2 reads is what was looked at here. */
	r.xml = xmlReaderForMemory((const char *)file.p, (int)file.n, NULL, "UTF-8", OPTIONS);
	if (r.xml == NULL)
		return err_set(err, RC_SYSTEM, "libxml2 cannot start");
	rc = read_all(&r);
	if (rc == RC_OK)
		rc = take(&r, out);
	xmlFreeTextReader(r.xml);
	xmlResetLastError();
	buf_free(&r.text);
	return rc;
}

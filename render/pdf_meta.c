// SPDX-License-Identifier: Apache-2.0
/* Metadata. Runs in: render. */
#include "render/pdf_meta.h"

#include "base/clock.h"
#include "render/pdf_object.h"

struct str pdf_meta_clean(struct arena *a, struct str s)
{
	struct buf b = buf_new(s.n * 3);
	struct str out;
	size_t at = 0;

	while (at < s.n) {
		size_t start = at;
		uint32_t cp = str_next_char(s, &at);

		if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
			buf_put_char(&b, ' ');
		else if (cp == 0xFFFE || cp == 0xFFFF)
			buf_put_cz(&b, "\xEF\xBF\xBD");
		else
			buf_put_str(&b, str_slice(s, start, at));
	}
	out = str_dup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

void pdf_meta_put_date(struct buf *b, int64_t wall_s)
{
	struct clock_date d = clock_split(wall_s);

	buf_fmt(b, "(D:%04d%02d%02d%02d%02d%02dZ)", d.year, d.month, d.day, d.hour, d.minute,
		d.second);
}

void pdf_meta_put_info(struct buf *b, const struct pdf_meta *m)
{
	buf_put_cz(b, "/Title ");
	pdf_object_put_text(b, m->title);
	buf_put_cz(b, "\n/Producer ");
	pdf_object_put_text(b, m->producer);
	buf_put_cz(b, "\n/CreationDate ");
	pdf_meta_put_date(b, m->issued_s);
	buf_put_cz(b, "\n/ModDate ");
	pdf_meta_put_date(b, m->issued_s);
	buf_put_char(b, '\n');
}

static void put_xml(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '&':
			buf_put_cz(b, "&amp;");
			break;
		case '<':
			buf_put_cz(b, "&lt;");
			break;
		case '>':
			buf_put_cz(b, "&gt;");
			break;
		default:
			buf_put_char(b, s.p[i]);
		}
	}
}

/* PDF/A-3 knows pdfaid but not pdfuaid: a property it does not know must be described (6.6.2.3). */
static const char extension_schema[] =
	"<rdf:Description rdf:about=\"\" "
	"xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\""
	" xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\""
	" xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">"
	"<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">"
	"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
	"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
	"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
	"<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">"
	"<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</"
	"pdfaProperty:valueType>"
	"<pdfaProperty:category>internal</pdfaProperty:category>"
	"<pdfaProperty:description>Part of ISO 14289 to which the document "
	"conforms</pdfaProperty:description>"
	"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></"
	"rdf:Description>\n";

void pdf_meta_put_xmp(struct buf *b, const struct pdf_meta *m)
{
	char date[CLOCK_ISO_LEN];

	clock_iso(m->issued_s, date);
	buf_put_cz(b,
		"<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
		"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
		"<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
		"<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
		" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" "
		"xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\""
		" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\""
		" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">"
		"<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
	put_xml(b, m->title);
	buf_put_cz(b, "</rdf:li></rdf:Alt></dc:title><dc:language><rdf:Bag><rdf:li>");
	put_xml(b, m->lang);
	buf_fmt(b,
		"</rdf:li></rdf:Bag></dc:language><xmp:CreateDate>%s</xmp:CreateDate>"
		"<xmp:ModifyDate>%s</xmp:ModifyDate><pdf:Producer>",
		date, date);
	put_xml(b, m->producer);
	buf_put_cz(b,
		"</pdf:Producer><pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</"
		"pdfaid:conformance>"
		"<pdfuaid:part>1</pdfuaid:part></rdf:Description>\n");
	buf_put_cz(b, extension_schema);
	buf_put_cz(b, "</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>");
}

// SPDX-License-Identifier: Apache-2.0
/* The allow-list of elements and attributes. Runs in: intake. */
#include "templates/names.h"

#define CONTAINERS (EL_GROUPS | EL_BIT(EL_DEFS) | EL_BIT(EL_SYMBOL))
/* Where things that can be drawn may stand. */
#define CANVAS (CONTAINERS | EL_BIT(EL_PATTERN) | EL_BIT(EL_MASK) | EL_BIT(EL_MARKER))
#define CANVAS_CLIP (CANVAS | EL_BIT(EL_CLIP) | EL_BIT(EL_FLOW_REGION))
#define LIT (EL_BIT(EL_FE_DIFFUSE) | EL_BIT(EL_FE_SPECULAR))
#define IN_FILTER EL_BIT(EL_FILTER)
#define IN_TEXT (EL_BIT(EL_TEXT) | EL_BIT(EL_TSPAN) | EL_BIT(EL_TEXT_PATH))
#define IN_PARA (EL_BIT(EL_FLOW_PARA) | EL_BIT(EL_FLOW_SPAN))
#define IN_FUNC EL_BIT(EL_FE_COMPONENT)

static const struct names_element_row elements[EL_COUNT] = {
	[EL_SVG] = {"svg", CANVAS},
	[EL_G] = {"g", CANVAS},
	[EL_DEFS] = {"defs", CANVAS_CLIP},
	[EL_SYMBOL] = {"symbol", CANVAS},
	[EL_USE] = {"use", CANVAS_CLIP},
	[EL_TITLE] = {"title", ~UINT64_C(0)},
	[EL_DESC] = {"desc", ~UINT64_C(0)},
	[EL_STYLE] = {"style", ~UINT64_C(0)},
	[EL_PATH] = {"path", CANVAS_CLIP},
	[EL_RECT] = {"rect", CANVAS_CLIP},
	[EL_CIRCLE] = {"circle", CANVAS_CLIP},
	[EL_ELLIPSE] = {"ellipse", CANVAS_CLIP},
	[EL_LINE] = {"line", CANVAS_CLIP},
	[EL_POLYLINE] = {"polyline", CANVAS_CLIP},
	[EL_POLYGON] = {"polygon", CANVAS_CLIP},
	[EL_IMAGE] = {"image", CANVAS},
	[EL_TEXT] = {"text", CANVAS_CLIP},
	[EL_TSPAN] = {"tspan", IN_TEXT},
	[EL_TEXT_PATH] = {"textPath", EL_BIT(EL_TEXT)},
	[EL_FLOW_ROOT] = {"flowRoot", CANVAS},
	[EL_FLOW_REGION] = {"flowRegion", EL_BIT(EL_FLOW_ROOT)},
	[EL_FLOW_PARA] = {"flowPara", EL_BIT(EL_FLOW_ROOT)},
	[EL_FLOW_SPAN] = {"flowSpan", IN_PARA},
	[EL_LINEAR] = {"linearGradient", CANVAS_CLIP},
	[EL_RADIAL] = {"radialGradient", CANVAS_CLIP},
	[EL_STOP] = {"stop", EL_GRADIENTS},
	[EL_PATTERN] = {"pattern", CANVAS},
	[EL_CLIP] = {"clipPath", CANVAS},
	[EL_MASK] = {"mask", CANVAS},
	[EL_MARKER] = {"marker", CANVAS},
	[EL_FILTER] = {"filter", CANVAS},
	[EL_FE_BLEND] = {"feBlend", IN_FILTER},
	[EL_FE_COLOR_MATRIX] = {"feColorMatrix", IN_FILTER},
	[EL_FE_COMPONENT] = {"feComponentTransfer", IN_FILTER},
	[EL_FE_COMPOSITE] = {"feComposite", IN_FILTER},
	[EL_FE_CONVOLVE] = {"feConvolveMatrix", IN_FILTER},
	[EL_FE_DIFFUSE] = {"feDiffuseLighting", IN_FILTER},
	[EL_FE_DISPLACE] = {"feDisplacementMap", IN_FILTER},
	[EL_FE_DROP_SHADOW] = {"feDropShadow", IN_FILTER},
	[EL_FE_FLOOD] = {"feFlood", IN_FILTER},
	[EL_FE_BLUR] = {"feGaussianBlur", IN_FILTER},
	[EL_FE_MERGE] = {"feMerge", IN_FILTER},
	[EL_FE_MORPHOLOGY] = {"feMorphology", IN_FILTER},
	[EL_FE_OFFSET] = {"feOffset", IN_FILTER},
	[EL_FE_SPECULAR] = {"feSpecularLighting", IN_FILTER},
	[EL_FE_TILE] = {"feTile", IN_FILTER},
	[EL_FE_TURBULENCE] = {"feTurbulence", IN_FILTER},
	[EL_FE_FUNC_R] = {"feFuncR", IN_FUNC},
	[EL_FE_FUNC_G] = {"feFuncG", IN_FUNC},
	[EL_FE_FUNC_B] = {"feFuncB", IN_FUNC},
	[EL_FE_FUNC_A] = {"feFuncA", IN_FUNC},
	[EL_FE_MERGE_NODE] = {"feMergeNode", EL_BIT(EL_FE_MERGE)},
	[EL_FE_DISTANT] = {"feDistantLight", LIT},
	[EL_FE_POINT] = {"fePointLight", LIT},
	[EL_FE_SPOT] = {"feSpotLight", LIT},
};

#define ANY (~UINT64_C(0))
#define ON(el) EL_BIT(EL_##el)
#define FUNCS (ON(FE_FUNC_R) | ON(FE_FUNC_G) | ON(FE_FUNC_B) | ON(FE_FUNC_A))
#define UNITS "userSpaceOnUse|objectBoundingBox"
#define TEXTUAL (ON(TEXT) | ON(TSPAN))
#define DRAWN (EL_SHAPES | ON(G) | ON(USE) | ON(IMAGE) | ON(TEXT) | ON(CLIP) | ON(FLOW_ROOT))
#define BOXED \
	(ON(SVG) | ON(USE) | ON(RECT) | ON(IMAGE) | ON(PATTERN) | ON(MASK) | ON(FILTER) \
		| EL_PRIMITIVES)
#define FRAMES \
	(ON(RECT) | ON(IMAGE) | ON(G) | ON(TEXT) | ON(USE) | ON(CIRCLE) | ON(ELLIPSE) | ON(PATH) \
		| ON(POLYGON))

static const struct names_attr_row attributes[] = {
	{"id", GRAMMAR_ID, ANY, NULL},
	{"xml:lang", GRAMMAR_LANG, ANY, NULL},
	{"xml:space", GRAMMAR_WORD, ANY, "default|preserve"},
	{"width", GRAMMAR_SIZE, BOXED, NULL},
	{"height", GRAMMAR_SIZE, BOXED, NULL},
	{"viewBox", GRAMMAR_VIEWBOX, ON(SVG) | ON(SYMBOL) | ON(PATTERN) | ON(MARKER), NULL},
	{"preserveAspectRatio", GRAMMAR_ASPECT,
		ON(SVG) | ON(SYMBOL) | ON(PATTERN) | ON(MARKER) | ON(IMAGE), NULL},
	{"x", GRAMMAR_LENGTH, BOXED, NULL},
	{"y", GRAMMAR_LENGTH, BOXED, NULL},
	{"x", GRAMMAR_LENGTHS, TEXTUAL, NULL},
	{"y", GRAMMAR_LENGTHS, TEXTUAL, NULL},
	{"dx", GRAMMAR_LENGTHS, TEXTUAL, NULL},
	{"dy", GRAMMAR_LENGTHS, TEXTUAL, NULL},
	{"rotate", GRAMMAR_NUMBERS, TEXTUAL, NULL},
	{"rx", GRAMMAR_LENGTH, ON(RECT) | ON(ELLIPSE), NULL},
	{"ry", GRAMMAR_LENGTH, ON(RECT) | ON(ELLIPSE), NULL},
	{"cx", GRAMMAR_LENGTH, ON(CIRCLE) | ON(ELLIPSE) | ON(RADIAL), NULL},
	{"cy", GRAMMAR_LENGTH, ON(CIRCLE) | ON(ELLIPSE) | ON(RADIAL), NULL},
	{"r", GRAMMAR_SIZE, ON(CIRCLE) | ON(RADIAL), NULL},
	{"fx", GRAMMAR_LENGTH, ON(RADIAL), NULL},
	{"fy", GRAMMAR_LENGTH, ON(RADIAL), NULL},
	{"fr", GRAMMAR_SIZE, ON(RADIAL), NULL},
	{"x1", GRAMMAR_LENGTH, ON(LINE) | ON(LINEAR), NULL},
	{"y1", GRAMMAR_LENGTH, ON(LINE) | ON(LINEAR), NULL},
	{"x2", GRAMMAR_LENGTH, ON(LINE) | ON(LINEAR), NULL},
	{"y2", GRAMMAR_LENGTH, ON(LINE) | ON(LINEAR), NULL},
	{"d", GRAMMAR_PATH, ON(PATH), NULL},
	{"points", GRAMMAR_POINTS, ON(POLYLINE) | ON(POLYGON), NULL},
	{"transform", GRAMMAR_TRANSFORM, DRAWN | ON(SVG) | ON(MASK), NULL},
	{"gradientTransform", GRAMMAR_TRANSFORM, EL_GRADIENTS, NULL},
	{"gradientUnits", GRAMMAR_WORD, EL_GRADIENTS, UNITS},
	{"spreadMethod", GRAMMAR_WORD, EL_GRADIENTS, "pad|reflect|repeat"},
	{"offset", GRAMMAR_UNIT, ON(STOP), NULL},
	{"patternTransform", GRAMMAR_TRANSFORM, ON(PATTERN), NULL},
	{"patternUnits", GRAMMAR_WORD, ON(PATTERN), UNITS},
	{"patternContentUnits", GRAMMAR_WORD, ON(PATTERN), UNITS},
	{"clipPathUnits", GRAMMAR_WORD, ON(CLIP), UNITS},
	{"maskUnits", GRAMMAR_WORD, ON(MASK), UNITS},
	{"maskContentUnits", GRAMMAR_WORD, ON(MASK), UNITS},
	{"markerUnits", GRAMMAR_WORD, ON(MARKER), "userSpaceOnUse|strokeWidth"},
	{"markerWidth", GRAMMAR_SIZE, ON(MARKER), NULL},
	{"markerHeight", GRAMMAR_SIZE, ON(MARKER), NULL},
	{"refX", GRAMMAR_LENGTH, ON(MARKER), NULL},
	{"refY", GRAMMAR_LENGTH, ON(MARKER), NULL},
	{"orient", GRAMMAR_ORIENT, ON(MARKER), NULL},
	{"startOffset", GRAMMAR_LENGTH, ON(TEXT_PATH), NULL},
	{"method", GRAMMAR_WORD, ON(TEXT_PATH), "align|stretch"},
	{"filterUnits", GRAMMAR_WORD, ON(FILTER), UNITS},
	{"primitiveUnits", GRAMMAR_WORD, ON(FILTER), UNITS},
	{"in", GRAMMAR_RESULT, EL_PRIMITIVES | ON(FE_MERGE_NODE), NULL},
	{"in2", GRAMMAR_RESULT, ON(FE_BLEND) | ON(FE_COMPOSITE) | ON(FE_DISPLACE), NULL},
	{"result", GRAMMAR_RESULT, EL_PRIMITIVES, NULL},
	{"mode", GRAMMAR_WORD, ON(FE_BLEND),
		"normal|multiply|screen|darken|lighten|overlay|color-dodge|color-burn|"
		"hard-light|soft-light|difference|exclusion|hue|saturation|color|luminosity"},
	{"type", GRAMMAR_WORD, ON(FE_COLOR_MATRIX), "matrix|saturate|hueRotate|luminanceToAlpha"},
	{"type", GRAMMAR_WORD, FUNCS, "identity|table|discrete|linear|gamma"},
	{"type", GRAMMAR_WORD, ON(FE_TURBULENCE), "fractalNoise|turbulence"},
	{"values", GRAMMAR_NUMBERS, ON(FE_COLOR_MATRIX), NULL},
	{"tableValues", GRAMMAR_NUMBERS, FUNCS, NULL},
	{"slope", GRAMMAR_NUMBER, FUNCS, NULL},
	{"intercept", GRAMMAR_NUMBER, FUNCS, NULL},
	{"amplitude", GRAMMAR_NUMBER, FUNCS, NULL},
	{"exponent", GRAMMAR_NUMBER, FUNCS, NULL},
	{"offset", GRAMMAR_NUMBER, FUNCS, NULL},
	{"operator", GRAMMAR_WORD, ON(FE_COMPOSITE), "over|in|out|atop|xor|lighter|arithmetic"},
	{"operator", GRAMMAR_WORD, ON(FE_MORPHOLOGY), "erode|dilate"},
	{"radius", GRAMMAR_PAIR, ON(FE_MORPHOLOGY), "20"},
	{"k1", GRAMMAR_NUMBER, ON(FE_COMPOSITE), NULL},
	{"k2", GRAMMAR_NUMBER, ON(FE_COMPOSITE), NULL},
	{"k3", GRAMMAR_NUMBER, ON(FE_COMPOSITE), NULL},
	{"k4", GRAMMAR_NUMBER, ON(FE_COMPOSITE), NULL},
	{"order", GRAMMAR_ORDER, ON(FE_CONVOLVE), NULL},
	{"kernelMatrix", GRAMMAR_NUMBERS, ON(FE_CONVOLVE), NULL},
	{"divisor", GRAMMAR_NUMBER, ON(FE_CONVOLVE), NULL},
	{"bias", GRAMMAR_NUMBER, ON(FE_CONVOLVE), NULL},
	{"targetX", GRAMMAR_INTEGER, ON(FE_CONVOLVE), "15"},
	{"targetY", GRAMMAR_INTEGER, ON(FE_CONVOLVE), "15"},
	{"edgeMode", GRAMMAR_WORD, ON(FE_CONVOLVE) | ON(FE_BLUR), "duplicate|wrap|none"},
	{"preserveAlpha", GRAMMAR_WORD, ON(FE_CONVOLVE), "true|false"},
	{"surfaceScale", GRAMMAR_NUMBER, LIT, NULL},
	{"diffuseConstant", GRAMMAR_NUMBER, ON(FE_DIFFUSE), NULL},
	{"specularConstant", GRAMMAR_NUMBER, ON(FE_SPECULAR), NULL},
	{"specularExponent", GRAMMAR_NUMBER, ON(FE_SPECULAR) | ON(FE_SPOT), NULL},
	{"azimuth", GRAMMAR_NUMBER, ON(FE_DISTANT), NULL},
	{"elevation", GRAMMAR_NUMBER, ON(FE_DISTANT), NULL},
	{"x", GRAMMAR_NUMBER, ON(FE_POINT) | ON(FE_SPOT), NULL},
	{"y", GRAMMAR_NUMBER, ON(FE_POINT) | ON(FE_SPOT), NULL},
	{"z", GRAMMAR_NUMBER, ON(FE_POINT) | ON(FE_SPOT), NULL},
	{"pointsAtX", GRAMMAR_NUMBER, ON(FE_SPOT), NULL},
	{"pointsAtY", GRAMMAR_NUMBER, ON(FE_SPOT), NULL},
	{"pointsAtZ", GRAMMAR_NUMBER, ON(FE_SPOT), NULL},
	{"limitingConeAngle", GRAMMAR_NUMBER, ON(FE_SPOT), NULL},
	{"scale", GRAMMAR_NUMBER, ON(FE_DISPLACE), NULL},
	{"xChannelSelector", GRAMMAR_WORD, ON(FE_DISPLACE), "R|G|B|A"},
	{"yChannelSelector", GRAMMAR_WORD, ON(FE_DISPLACE), "R|G|B|A"},
	{"stdDeviation", GRAMMAR_PAIR, ON(FE_BLUR) | ON(FE_DROP_SHADOW), "500"},
	{"dx", GRAMMAR_NUMBER, ON(FE_OFFSET) | ON(FE_DROP_SHADOW), NULL},
	{"dy", GRAMMAR_NUMBER, ON(FE_OFFSET) | ON(FE_DROP_SHADOW), NULL},
	{"baseFrequency", GRAMMAR_PAIR, ON(FE_TURBULENCE), "100"},
	{"numOctaves", GRAMMAR_INTEGER, ON(FE_TURBULENCE), "10"},
	{"seed", GRAMMAR_NUMBER, ON(FE_TURBULENCE), NULL},
	{"stitchTiles", GRAMMAR_WORD, ON(FE_TURBULENCE), "stitch|noStitch"},
	{"data-box", GRAMMAR_BOX, ON(TEXT), NULL},
	{"data-max-width", GRAMMAR_SIZE, ON(TEXT), NULL},
	{"data-fit", GRAMMAR_WORD, ON(TEXT), "shrink|none"},
	{"data-min-scale", GRAMMAR_UNIT, ON(TEXT), NULL},
	{"data-max-lines", GRAMMAR_INTEGER, ON(TEXT), "20"},
	{"data-align", GRAMMAR_WORD, ON(TEXT), "start|center|middle|end|left|right"},
	{"data-tag", GRAMMAR_WORD, ON(TEXT), "h1|p"},
	{"data-frame-for", GRAMMAR_TOKEN, FRAMES, NULL},
	{"data-qr", GRAMMAR_TOKEN, FRAMES, NULL},
	{"href", GRAMMAR_HREF, ON(USE) | ON(IMAGE) | ON(TEXT_PATH) | EL_SERVERS | ON(FILTER), NULL},
};

enum names_element names_find_element(struct str name)
{
	for (unsigned i = EL_NONE + 1; i < EL_COUNT; i++)
		if (str_eq_cz(name, elements[i].name))
			return (enum names_element)i;
	return EL_NONE;
}

const struct names_element_row *names_element_row(enum names_element el)
{
	return &elements[el];
}

const struct names_attr_row *names_find_attr(enum names_element el, struct str ns, struct str name)
{
	struct str written = name;

	if (str_eq_cz(ns, NAMES_XML_NS))
		written = str_eq_cz(name, "lang")  ? STR("xml:lang")
			: str_eq_cz(name, "space") ? STR("xml:space")
						   : STR("");
	else if (str_eq_cz(ns, NAMES_XLINK_NS))
		written = str_eq_cz(name, "href") ? name : STR("");
	else if (ns.n > 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_COUNT(attributes); i++)
		if (EL_IS(el, attributes[i].on) && str_eq_cz(written, attributes[i].name))
			return &attributes[i];
	return NULL;
}

unsigned names_attr_rank(struct str name)
{
	for (unsigned i = 0; i < ARRAY_COUNT(attributes); i++)
		if (str_eq_cz(name, attributes[i].name))
			return i;
	return ARRAY_COUNT(attributes);
}

struct reason {
	const char *name;
	const char *why;
};

static const struct reason element_reasons[] = {
	{"script", "scripts do not run on a certificate and are never kept"},
	{"foreignObject", "foreign content such as HTML cannot be drawn; use text and shapes"},
	{"iframe", "other documents cannot be shown inside a certificate"},
	{"animate", "a certificate does not move: animation is left out"},
	{"animateTransform", "a certificate does not move: animation is left out"},
	{"animateMotion", "a certificate does not move: animation is left out"},
	{"animateColor", "a certificate does not move: animation is left out"},
	{"set", "a certificate does not move: animation is left out"},
	{"discard", "a certificate does not move: animation is left out"},
	{"font",
		"fonts inside a template are not used; install the font on the server, or add its "
		"file to the bundle's fonts folder"},
	{"font-face",
		"fonts inside a template are not used; install the font on the server, or add its "
		"file to the bundle's fonts folder"},
	{"feImage", "pictures inside filters are not supported; place the picture in the drawing"},
	{"cursor", "a certificate has no mouse pointer"},
	{"view", "views of a document are not supported"},
	{"tref", "text taken from elsewhere is not supported; type the text where it belongs"},
	{"metadata", "information about the document is not drawn"},
	{"handler", "scripts do not run on a certificate and are never kept"},
	{"listener", "scripts do not run on a certificate and are never kept"},
	{"audio", "sound and film cannot be printed"},
	{"video", "sound and film cannot be printed"},
};

static const struct reason attr_reasons[] = {
	{"class", "its style sheet rules were written into the element"},
	{"style", "its declarations were written as attributes"},
	{"src", "addresses are not followed"},
	{"base", "addresses are not followed"},
	{"requiredExtensions", "extensions are not supported"},
	{"systemLanguage", "choosing by the reader's language is not supported"},
	{"mix-blend-mode", "it counts in a style only"},
	{"isolation", "it counts in a style only"},
	{"textLength", "stretching text to a length is not supported; use data-max-width"},
	{"lengthAdjust", "stretching text to a length is not supported; use data-max-width"},
	{"filterRes", "the resolution of filters is chosen when drawing"},
};

static const char *find_reason(
	const struct reason *rows, size_t count, struct str name, const char *otherwise)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq_nocase(name, str_of(rows[i].name)))
			return rows[i].why;
	return otherwise;
}

const char *names_why_element(struct str name)
{
	return find_reason(element_reasons, ARRAY_COUNT(element_reasons), name,
		"this element is not on the list of what a template may hold");
}

const char *names_why_attr(struct str name)
{
	if (name.n > 2 && str_eq_nocase(str_slice(name, 0, 2), STR("on")))
		return "event handlers are scripts, which do not run on a certificate";
	return find_reason(attr_reasons, ARRAY_COUNT(attr_reasons), name,
		"this attribute is not on the list of what may stand on this element");
}

bool names_is_leftover(struct str ns)
{
	static const char *const known[] = {
		"http://www.inkscape.org/namespaces/inkscape",
		"http://sodipodi.sourceforge.net/",
		"http://inkscape.sourceforge.net/",
		"http://www.w3.org/1999/02/22-rdf-syntax-ns#",
		"http://purl.org/dc/",
		"http://creativecommons.org/ns#",
		"http://web.resource.org/cc/",
		"http://ns.adobe.com/",
		"http://www.bohemiancoding.com/sketch/",
		"http://www.figma.com/",
		"http://schemas.microsoft.com/visio/",
		"http://www.serif.com/",
		"http://vectornator.io",
		"http://www.corel.com/",
		"http://boxy-svg.com",
		"https://boxy-svg.com",
		"http://www.openswatchbook.org/",
		"http://xml.openoffice.org/",
		"http://svg.wikimedia.org/",
	};

	for (size_t i = 0; i < ARRAY_COUNT(known); i++)
		if (str_starts(ns, str_of(known[i])))
			return true;
	return false;
}

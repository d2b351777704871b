// SPDX-License-Identifier: Apache-2.0
/*
 * Limits on templates, each with its reason. Intake refuses what is over them; later stages check
 * again what they rely on, because a taken-over intake would not.
 */
#ifndef TEMPLATES_LIMITS_H
#define TEMPLATES_LIMITS_H

/* ---- the file ---- */
/* Real exports without images stay under 1 MiB; the parser's work is linear in this. */
#define LIMIT_INPUT_LEN (2u * 1024 * 1024)
/* The largest real export seen had 6,000; librsvg keeps several hundred bytes for each. */
#define LIMIT_ELEMENTS 20000u
/* libxml2 stops at 256 without XML_PARSE_HUGE; librsvg recurses once for each level. */
#define LIMIT_DEPTH 256u
/* Nothing in SVG has more than some sixty attributes that mean anything. */
#define LIMIT_ATTRIBUTES 128u
/* Long paths stay under this; image data may use the whole file. */
#define LIMIT_ATTRIBUTE_LEN (256u * 1024)

/* ---- what drawing it would cost ---- */
/* Elements drawn after every use, pattern, mask and marker was followed: "billion laughs". */
#define LIMIT_EXPANSION 100000u
/* Nesting as drawn, references followed: librsvg recurses for each, and aborts when the stack ends. */
#define LIMIT_DRAW_DEPTH 320u
/* Each filter draws pixmaps of up to the page's size, one for each step. */
#define LIMIT_FILTERED 400u
/* refs_weight.h: a drop shadow is 8, a fine texture of noise some hundred. */
#define LIMIT_FILTER_STEPS 2000u
/* A mask, a translucent group or a blend mode draws a layer of up to the page's size. */
#define LIMIT_LAYERS 3000u
/* A page-wide kernel is n*n operations per pixel. */
#define LIMIT_KERNEL 15
/* Radii and offsets of filter functions, in pixels: a shadow of half a screen. */
#define LIMIT_BLUR 500.0
/* Dashes shorter than a hundredth of a pixel would be drawn one by one. */
#define LIMIT_DASH_MIN 0.01

/* Each is an outline of its own: cairo keeps some 70 bytes of it. */
#define LIMIT_DASHES 1000000u
/* Of outlines, each as often as it is drawn, however short: librsvg takes some 50 ns for each. */
#define LIMIT_POINTS 100000000u
/* Outlines, by the page's diagonal: a dense guilloche has some hundreds; cairo takes seconds for this much. */
#define LIMIT_LENGTH_PAGES 5000.0

/* ---- images ---- */
/* 40 megapixels by the header: an A3 page at 480 dpi, 160 MB when decoded. */
#define LIMIT_IMAGE_PIXELS (40u * 1000 * 1000)
/* Pixels of a JPEG times its scans: 40 megapixels and 25; encoders make some ten. */
#define LIMIT_IMAGE_SCANNED (1000u * 1000 * 1000)
#define LIMIT_IMAGES_PIXELS (100u * 1000 * 1000)
/* Each as often as it is drawn: a page keeps four bytes of each, and takes some 20 ns for it. */
#define LIMIT_PIXELS_DRAWN (400u * 1000 * 1000)
#define LIMIT_IMAGE_SIDE 16384u
#define LIMIT_IMAGES 200u

/* ---- bundles ---- */
#define LIMIT_BUNDLE_ENTRIES 500u
#define LIMIT_BUNDLE_LEN (48u * 1024 * 1024)
/* One entry, and all of them, once unpacked or written anew. */
#define LIMIT_BUNDLE_FILE_LEN (24u * 1024 * 1024)
#define LIMIT_BUNDLE_TOTAL (44u * 1024 * 1024)
#define LIMIT_BUNDLE_JSON_LEN (64u * 1024)
/* The artwork with a bundle's images in it, in base64, each as often as it is shown. */
#define LIMIT_ART_LEN (64u * 1024 * 1024)
#define LIMIT_FONT_LEN (24u * 1024 * 1024)
#define LIMIT_FONT_TABLES 64u
/* Glyphs made of glyphs: accents are two levels deep; FreeType and HarfBuzz walk what they are told. */
#define LIMIT_GLYPH_DEPTH 16u
#define LIMIT_GLYPH_PARTS 2000u
/* Of one glyph with its parts; FreeType counts them in 16 bits. */
#define LIMIT_GLYPH_POINTS 100000u
/* Numbers and operators of the programs that draw PostScript glyphs, subroutines as often as called. */
#define LIMIT_GLYPH_STEPS 200000u
#define LIMIT_FONT_STEPS 100000000u
/* Beside these, half of the messages' list of fonts stays for the scripts that names are written in. */
#define LIMIT_FONTS 20u

/* ---- numbers ---- */
/* Coordinates; cairo keeps 24.8 fixed point, +-8 million. */
#define LIMIT_NUMBER 1e6
#define LIMIT_FONT_SIZE 10000.0
/* Of an outline's miters: corners under six degrees are cut off. */
#define LIMIT_MITER 20.0
/* Of a matrix once all transforms around an object are multiplied: cairo refuses more. */
#define LIMIT_MATRIX 1e9
/* Sides of a pattern's tile as drawn; it is drawn whole, however little of it shows. */
#define LIMIT_TILE_PAGES 4.0
/* Page sides in points: from a postage stamp's millimetre to PDF's own limit (ISO 32000-1, C.2). */
#define LIMIT_PAGE_MIN_PT 3.0
#define LIMIT_PAGE_MAX_PT 14400.0

/* ---- style sheets ---- */
#define LIMIT_CSS_RULES 2000u
#define LIMIT_CSS_SELECTORS 64u /* in one comma list */
#define LIMIT_CSS_DECLARATIONS 20000u
#define LIMIT_CSS_VALUE_LEN 4096u
/* Comparisons of a simple selector with an element: matching is a plain loop. */
#define LIMIT_CSS_MATCHES 40000000u

/* ---- text ---- */
/* These five are the sizes of struct design and of the messages that carry it. */
#define LIMIT_TEXTS 500u
#define LIMIT_PARTS 100u
#define LIMIT_STYLES 2000u
#define LIMIT_PART_LEN 8192u
/* Characters of one text element: shaping is quadratic in marks, and no line of print has more. */
#define LIMIT_TEXT_CHARS 5000u
/* Of the whole template; the cost of drawing it is about linear in this. */
#define LIMIT_TEXTS_CHARS 200000u
#define LIMIT_QRS 4u
#define LIMIT_FIELDS 200u
#define LIMIT_FAMILIES 100u
#define LIMIT_NOTES 500u

#endif

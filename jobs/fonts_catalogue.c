// SPDX-License-Identifier: Apache-2.0
/* The font table: one line a face. Runs in: control, and the command line's doctor. */
#include "jobs/fonts_catalogue.h"

#include "base/compiler.h"

#define NOTO "/usr/share/fonts/truetype/noto/"
#define CJK "/usr/share/fonts/opentype/noto/"

/* key, family, weight, italic, flavour, file */
#define LATIN(key, family, weight, italic, flavour, file, pass) \
	{ \
		key, family, weight, italic, flavour, NOTO file, 0, "Latin, Greek and Cyrillic", \
			pass \
	}
/*
 * A script with regular and bold. pass: of the regular face. Passes 1 and 2 hold every script once, 3 to
 * 5 bold faces, which are the first to be left out when the list is full.
 */
#define PAIR(key, family, flavour, stem, script, pass, bold_pass) \
	{key, family, 400, false, flavour, NOTO stem "-Regular.ttf", 0, script, pass}, \
	{ \
		key "-bold", family, 700, false, flavour, NOTO stem "-Bold.ttf", 0, script, \
			bold_pass \
	}
#define ONE(key, family, flavour, stem, script, pass) \
	{ \
		key, family, 400, false, flavour, NOTO stem "-Regular.ttf", 0, script, pass \
	}
#define HAN(key, family, flavour, stem, index, script) \
	{key, family, 400, false, flavour, CJK stem "-Regular.ttc", index, script, 1}, \
	{ \
		key "-bold", family, 700, false, flavour, CJK stem "-Bold.ttc", index, script, 4 \
	}
#define BOTH(key, name, script, pass, bold_pass) \
	PAIR("noto-serif-" key, "Noto Serif " script, FONTS_SERIF, "NotoSerif" name, script, pass, \
		bold_pass), \
		PAIR("noto-sans-" key, "Noto Sans " script, FONTS_SANS, "NotoSans" name, script, \
			pass, bold_pass)

const struct fonts_face fonts_catalogue[] = {
	LATIN("noto-serif", "Noto Serif", 400, false, FONTS_SERIF, "NotoSerif-Regular.ttf", 1),
	LATIN("noto-serif-bold", "Noto Serif", 700, false, FONTS_SERIF, "NotoSerif-Bold.ttf", 1),
	LATIN("noto-serif-italic", "Noto Serif", 400, true, FONTS_SERIF, "NotoSerif-Italic.ttf", 1),
	LATIN("noto-serif-bold-italic", "Noto Serif", 700, true, FONTS_SERIF,
		"NotoSerif-BoldItalic.ttf", 1),
	LATIN("noto-sans", "Noto Sans", 400, false, FONTS_SANS, "NotoSans-Regular.ttf", 1),
	LATIN("noto-sans-bold", "Noto Sans", 700, false, FONTS_SANS, "NotoSans-Bold.ttf", 1),
	LATIN("noto-sans-italic", "Noto Sans", 400, true, FONTS_SANS, "NotoSans-Italic.ttf", 1),
	LATIN("noto-sans-bold-italic", "Noto Sans", 700, true, FONTS_SANS,
		"NotoSans-BoldItalic.ttf", 1),
	PAIR("noto-naskh-arabic", "Noto Naskh Arabic", FONTS_SERIF, "NotoNaskhArabic", "Arabic", 1,
		3),
	PAIR("noto-sans-arabic", "Noto Sans Arabic", FONTS_SANS, "NotoSansArabic", "Arabic", 1, 3),
	PAIR("noto-kufi-arabic", "Noto Kufi Arabic", FONTS_SANS, "NotoKufiArabic", "Arabic", 0, 0),
	PAIR("noto-nastaliq-urdu", "Noto Nastaliq Urdu", FONTS_SERIF, "NotoNastaliqUrdu", "Arabic",
		0, 0),
	BOTH("hebrew", "Hebrew", "Hebrew", 1, 3),
	BOTH("devanagari", "Devanagari", "Devanagari", 1, 3),
	BOTH("bengali", "Bengali", "Bengali", 1, 3),
	BOTH("thai", "Thai", "Thai", 1, 3),
	BOTH("georgian", "Georgian", "Georgian", 1, 3),
	BOTH("armenian", "Armenian", "Armenian", 1, 3),
	BOTH("tamil", "Tamil", "Tamil", 1, 3),
	HAN("noto-serif-cjk-sc", "Noto Serif CJK SC", FONTS_SERIF, "NotoSerifCJK", 2,
		"Chinese (simplified)"),
	HAN("noto-sans-cjk-sc", "Noto Sans CJK SC", FONTS_SANS, "NotoSansCJK", 2,
		"Chinese (simplified)"),
	HAN("noto-serif-cjk-jp", "Noto Serif CJK JP", FONTS_SERIF, "NotoSerifCJK", 0, "Japanese"),
	HAN("noto-sans-cjk-jp", "Noto Sans CJK JP", FONTS_SANS, "NotoSansCJK", 0, "Japanese"),
	HAN("noto-serif-cjk-kr", "Noto Serif CJK KR", FONTS_SERIF, "NotoSerifCJK", 1, "Korean"),
	HAN("noto-sans-cjk-kr", "Noto Sans CJK KR", FONTS_SANS, "NotoSansCJK", 1, "Korean"),
	HAN("noto-serif-cjk-tc", "Noto Serif CJK TC", FONTS_SERIF, "NotoSerifCJK", 3,
		"Chinese (traditional)"),
	HAN("noto-sans-cjk-tc", "Noto Sans CJK TC", FONTS_SANS, "NotoSansCJK", 3,
		"Chinese (traditional)"),
	BOTH("ethiopic", "Ethiopic", "Ethiopic", 2, 5),
	BOTH("gujarati", "Gujarati", "Gujarati", 2, 5),
	BOTH("gurmukhi", "Gurmukhi", "Gurmukhi", 2, 5),
	BOTH("telugu", "Telugu", "Telugu", 2, 5),
	BOTH("kannada", "Kannada", "Kannada", 2, 5),
	BOTH("malayalam", "Malayalam", "Malayalam", 2, 5),
	BOTH("sinhala", "Sinhala", "Sinhala", 2, 5),
	BOTH("khmer", "Khmer", "Khmer", 2, 5),
	BOTH("lao", "Lao", "Lao", 2, 5),
	BOTH("myanmar", "Myanmar", "Myanmar", 2, 5),
	PAIR("noto-serif-tibetan", "Noto Serif Tibetan", FONTS_ANY, "NotoSerifTibetan", "Tibetan",
		2, 0),
	PAIR("noto-sans-oriya", "Noto Sans Oriya", FONTS_ANY, "NotoSansOriya", "Oriya", 2, 5),
	ONE("noto-sans-thaana", "Noto Sans Thaana", FONTS_ANY, "NotoSansThaana", "Thaana", 2),
	ONE("noto-sans-ol-chiki", "Noto Sans Ol Chiki", FONTS_ANY, "NotoSansOlChiki", "Ol Chiki",
		2),
	ONE("noto-sans-tifinagh", "Noto Sans Tifinagh", FONTS_ANY, "NotoSansTifinagh", "Tifinagh",
		2),
	ONE("noto-sans-canadian-aboriginal", "Noto Sans Canadian Aboriginal", FONTS_ANY,
		"NotoSansCanadianAboriginal", "Canadian Aboriginal", 2),
	ONE("noto-sans-cherokee", "Noto Sans Cherokee", FONTS_ANY, "NotoSansCherokee", "Cherokee",
		2),
	ONE("noto-sans-syriac", "Noto Sans Syriac", FONTS_ANY, "NotoSansSyriac", "Syriac", 2),
	ONE("noto-sans-nko", "Noto Sans NKo", FONTS_ANY, "NotoSansNKo", "NKo", 2),
	ONE("noto-sans-adlam", "Noto Sans Adlam", FONTS_ANY, "NotoSansAdlam", "Adlam", 2),
	ONE("noto-sans-mongolian", "Noto Sans Mongolian", FONTS_ANY, "NotoSansMongolian",
		"Mongolian", 2),
	ONE("noto-sans-meetei-mayek", "Noto Sans Meetei Mayek", FONTS_ANY, "NotoSansMeeteiMayek",
		"Meetei Mayek", 2),
	ONE("noto-sans-vai", "Noto Sans Vai", FONTS_ANY, "NotoSansVai", "Vai", 2),
	ONE("noto-sans-symbols-2", "Noto Sans Symbols2", FONTS_ANY, "NotoSansSymbols2", "Symbols",
		1),
};
const size_t fonts_catalogue_count = ARRAY_COUNT(fonts_catalogue);

const struct fonts_alias fonts_aliases[] = {
	{"serif", FONTS_SERIF},
	{"ui-serif", FONTS_SERIF},
	{"times", FONTS_SERIF},
	{"timesnewroman", FONTS_SERIF},
	{"georgia", FONTS_SERIF},
	{"garamond", FONTS_SERIF},
	{"ebgaramond", FONTS_SERIF},
	{"baskerville", FONTS_SERIF},
	{"librebaskerville", FONTS_SERIF},
	{"bodoni", FONTS_SERIF},
	{"bookantiqua", FONTS_SERIF},
	{"bookmanoldstyle", FONTS_SERIF},
	{"cambria", FONTS_SERIF},
	{"caslon", FONTS_SERIF},
	{"century", FONTS_SERIF},
	{"centuryschoolbook", FONTS_SERIF},
	{"cinzel", FONTS_SERIF},
	{"cormorant", FONTS_SERIF},
	{"cormorantgaramond", FONTS_SERIF},
	{"crimsontext", FONTS_SERIF},
	{"dejavuserif", FONTS_SERIF},
	{"liberationserif", FONTS_SERIF},
	{"lora", FONTS_SERIF},
	{"merriweather", FONTS_SERIF},
	{"palatino", FONTS_SERIF},
	{"palatinolinotype", FONTS_SERIF},
	{"playfairdisplay", FONTS_SERIF},
	{"cursive", FONTS_SERIF},
	{"fantasy", FONTS_SERIF},
	{"math", FONTS_SERIF},
	{"monospace", FONTS_SANS},
	{"ui-monospace", FONTS_SANS},
	{"courier", FONTS_SANS},
	{"couriernew", FONTS_SANS},
	{"consolas", FONTS_SANS},
	{"menlo", FONTS_SANS},
	{"dejavusansmono", FONTS_SANS},
	{"liberationmono", FONTS_SANS},
};
const size_t fonts_alias_count = ARRAY_COUNT(fonts_aliases);

// SPDX-License-Identifier: Apache-2.0
/*
 * Wallet passes in the reader's language: LANG.lproj/pass.strings. A text of pass.json that is a key
 * there is replaced, so the keys are pass.json's own labels, in English, and the achievement's names.
 */
#ifndef FORMATS_PASS_STRINGS_H
#define FORMATS_PASS_STRINGS_H

#include "base/buf.h"

/* Languages of one pass; a language more is a file more in every pass. */
#define PASS_STRINGS_LANGUAGES_MAX 16
#define PASS_STRINGS_LEN_MAX ((size_t)60000)

enum pass_label {
	PASS_LABEL_MARK,
	PASS_LABEL_RECIPIENT,
	PASS_LABEL_ACHIEVEMENT,
	PASS_LABEL_AWARDED,
	PASS_LABEL_UNTIL,
	PASS_LABEL_DEMO,
	PASS_LABEL_STATUS,
	PASS_LABEL_VERIFY,
	PASS_LABEL_CODE,
	PASS_LABEL_ISSUER,
	PASS_LABEL_WEBSITE,
	PASS_LABEL_COUNT,
};

/* As pass.json writes it: "Awarded to". */
struct str pass_strings_label(enum pass_label label);
/* As manifests name it, which is the key of the field: "recipient". NULL beyond the last. */
const char *pass_strings_label_name(enum pass_label label);

/* lang: BCP 47. */
struct pass_text {
	struct str lang;
	struct str text;
};
/* A label that the manifest words itself. */
struct pass_wording {
	struct str lang;
	struct str label; /* pass_strings_label_name() */
	struct str text;
};
struct pass_words {
	const struct pass_text *names; /* of the achievement; the first is the default */
	size_t name_count;
	const struct pass_wording *wordings;
	size_t wording_count;
};

/*
 * The languages that get a file: those of names and wordings, and English beside them, sorted. None
 * when neither names a language. LIMIT when there are more than PASS_STRINGS_LANGUAGES_MAX.
 */
enum rc pass_strings_languages(const struct pass_words *words,
	struct str out[PASS_STRINGS_LANGUAGES_MAX], size_t *count, struct err *err) MUST_CHECK;
/*
 * Appends the file of lang: each label as the manifest words it, else as we know it in that
 * language, else in English; each name of the achievement as the one in lang, or the default.
 */
enum rc pass_strings_put(struct buf *out, const struct pass_words *words, struct str lang,
	struct err *err) MUST_CHECK;
/* "de" of "de.lproj/pass.strings"; empty when name is not of that form. */
struct str pass_strings_language_of(struct str name);

#endif

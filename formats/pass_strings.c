// SPDX-License-Identifier: Apache-2.0
/* pass.strings. Runs in: compile, sign. */
#include "formats/pass_strings.h"

static const struct {
	const char *name;
	const char *english;
} labels[] = {
	[PASS_LABEL_MARK] = {"mark", "Not valid"},
	[PASS_LABEL_RECIPIENT] = {"recipient", "Awarded to"},
	[PASS_LABEL_ACHIEVEMENT] = {"achievement", "For"},
	[PASS_LABEL_AWARDED] = {"awarded", "Awarded on"},
	[PASS_LABEL_UNTIL] = {"until", "Valid until"},
	[PASS_LABEL_DEMO] = {"demo", "Demonstration"},
	[PASS_LABEL_STATUS] = {"status", "Status"},
	[PASS_LABEL_VERIFY] = {"verify", "Check it at"},
	[PASS_LABEL_CODE] = {"code", "Verification code"},
	[PASS_LABEL_ISSUER] = {"issuer", "Issued by"},
	[PASS_LABEL_WEBSITE] = {"website", "Website"},
};

/* By primary language subtag; in the order of enum pass_label. */
static const struct {
	const char *lang;
	const char *text[PASS_LABEL_COUNT];
} known[] = {
	{"de",
		{"Nicht gültig", "Verliehen an", "Für", "Verliehen am", "Gültig bis",
			"Demonstration", "Status", "Prüfen unter", "Prüfcode", "Ausgestellt von",
			"Website"}},
	{"fr",
		{"Non valable", "Décerné à", "Pour", "Décerné le", "Valable jusqu’au",
			"Démonstration", "État", "Vérifier sur", "Code de vérification",
			"Délivré par", "Site web"}},
	{"es",
		{"No válido", "Otorgado a", "Por", "Otorgado el", "Válido hasta", "Demostración",
			"Estado", "Comprobar en", "Código de verificación", "Emitido por",
			"Sitio web"}},
	{"pt",
		{"Não válido", "Atribuído a", "Por", "Atribuído em", "Válido até", "Demonstração",
			"Estado", "Verificar em", "Código de verificação", "Emitido por", "Site"}},
	{"it",
		{"Non valido", "Conferito a", "Per", "Conferito il", "Valido fino al",
			"Dimostrazione", "Stato", "Verifica su", "Codice di verifica",
			"Rilasciato da", "Sito web"}},
	{"nl",
		{"Niet geldig", "Toegekend aan", "Voor", "Toegekend op", "Geldig tot",
			"Demonstratie", "Status", "Controleren op", "Controlecode",
			"Uitgegeven door", "Website"}},
	{"pl",
		{"Nieważny", "Otrzymuje", "Za", "Data przyznania", "Ważny do", "Demonstracja",
			"Status", "Sprawdź na", "Kod weryfikacyjny", "Wystawca",
			"Strona internetowa"}},
	{"sv",
		{"Inte giltigt", "Tilldelas", "För", "Tilldelat den", "Giltigt till",
			"Demonstration", "Status", "Kontrollera på", "Verifieringskod",
			"Utfärdat av", "Webbplats"}},
	{"ar",
		{"غير صالح", "مُنحت إلى", "عن", "تاريخ المنح", "صالحة حتى", "عرض توضيحي", "الحالة",
			"التحقق على", "رمز التحقق", "جهة الإصدار", "الموقع الإلكتروني"}},
	{"zh",
		{"无效", "授予", "项目", "授予日期", "有效期至", "演示", "状态", "验证网址",
			"验证码", "颁发机构", "网站"}},
	{"ja",
		{"無効", "授与対象", "内容", "授与日", "有効期限", "デモ", "状態", "確認先",
			"確認コード", "発行者", "ウェブサイト"}},
};

struct str pass_strings_label(enum pass_label label)
{
	return str_of(labels[label].english);
}

const char *pass_strings_label_name(enum pass_label label)
{
	return label < PASS_LABEL_COUNT ? labels[label].name : NULL;
}

/* "pt" of "pt-BR". */
static struct str primary_of(struct str lang)
{
	return str_slice(lang, 0, str_find(lang, '-', 0));
}

/* ---- which languages ---- */

static enum rc add_language(
	struct str lang, struct str out[PASS_STRINGS_LANGUAGES_MAX], size_t *count, struct err *err)
{
	size_t at = 0;

	for (size_t i = 0; i < *count; i++)
		if (str_eq_nocase(out[i], lang))
			return RC_OK;
	if (lang.n == 0)
		return RC_OK;
	if (*count == PASS_STRINGS_LANGUAGES_MAX)
		return err_set(err, RC_LIMIT, "a wallet pass holds at most %d languages",
			PASS_STRINGS_LANGUAGES_MAX);
	while (at < *count && str_compare(out[at], lang) < 0)
		at++;
	for (size_t i = *count; i > at; i--)
		out[i] = out[i - 1];
	out[at] = lang;
	++*count;
	return RC_OK;
}

enum rc pass_strings_languages(const struct pass_words *words,
	struct str out[PASS_STRINGS_LANGUAGES_MAX], size_t *count, struct err *err)
{
	enum rc rc = RC_OK;

	*count = 0;
	for (size_t i = 0; rc == RC_OK && i < words->name_count; i++)
		rc = add_language(words->names[i].lang, out, count, err);
	for (size_t i = 0; rc == RC_OK && i < words->wording_count; i++)
		rc = add_language(words->wordings[i].lang, out, count, err);
	/* Without a file of theirs, readers of English would get the first of the others. */
	if (rc == RC_OK && *count != 0)
		rc = add_language(STR("en"), out, count, err);
	return rc;
}

struct str pass_strings_language_of(struct str name)
{
	struct str end = STR(".lproj/pass.strings");

	return str_ends(name, end) ? str_slice(name, 0, name.n - end.n) : STR("");
}

/* ---- the file ---- */

static void put_quoted(struct buf *out, struct str text)
{
	buf_put_char(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_put_char(out, '\\');
		if (text.p[i] == '\n')
			buf_put_cz(out, "\\n");
		else
			buf_put_char(out, text.p[i]);
	}
	buf_put_char(out, '"');
}

static void put_line(struct buf *out, struct str key, struct str text)
{
	put_quoted(out, key);
	buf_put_cz(out, " = ");
	put_quoted(out, text);
	buf_put_cz(out, ";\n");
}

static struct str label_in(const struct pass_words *words, size_t label, struct str lang)
{
	for (size_t i = 0; i < words->wording_count; i++)
		if (str_eq_nocase(words->wordings[i].lang, lang)
			&& str_eq_cz(words->wordings[i].label, labels[label].name))
			return words->wordings[i].text;
	for (size_t i = 0; i < ARRAY_COUNT(known); i++)
		if (str_eq_nocase(primary_of(lang), str_of(known[i].lang)))
			return str_of(known[i].text[label]);
	return str_of(labels[label].english);
}

/* The name in lang, or in its primary language, or the default. */
static struct str name_in(const struct pass_words *words, struct str lang)
{
	const struct pass_text *best = &words->names[0];

	for (size_t i = words->name_count; i-- > 0;)
		if (words->names[i].lang.n != 0
			&& str_eq_nocase(primary_of(words->names[i].lang), primary_of(lang)))
			best = &words->names[i];
	for (size_t i = 0; i < words->name_count; i++)
		if (str_eq_nocase(words->names[i].lang, lang))
			best = &words->names[i];
	return best->text;
}

/* A key may stand once. */
static bool is_key_before(const struct pass_words *words, size_t name)
{
	for (size_t i = 0; i < PASS_LABEL_COUNT; i++)
		if (str_eq_cz(words->names[name].text, labels[i].english))
			return true;
	for (size_t i = 0; i < name; i++)
		if (str_eq(words->names[i].text, words->names[name].text))
			return true;
	return false;
}

enum rc pass_strings_put(
	struct buf *out, const struct pass_words *words, struct str lang, struct err *err)
{
	for (size_t i = 0; i < PASS_LABEL_COUNT; i++)
		put_line(out, str_of(labels[i].english), label_in(words, i, lang));
	for (size_t i = 0; i < words->name_count; i++)
		if (!is_key_before(words, i))
			put_line(out, words->names[i].text, name_in(words, lang));
	if (out->full)
		return err_set(err, RC_LIMIT,
			"the wallet pass's texts in " STR_FMT
			" are over %zu bytes: shorten the achievement's names",
			STR_ARG(lang), out->cap);
	return RC_OK;
}

// SPDX-License-Identifier: Apache-2.0
/* qpdf's objects as text of our own. Runs in: compile. */
#include "base/mem.h"
#include "render/compile_lift_parts.h"

#include <stdio.h>
#include <string.h>

#define KEYS_MAX ((size_t)20000)
/* Shorter functions are repeated: an object of its own would cost more. */
#define SHARED_LEN_MIN 60

bool compile_lift_text_is(struct compile_lift *l, qpdf_oh dict, const char *key, const char *name)
{
	qpdf_oh value;
	bool same;

	if (!qpdf_oh_has_key(l->q, dict, key))
		return false;
	value = qpdf_oh_get_key(l->q, dict, key);
	same = qpdf_oh_is_name_and_equals(l->q, value, name) != QPDF_FALSE;
	qpdf_oh_release(l->q, value);
	return same;
}

long long compile_lift_text_int(
	struct compile_lift *l, qpdf_oh dict, const char *key, long long otherwise)
{
	qpdf_oh value;
	long long n = otherwise;

	if (!qpdf_oh_has_key(l->q, dict, key))
		return otherwise;
	value = qpdf_oh_get_key(l->q, dict, key);
	if (qpdf_oh_is_integer(l->q, value))
		n = qpdf_oh_get_int_value(l->q, value);
	qpdf_oh_release(l->q, value);
	return n;
}

const char **compile_lift_text_keys(struct compile_lift *l, qpdf_oh dict, size_t *count)
{
	const char **keys;
	size_t n = 0;

	/* qpdf has one iterator for all: names are copied before anything else is asked. */
	qpdf_oh_begin_dict_key_iter(l->q, dict);
	while (qpdf_oh_dict_more_keys(l->q)) {
		(void)qpdf_oh_dict_next_key(l->q);
		n++;
	}
	if (n > KEYS_MAX) {
		compile_lift_fail(l, RC_LIMIT, "a dictionary has too many keys");
		n = 0;
	}
	keys = arena_zalloc(l->a, n + 1, sizeof *keys);
	qpdf_oh_begin_dict_key_iter(l->q, dict);
	for (size_t i = 0; i < n && qpdf_oh_dict_more_keys(l->q); i++) {
		const char *key = qpdf_oh_dict_next_key(l->q);

		keys[i] = arena_dup(l->a, key, strlen(key) + 1);
	}
	*count = n;
	return keys;
}

static bool is_structure(const char *key)
{
	return strcmp(key, "/Length") == 0 || strcmp(key, "/Parent") == 0;
}

/* True when the object is to be looked into: not seen before. */
static bool count_use(struct compile_lift *l, qpdf_oh o)
{
	int number;

	if (!qpdf_oh_is_indirect(l->q, o))
		return true;
	number = qpdf_oh_get_object_id(l->q, o);
	if (number <= 0 || number >= l->number_end) {
		compile_lift_fail(l, RC_INPUT, "it refers to an object that does not exist");
		return false;
	}
	return l->uses[number]++ == 0;
}

/* Recursion goes COMPILE_LIFT_DEPTH_MAX deep at most. */
/* NOLINTBEGIN(misc-no-recursion) */
static void count_dictionary(struct compile_lift *l, qpdf_oh dict)
{
	size_t n;
	const char **keys = compile_lift_text_keys(l, dict, &n);

	for (size_t i = 0; i < n; i++) {
		qpdf_oh value;

		if (is_structure(keys[i]))
			continue;
		value = qpdf_oh_get_key(l->q, dict, keys[i]);
		compile_lift_text_count(l, value);
		qpdf_oh_release(l->q, value);
	}
}

void compile_lift_text_count(struct compile_lift *l, qpdf_oh o)
{
	if (l->rc != RC_OK || !count_use(l, o))
		return;
	if (++l->depth > COMPILE_LIFT_DEPTH_MAX) {
		compile_lift_fail(l, RC_LIMIT,
			"its objects are nested too deeply; simplify groups and clips");
	} else if (qpdf_oh_is_array(l->q, o)) {
		int n = qpdf_oh_get_array_n_items(l->q, o);

		for (int i = 0; i < n; i++) {
			qpdf_oh item = qpdf_oh_get_array_item(l->q, o, i);

			compile_lift_text_count(l, item);
			qpdf_oh_release(l->q, item);
		}
	} else if (qpdf_oh_is_stream(l->q, o)) {
		qpdf_oh dict = qpdf_oh_get_dict(l->q, o);

		count_dictionary(l, dict);
		qpdf_oh_release(l->q, dict);
	} else if (qpdf_oh_is_dictionary(l->q, o)) {
		count_dictionary(l, o);
	}
	l->depth--;
}

/* name begins with a slash. ISO 32000-1, 7.3.5. */
static void put_name(struct buf *out, const char *name)
{
	buf_put_char(out, '/');
	for (const char *p = name + 1; *p != '\0'; p++) {
		unsigned char ch = (unsigned char)*p;

		if (ch <= 32 || ch >= 127 || strchr("()<>[]{}/%#", ch) != NULL)
			buf_fmt(out, "#%02X", ch);
		else
			buf_put_char(out, *p);
	}
}

static void put_string(struct compile_lift *l, struct buf *out, qpdf_oh o)
{
	size_t n;
	const char *s = qpdf_oh_get_binary_string_value(l->q, o, &n);

	buf_put_char(out, '<');
	for (size_t i = 0; i < n; i++)
		buf_fmt(out, "%02X", (unsigned char)s[i]);
	buf_put_char(out, '>');
}

static void put_array(struct compile_lift *l, struct buf *out, qpdf_oh o)
{
	int n = qpdf_oh_get_array_n_items(l->q, o);

	buf_put_char(out, '[');
	for (int i = 0; i < n; i++) {
		qpdf_oh item = qpdf_oh_get_array_item(l->q, o, i);

		if (i != 0)
			buf_put_char(out, ' ');
		compile_lift_text_put(l, out, item);
		qpdf_oh_release(l->q, item);
	}
	buf_put_char(out, ']');
}

static void put_entry(struct compile_lift *l, struct buf *out, qpdf_oh dict, const char *key)
{
	qpdf_oh value = qpdf_oh_get_key(l->q, dict, key);

	if (qpdf_oh_is_name_and_equals(l->q, value, "/DeviceCMYK"))
		compile_lift_fail(
			l, RC_INPUT, "it holds CMYK colours, which PDF/A does not take here");
	put_name(out, key);
	buf_put_char(out, ' ');
	compile_lift_text_put(l, out, value);
	buf_put_char(out, '\n');
	qpdf_oh_release(l->q, value);
}

void compile_lift_text_put_entries(
	struct compile_lift *l, struct buf *out, qpdf_oh dict, bool stream)
{
	bool image = compile_lift_text_is(l, dict, "/Subtype", "/Image");
	size_t n;
	const char **keys = compile_lift_text_keys(l, dict, &n);

	for (size_t i = 0; i < n; i++) {
		if (is_structure(keys[i]))
			continue;
		if (stream
			&& (strcmp(keys[i], "/Filter") == 0
				|| strcmp(keys[i], "/DecodeParms") == 0))
			continue;
		/* ISO 19005-3, 6.2.8: not allowed. */
		if (image && strcmp(keys[i], "/Interpolate") == 0)
			continue;
		put_entry(l, out, dict, keys[i]);
	}
	if (compile_lift_text_is(l, dict, "/S", "/Transparency")
		&& !qpdf_oh_has_key(l->q, dict, "/CS"))
		buf_put_cz(out, "/CS /DeviceRGB\n");
	/* Text comes as outlines; a font here would be one that no check of ours has seen. */
	if (compile_lift_text_is(l, dict, "/Type", "/Font"))
		compile_lift_fail(l, RC_INPUT, "a font is left in it");
}

/* Functions of gradients repeat themselves for every path: equal ones become one object. */
static void put_function(struct compile_lift *l, struct buf *out, qpdf_oh o)
{
	struct buf text = buf_new(COMPILED_DICT_MAX + 1);
	uint32_t i;

	compile_lift_text_put_entries(l, &text, o, false);
	if (text.n < SHARED_LEN_MIN) {
		buf_put_cz(out, "<<");
		buf_put_bytes(out, buf_bytes(&text));
		buf_put_cz(out, ">>");
		buf_free(&text);
		return;
	}
	for (i = 0; i < l->count; i++) {
		if (l->entries[i].source == LIFT_SHARED
			&& str_eq(l->entries[i].dict, buf_str(&text)))
			break;
	}
	if (i == l->count) {
		i = compile_lift_add(l, LIFT_SHARED, 0);
		if (i != 0) {
			l->entries[i].dict = str_dup(l->a, buf_str(&text));
			compile_lift_store(l, i, buf_bytes(&text), false, (struct bytes){NULL, 0});
		}
	}
	compile_lift_put_reference(l, out, i);
	buf_free(&text);
}

static void put_dictionary(struct compile_lift *l, struct buf *out, qpdf_oh o)
{
	double alpha;

	if (qpdf_oh_has_key(l->q, o, "/FunctionType")) {
		put_function(l, out, o);
		return;
	}
	if (qpdf_oh_has_key(l->q, o, "/SMask") && compile_lift_mask_is_constant(l, o, &alpha)) {
		buf_fmt(out, "<</Type /ExtGState /SMask /None /ca %.6g /CA %.6g>>", alpha, alpha);
		return;
	}
	buf_put_cz(out, "<<");
	compile_lift_text_put_entries(l, out, o, false);
	buf_put_cz(out, ">>");
}

static void put_direct(struct compile_lift *l, struct buf *out, qpdf_oh o)
{
	char number[32];

	/* Ten kinds of object in PDF, eight of which can stand inside another. */
	switch ((int)qpdf_oh_get_type_code(l->q, o)) {
	case ot_null:
		buf_put_cz(out, "null");
		break;
	case ot_boolean:
		buf_put_cz(out, qpdf_oh_get_bool_value(l->q, o) != QPDF_FALSE ? "true" : "false");
		break;
	case ot_integer:
		(void)snprintf(number, sizeof number, "%lld", qpdf_oh_get_int_value(l->q, o));
		buf_put_cz(out, number);
		break;
	case ot_real:
		buf_put_cz(out, qpdf_oh_get_real_value(l->q, o));
		break;
	case ot_name:
		put_name(out, qpdf_oh_get_name(l->q, o));
		break;
	case ot_string:
		put_string(l, out, o);
		break;
	case ot_array:
		put_array(l, out, o);
		break;
	case ot_dictionary:
		put_dictionary(l, out, o);
		break;
	default:
		compile_lift_fail(
			l, RC_INPUT, "it holds an object of a kind that cairo does not write");
	}
}

/* Streams, and dictionaries that several refer to, stay objects of their own. */
static bool stays_object(struct compile_lift *l, qpdf_oh o, int number)
{
	if (qpdf_oh_is_stream(l->q, o))
		return true;
	return number != 0 && qpdf_oh_is_dictionary(l->q, o) && l->uses[number] > 1;
}

void compile_lift_text_put(struct compile_lift *l, struct buf *out, qpdf_oh o)
{
	int number = qpdf_oh_is_indirect(l->q, o) ? qpdf_oh_get_object_id(l->q, o) : 0;

	if (l->rc != RC_OK)
		return;
	if (number < 0 || number >= l->number_end || l->depth >= COMPILE_LIFT_DEPTH_MAX) {
		compile_lift_fail(l, RC_LIMIT,
			"its objects are nested too deeply; simplify groups and clips");
		return;
	}
	l->depth++;
	if (number != 0 && stays_object(l, o, number)) {
		int known = l->entry_of[number];

		compile_lift_put_reference(l, out,
			known != 0 ? (uint32_t)known - 1
				   : compile_lift_add(l, LIFT_FROM_PDF, number));
	} else {
		put_direct(l, out, o);
	}
	l->depth--;
}
/* NOLINTEND(misc-no-recursion) */

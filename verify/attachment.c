// SPDX-License-Identifier: Apache-2.0
/*
 * Attachments of a PDF. libqpdf reads cross-reference tables, streams and object streams; the attached
 * bytes are unpacked here, against a limit. Runs in: check, and programs that use libcertfill-verify.
 */
#include "verify/attachment.h"

#include "base/mem.h"

#include <qpdf/qpdf-c.h>
#include <string.h>
#include <zlib.h>

#define FILES_MAX 64
/* Nodes of the name tree that are looked at, and its depth. */
#define NODES_MAX 256

struct reader {
	struct arena *a;
	qpdf_data q;
	int files[FILES_MAX]; /* numbers of the objects that were looked at */
	size_t file_count;
	qpdf_oh nodes[NODES_MAX]; /* of the name tree, still to be looked at */
	size_t node_count;
	size_t seen_count;
	struct str found;
	struct err *err;
};

static bool looks_like_credential(struct str text)
{
	struct str trimmed = str_trim(text);

	if (trimmed.n == 0)
		return false;
	if (trimmed.p[0] == '{')
		return str_find_str(trimmed, STR("\"@context\"")) < trimmed.n;
	return str_starts(trimmed, STR("eyJ")) && str_find(trimmed, '.', 0) < trimmed.n;
}

/* Inflates into a room of fixed size: a stream that says little and becomes much stops there. */
static enum rc inflate_into(struct reader *r, struct bytes packed, struct str *out)
{
	uint8_t *room = arena_alloc(r->a, ATTACHMENT_LEN_MAX);
	z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)packed.p,
		.avail_in = (uInt)packed.n,
		.next_out = room,
		.avail_out = (uInt)ATTACHMENT_LEN_MAX};
	int status;

	if (inflateInit(&z) != Z_OK)
		return err_set(r->err, RC_SYSTEM, "zlib cannot start");
	status = inflate(&z, Z_FINISH);
	*out = (struct str){(const char *)room, ATTACHMENT_LEN_MAX - z.avail_out};
	(void)inflateEnd(&z);
	if (status == Z_BUF_ERROR && z.avail_out == 0)
		return err_set(r->err, RC_LIMIT, "a file attached to the PDF is over %zu MiB",
			ATTACHMENT_LEN_MAX >> 20);
	if (status != Z_STREAM_END)
		return err_set(r->err, RC_INPUT, "a file attached to the PDF is damaged");
	return RC_OK;
}

enum filter {
	FILTER_NONE,
	FILTER_FLATE,
	FILTER_OTHER,
};

static enum filter filter_of(struct reader *r, qpdf_oh dict)
{
	qpdf_oh filter = qpdf_oh_get_key(r->q, dict, "/Filter");
	qpdf_oh parms = qpdf_oh_get_key(r->q, dict, "/DecodeParms");

	if (qpdf_oh_is_array(r->q, filter) && qpdf_oh_get_array_n_items(r->q, filter) == 1)
		filter = qpdf_oh_get_array_item(r->q, filter, 0);
	if (qpdf_oh_is_null(r->q, filter))
		return FILTER_NONE;
	/* A predictor is for tables of numbers; nobody attaches text that way. */
	if (!qpdf_oh_is_name(r->q, filter) || !qpdf_oh_is_null(r->q, parms)
		|| strcmp(qpdf_oh_get_name(r->q, filter), "/FlateDecode") != 0)
		return FILTER_OTHER;
	return FILTER_FLATE;
}

static enum rc read_stream(struct reader *r, qpdf_oh stream, struct str *out)
{
	enum filter filter = filter_of(r, qpdf_oh_get_dict(r->q, stream));
	unsigned char *raw = NULL;
	QPDF_BOOL filtered = QPDF_FALSE;
	size_t n = 0;
	enum rc rc = RC_OK;

	*out = (struct str){NULL, 0};
	if (filter == FILTER_OTHER)
		return RC_OK;
	if ((qpdf_oh_get_stream_data(r->q, stream, qpdf_dl_none, &filtered, &raw, &n) & QPDF_ERRORS)
		!= 0) {
		mem_release(raw);
		return err_set(r->err, RC_INPUT, "a file attached to the PDF is damaged");
	}
	if (n > ATTACHMENT_LEN_MAX)
		rc = err_set(r->err, RC_LIMIT, "a file attached to the PDF is over %zu MiB",
			ATTACHMENT_LEN_MAX >> 20);
	else if (filter == FILTER_FLATE)
		rc = inflate_into(r, (struct bytes){raw, n}, out);
	else
		*out = str_dup(r->a, (struct str){(const char *)raw, n});
	mem_release(raw);
	return rc;
}

/* The same stream is named several times: by the name tree, by /AF, under /F and /UF. */
static bool was_seen(const struct reader *r, int number)
{
	for (size_t i = 0; i < r->file_count; i++)
		if (r->files[i] == number)
			return true;
	return false;
}

static enum rc look_at_stream(struct reader *r, qpdf_oh stream)
{
	struct str text;
	enum rc rc;

	if (!qpdf_oh_is_stream(r->q, stream) || was_seen(r, qpdf_oh_get_object_id(r->q, stream)))
		return RC_OK;
	if (r->file_count == FILES_MAX)
		return err_set(r->err, RC_LIMIT, "the PDF has more than %d attachments", FILES_MAX);
	r->files[r->file_count++] = qpdf_oh_get_object_id(r->q, stream);
	rc = read_stream(r, stream, &text);
	if (rc != RC_OK || !looks_like_credential(text))
		return rc;
	/* Copies are no contradiction. */
	if (r->found.p != NULL && !str_eq(r->found, text))
		return err_set(r->err, RC_INPUT,
			"the PDF holds two credentials: readers would not agree which counts");
	r->found = text;
	return RC_OK;
}

/* Readers take one or the other of a file's streams: they must say the same (ISO 32000-2, table 43). */
static enum rc look_at_file(struct reader *r, qpdf_oh spec)
{
	static const char *const names[] = {"/UF", "/F", "/DOS", "/Mac", "/Unix"};
	qpdf_oh streams = qpdf_oh_get_key_if_dict(r->q, spec, "/EF");
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < ARRAY_COUNT(names); i++)
		rc = look_at_stream(r, qpdf_oh_get_key_if_dict(r->q, streams, names[i]));
	return rc;
}

static enum rc look_at_node(struct reader *r, qpdf_oh node)
{
	qpdf_oh kids = qpdf_oh_get_key_if_dict(r->q, node, "/Kids");
	qpdf_oh names = qpdf_oh_get_key_if_dict(r->q, node, "/Names");
	int kid_count = qpdf_oh_is_array(r->q, kids) ? qpdf_oh_get_array_n_items(r->q, kids) : 0;
	int name_count = qpdf_oh_is_array(r->q, names) ? qpdf_oh_get_array_n_items(r->q, names) : 0;
	enum rc rc = RC_OK;

	if (++r->seen_count > NODES_MAX || kid_count > NODES_MAX - (int)r->node_count)
		return err_set(r->err, RC_LIMIT, "the PDF's list of attachments is too long");
	for (int i = 0; i < kid_count; i++)
		r->nodes[r->node_count++] = qpdf_oh_get_array_item(r->q, kids, i);
	for (int i = 0; rc == RC_OK && i + 1 < name_count; i += 2)
		rc = look_at_file(r, qpdf_oh_get_array_item(r->q, names, i + 1));
	return rc;
}

static enum rc look_through(struct reader *r)
{
	qpdf_oh root = qpdf_get_root(r->q);
	qpdf_oh associated = qpdf_oh_get_key_if_dict(r->q, root, "/AF");
	qpdf_oh names = qpdf_oh_get_key_if_dict(r->q, root, "/Names");
	enum rc rc = RC_OK;
	int count = qpdf_oh_is_array(r->q, associated) ? qpdf_oh_get_array_n_items(r->q, associated)
						       : 0;

	r->nodes[r->node_count++] = qpdf_oh_get_key_if_dict(r->q, names, "/EmbeddedFiles");
	while (rc == RC_OK && r->node_count != 0)
		rc = look_at_node(r, r->nodes[--r->node_count]);
	for (int i = 0; rc == RC_OK && i < count; i++)
		rc = look_at_file(r, qpdf_oh_get_array_item(r->q, associated, i));
	return rc;
}

enum rc attachment_find(struct arena *a, struct bytes file, struct str *out, struct err *err)
{
	static const char encrypted[] = "the PDF is encrypted; a certificate of ours is not";
	struct reader r = {.a = a, .err = err};
	enum rc rc = RC_OK;

	r.q = qpdf_init();
	qpdf_set_suppress_warnings(r.q, QPDF_TRUE);
	qpdf_set_attempt_recovery(r.q, QPDF_FALSE);
	qpdf_silence_errors(r.q);
	(void)qpdf_read_memory(r.q, "certificate", (const char *)file.p, file.n, NULL);
	/* With a password it is not even read. */
	if (qpdf_has_error(r.q)) {
		bool locked = qpdf_get_error_code(r.q, qpdf_get_error(r.q)) == qpdf_e_password;

		rc = err_set(err, RC_INPUT, "%s",
			locked ? encrypted : "this is no PDF, or a damaged one");
	} else if (qpdf_is_encrypted(r.q)) {
		rc = err_set(err, RC_INPUT, "%s", encrypted);
	}
	if (rc == RC_OK)
		rc = look_through(&r);
	if (rc == RC_OK && qpdf_has_error(r.q))
		rc = err_set(err, RC_INPUT, "the PDF is damaged");
	/* Errors that nobody took libqpdf writes to stderr, with the words of the file. */
	while (qpdf_has_error(r.q))
		(void)qpdf_get_error(r.q);
	qpdf_cleanup(&r.q);
	if (rc == RC_OK && r.found.n == 0)
		rc = err_set(err, RC_INPUT, "no credential is attached to this PDF");
	if (rc == RC_OK)
		*out = r.found;
	return rc;
}

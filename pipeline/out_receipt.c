// SPDX-License-Identifier: Apache-2.0
/*
 * receipt.json. The ledger keeps the signed head; the rows follow from outcomes and artifacts, which
 * never change once a batch is finished, and are compared with the head's root. Runs in: control.
 */
#include "pipeline/out_lists.h"
#include "pipeline/receipt_rows.h"

#include <string.h>

struct rows_file {
	struct out_stream stream;
	bool begun;
};

static enum rc add_text(struct rows_file *f, struct str text, struct err *err)
{
	return out_stream_add(&f->stream, bytes_of(text), err);
}

static enum rc add_entry(void *to, struct str entry, struct err *err)
{
	struct rows_file *f = to;
	enum rc rc = add_text(f, f->begun ? STR(",\n") : STR("\n"), err);

	f->begun = true;
	return rc == RC_OK ? add_text(f, entry, err) : rc;
}

static bool names_root(struct str head, const struct merkle_hash *root)
{
	char want[2 * HASH_SHA256_LEN + 32];
	char hex[2 * HASH_SHA256_LEN + 1];

	text_hex((struct bytes){root->b, sizeof root->b}, hex);
	(void)text_fmt(want, sizeof want, "\"rowsRoot\":\"%s\"", hex);
	return str_find_str(head, str_of(want)) < head.n;
}

static enum rc add_rows(struct out_job *o, struct rows_file *f, struct str head, struct err *err)
{
	struct merkle_hash root;
	enum rc rc = add_text(f, str_slice(head, 0, head.n - 1), err);

	if (rc == RC_OK)
		rc = add_text(f, STR(",\"rows\":["), err);
	if (rc == RC_OK)
		rc = receipt_rows_walk(o->tenant, o->batch, add_entry, f, &root, err);
	if (rc == RC_OK && !names_root(head, &root))
		rc = err_set(err, RC_SYSTEM,
			"the ledger's outcomes of batch " STR_FMT
			" are not those its receipt was signed over: run certfill doctor, and "
			"restore a backup",
			STR_ARG(o->batch));
	return rc == RC_OK ? add_text(f, STR("\n]}\n"), err) : rc;
}

enum rc out_receipt(struct out_job *o, struct err *err)
{
	struct arena *a = arena_new((size_t)1 << 20);
	struct rows_file f = {.stream = {.fd = -1}};
	struct str head = {NULL, 0};
	bool found = false;
	enum rc rc = ledger_batch_receipt(o->tenant->ledger, a, o->batch, &head, &found, err);

	if (rc == RC_OK)
		rc = out_stream_open(&f.stream, o->client, "receipt.json", err);
	/* Form 1 named the outcomes by a digest alone. */
	if (rc == RC_OK && found && str_find_str(head, STR("\"rowsRoot\":")) == head.n)
		rc = add_text(&f, head, err);
	else if (rc == RC_OK && found)
		rc = add_rows(o, &f, head, err);
	if (rc == RC_OK)
		rc = out_stream_finish(&f.stream, err);
	out_stream_close(&f.stream);
	arena_free(&a);
	return rc;
}

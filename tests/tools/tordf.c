// SPDX-License-Identifier: Apache-2.0
/*
 * tordf FILE.json [--issue] [--canonical] [--without MEMBER] [--proof]: prints the N-Quads of a JSON-LD
 * document. --issue: with the issuer's stricter rules. --canonical: RDFC-1.0. --without: leaves a
 * top-level member out. --proof: the configuration of its first proof instead.
 */
#include "base/file.h"
#include "formats/jsonld.h"
#include "formats/rdfc.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define INPUT_MAX ((size_t)4 << 20)

struct options {
	struct jsonld_input in;
	bool canonical;
	bool proof;
};

static enum rc read_file(const char *path, struct buf *out, struct err *err)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_set(err, RC_INPUT, "%s: cannot be opened", path);
	return file_read_all(fd, path, INPUT_MAX, out, err);
}

static enum rc choose_proof(struct jsonld_input *in, struct err *err)
{
	const struct jsonr_value *proof = jsonr_find(in->document, "proof");

	if (proof != NULL && proof->kind == JSONR_ARRAY)
		proof = proof->first;
	if (proof == NULL)
		return err_set(err, RC_INPUT, "there is no proof");
	in->context = jsonr_find(in->document, "@context");
	in->document = proof;
	in->without = "proofValue";
	return RC_OK;
}

static enum rc canonize(struct arena *a, const struct options *o, const struct nquads_set *set,
	struct buf *out, struct err *err)
{
	struct rdfc_result result;
	enum rc rc = rdfc_canonize(a, set, RDFC_SHA256, &result, err);

	if (rc != RC_OK)
		return rc;
	if (o->in.use == JSONLD_ISSUE && result.order_differs)
		return err_set(err, RC_INPUT, "two texts that implementations sort differently");
	if (o->in.use == JSONLD_ISSUE && result.is_costly)
		return err_set(err, RC_INPUT, "parts so much alike that some verifiers give up");
	buf_put_str(out, result.nquads);
	return RC_OK;
}

static enum rc print(struct arena *a, const struct options *o, struct err *err)
{
	struct nquads_set set = {0};
	struct buf out = buf_new((size_t)64 << 20);
	enum rc rc = jsonld_to_rdf(a, &o->in, &set, err);

	for (size_t i = 0; i < set.count && rc == RC_OK && !o->canonical; i++)
		nquads_put(&out, &set.items[i]);
	if (rc == RC_OK && o->canonical)
		rc = canonize(a, o, &set, &out, err);
	if (rc == RC_OK)
		(void)fwrite(out.p, 1, out.n, stdout);
	buf_free(&out);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct jsonr_limits limits = {INPUT_MAX, 65536};
	struct arena *a = arena_new((size_t)256 << 20);
	struct buf text = buf_new(INPUT_MAX);
	struct options o = {.in = {.use = JSONLD_VERIFY}};
	struct err err = {0};
	enum rc rc;

	if (argc < 2)
		return 2;
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--issue") == 0)
			o.in.use = JSONLD_ISSUE;
		else if (strcmp(argv[i], "--canonical") == 0)
			o.canonical = true;
		else if (strcmp(argv[i], "--proof") == 0)
			o.proof = true;
		else if (strcmp(argv[i], "--without") == 0 && i + 1 < argc)
			o.in.without = argv[++i];
		else
			return 2;
	}
	rc = read_file(argv[1], &text, &err);
	if (rc == RC_OK)
		rc = jsonr_parse(a, buf_str(&text), &limits, &o.in.document, &err);
	if (rc == RC_OK && o.proof)
		rc = choose_proof(&o.in, &err);
	if (rc == RC_OK)
		rc = print(a, &o, &err);
	if (rc != RC_OK)
		(void)fprintf(stderr, "tordf: %s: %s\n", rc_name(rc), err.text);
	buf_free(&text);
	arena_free(&a);
	return rc == RC_OK ? 0 : 1;
}

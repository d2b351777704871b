// SPDX-License-Identifier: Apache-2.0
/*
 * diverify FILE.json [KEY]: checks every proof of a document with an Ed25519 key (publicKeyMultibase),
 * or with the one its verificationMethod holds. Prints one line for each: "verified", or the outcome and
 * why. Exit 0 when there is a proof and all are verified.
 */
#include "base/file.h"
#include "formats/di.h"
#include "formats/didurl.h"
#include "formats/multibase.h"

#include <fcntl.h>
#include <stdio.h>

#define INPUT_MAX ((size_t)4 << 20)

static enum rc read_file(const char *path, struct buf *out, struct err *err)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_set(err, RC_INPUT, "%s: cannot be opened", path);
	return file_read_all(fd, path, INPUT_MAX, out, err);
}

static enum rc find_key(
	const struct di_proof *proof, const char *given, uint8_t key[32], struct err *err)
{
	struct didurl url;
	enum rc rc;

	if (given != NULL)
		return multibase_parse_ed25519(str_of(given), key, err);
	rc = didurl_parse(proof->method, &url, err);
	if (rc == RC_OK && !url.has_key)
		rc = err_set(err, RC_INPUT, "its verificationMethod does not hold the key");
	for (size_t i = 0; rc == RC_OK && i < sizeof url.key; i++)
		key[i] = url.key[i];
	return rc;
}

static bool check(struct arena *a, const struct di_secured *s, size_t which, const char *given)
{
	enum di_outcome outcome = DI_MALFORMED;
	uint8_t key[32];
	struct err err;

	if (find_key(&s->proofs[which], given, key, &err) == RC_OK)
		outcome = di_verify(a, s, which, key, &err);
	if (outcome == DI_VERIFIED)
		printf("verified\n");
	else
		printf("%s: %s\n", di_outcome_name(outcome), err.text);
	return outcome == DI_VERIFIED;
}

int main(int argc, char **argv)
{
	static const struct jsonr_limits limits = {INPUT_MAX, 65536};
	struct arena *a = arena_new((size_t)256 << 20);
	struct buf text = buf_new(INPUT_MAX);
	const struct jsonr_value *document;
	struct di_secured secured;
	struct err err = {0};
	bool fine;
	enum rc rc;

	if (argc < 2)
		return 2;
	rc = read_file(argv[1], &text, &err);
	if (rc == RC_OK)
		rc = jsonr_parse(a, buf_str(&text), &limits, &document, &err);
	if (rc == RC_OK)
		rc = di_split(document, &secured, &err);
	fine = rc == RC_OK && secured.proof_count != 0;
	for (size_t i = 0; rc == RC_OK && i < secured.proof_count; i++)
		fine &= check(a, &secured, i, argc > 2 ? argv[2] : NULL);
	if (rc != RC_OK)
		(void)fprintf(stderr, "diverify: %s: %s\n", rc_name(rc), err.text);
	buf_free(&text);
	arena_free(&a);
	return fine ? 0 : 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcertfill-verify: is this certificate, badge or pass genuine, and does it still stand?
 *
 * Bytes in, a verdict and the list of checks out. Reads Open Badges 3.0 and W3C Verifiable
 * Credentials as JSON (embedded eddsa-rdfc-2022 proof, or enveloped) and as VC-JWT (EdDSA, ES256,
 * RS256), baked into PNG or SVG, attached to PDF, and Apple wallet passes.
 *
 * Opens no file and no connection, starts nothing, keeps no state between calls: keys, status lists
 * and records come from the material that the caller gives, or through a callback. Different
 * materials may be used by different threads at once; one material by one thread at a time.
 *
 * The parsers have limits and are fuzzed, but libxml2, libqpdf, libzip and libcrypto see foreign
 * bytes: a program with anything to lose calls this in a process of its own, as `certfill verify`
 * does. Running out of memory ends the process.
 *
 * Link: pkg-config --libs certfill-verify; --static for the archive.
 */
#ifndef CERTFILL_VERIFY_H
#define CERTFILL_VERIFY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The longest input that is read. */
#define CERTFILL_VERIFY_INPUT_MAX ((size_t)32 << 20)

enum certfill_verdict {
	CERTFILL_VALID,
	CERTFILL_EXPIRED,
	CERTFILL_SUSPENDED,
	CERTFILL_REVOKED,
	CERTFILL_SUPERSEDED, /* a newer one was issued in its place */
	CERTFILL_NOT_GENUINE, /* forged or altered: nothing in it may be believed */
	CERTFILL_UNDETERMINED, /* something needed could not be checked */
};
/* "valid", "expired", "suspended", "revoked", "superseded", "not-genuine", "undetermined". */
const char *certfill_verify_verdict_name(enum certfill_verdict verdict);

enum certfill_outcome {
	CERTFILL_OK,
	CERTFILL_FAILED,
	CERTFILL_NOT_CHECKED,
};
/* "ok", "failed", "not-checked". */
const char *certfill_verify_outcome_name(enum certfill_outcome outcome);

/*
 * name: "format", "signature", "issuer", "record", "file", "status", "dates", "events", "pass", "page".
 * why: a sentence in English, UTF-8 without control characters.
 */
struct certfill_check {
	const char *name;
	enum certfill_outcome outcome;
	const char *why;
};

/* Something the credential says, once its signature was found good: "achievement", "issuer", ... */
struct certfill_fact {
	const char *name;
	const char *value;
};

/* ---- material: what a verification may rely on ---- */

struct certfill_material;

struct certfill_material *certfill_material_new(void);
/* Accepts NULL. Results made with it stay valid. */
void certfill_material_free(struct certfill_material *material);
/*
 * Adds a document; a copy is kept. What it is shows by itself: a bundle of `certfill cred bundle`, a
 * DID document, a JWK Set or single JWK, a status list (credential as JSON or JWT, or
 * 1EdTechRevocationList), proofs.jsonl, a credential, PEM certificates that passes may stand on.
 * name: the address or DID that answered with it: then it may be a key, a DID document or a status list,
 * speaks for that host or DID alone, and is refused when it says to be another one.
 * NULL: it is what it says, and believed: who chooses the keys decides what is genuine.
 * Returns 1; 0 when it is none of these or too large, with a sentence in why (why_len bytes, may be 0).
 */
int certfill_material_add(struct certfill_material *material, const char *name, const void *data,
	size_t len, char *why, size_t why_len);

/* ---- verifying ---- */

struct certfill_verify_options {
	/* The moment the verdict is for, seconds since 1970. */
	int64_t now_s;
	/* A status list without an end of its own is believed for so long; 0: seven days. */
	int64_t status_age_max_s;
	/* May be NULL: nothing is known beforehand. */
	struct certfill_material *material;
	/*
	 * Asked for what the material lacks: a DID, or an https address. Returns 1 and lends bytes until
	 * the call of certfill_verify ends, or 0. They are added to the material under that name. NULL:
	 * nobody to ask.
	 */
	int (*find)(void *context, const char *name, const void **data, size_t *len);
	void *context;
	/*
	 * A wallet pass holds no credential: the one that lies beside it, as JSON or JWT, so that the
	 * pass's standing can be told. Asked only for passes, checked as a whole, and only counts when it
	 * is the one that the pass names. May be NULL. See page_credential for its other use.
	 */
	const void *companion;
	size_t companion_len;
	/*
	 * For a credential that came by way of a verify page, https://HOST/verify/TOKEN: the address of the
	 * credential that the page stands for, https://HOST/credentials/ID, which its issuer must have
	 * signed; the companion is then the page's answer, as JSON. It can make the verdict worse, never
	 * better. NULL: there was no page.
	 */
	const char *page_credential;
};

struct certfill_result;

/* Always gives a result; free it. */
struct certfill_result *certfill_verify(
	const void *data, size_t len, const struct certfill_verify_options *options);
void certfill_result_free(struct certfill_result *result);

enum certfill_verdict certfill_result_verdict(const struct certfill_result *result);
/* "json", "jwt", "png", "svg", "pdf", "pkpass", "unknown". */
const char *certfill_result_kind(const struct certfill_result *result);
/* One sentence for the verdict. */
const char *certfill_result_summary(const struct certfill_result *result);
/* In the order in which they were made; index below the count. Everything is lent. */
size_t certfill_result_check_count(const struct certfill_result *result);
struct certfill_check certfill_result_check(const struct certfill_result *result, size_t index);
/* None unless the signature and the issuer's key were found good. */
size_t certfill_result_fact_count(const struct certfill_result *result);
struct certfill_fact certfill_result_fact(const struct certfill_result *result, size_t index);
/* Names of what was missing: fetch them, add them to the material, verify again. */
size_t certfill_result_wanted_count(const struct certfill_result *result);
const char *certfill_result_wanted(const struct certfill_result *result, size_t index);

#ifdef __cplusplus
}
#endif

#endif

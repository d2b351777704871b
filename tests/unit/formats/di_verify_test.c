// SPDX-License-Identifier: Apache-2.0
/* Data Integrity proofs, checked: W3C's vectors, honest documents, attacks. */
#include "formats/di_hash.h"
#include "formats/ed25519.h"
#include "formats/multibase.h"
#include "tests/unit/formats/di_sample.h"

static struct arena *a;
static uint8_t key[32];

static int start(void **state)
{
	(void)state;
	a = arena_new((size_t)64 << 20);
	EVP_PKEY_free(sample_key(key));
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

/* ---- W3C VC DI EdDSA 1.1, appendix B, and its TestVectors/proof-set-chain ---- */

/*
 * The vectors' second context says no more than "what is not defined lies below this IRI", which is
 * not supported here on purpose; the two members it decides are written with their IRIs instead, which
 * gives the same statements.
 */
#define ALUMNI(proofs) \
	"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"]," \
	"\"id\":\"urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33\",\"type\":[" \
	"\"VerifiableCredential\",\"https://www.w3.org/ns/credentials/" \
	"examples#AlumniCredential\"]," \
	"\"name\":\"Alumni Credential\",\"description\":\"A minimum viable example of an Alumni " \
	"Credential.\",\"issuer\":\"https://vc.example/issuers/5678\",\"validFrom\":" \
	"\"2023-01-01T00:00:00Z\",\"credentialSubject\":{\"id\":\"did:example:abcdefgh\"," \
	"\"https://www.w3.org/ns/credentials/examples#alumniOf\":\"The School of Examples\"}," \
	"\"proof\":[" proofs "]}"
#define PROOF(members, created, multikey, value) \
	"{\"type\":\"DataIntegrityProof\"," members "\"cryptosuite\":\"eddsa-rdfc-2022\"," \
	"\"created\":\"" created "\",\"verificationMethod\":\"did:key:" multikey "#" multikey \
	"\",\"proofPurpose\":\"assertionMethod\",\"proofValue\":\"" value "\"}"
#define KEY_0 "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
#define KEY_1 "z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7"
#define KEY_2 "z6MkhWqdDBPojHA7cprTGTt5yHv5yUi1B8cnXn8ReLumkw6E"
#define KEY_3 "z6MkmEq87wkHCYnWnNZkigeDMGTN7oUw1upkhzd77KuXERS1"
#define KEY_4 "z6Mkm1S51iPHJvDEkJ9MRtxJmT8Pqo6wHipAFwBAjN83vntT"
#define ID_1 "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544"
#define ID_2 "urn:uuid:8cc9022b-6b14-4cf3-8571-74972c5feb54"
#define ID_3 "urn:uuid:d94f792a-c546-4d06-b38a-da070ab56c23"

static void check_vector(const char *text, const char *const *multikeys)
{
	struct di_secured secured;
	struct err err = {0};

	assert_ok(di_split(sample_parse(a, str_of(text)), &secured, &err), err);
	for (size_t i = 0; i < secured.proof_count; i++) {
		uint8_t data[DI_DATA_LEN];
		uint8_t signature[DI_SIGNATURE_LEN];
		uint8_t public_key[32];
		size_t len;

		if (di_hash_proof(a, &secured, i, data, &err) != DI_VERIFIED)
			fail_msg("proof %zu: %s", i, err.text);
		assert_ok(multibase_parse(secured.proofs[i].proof_value, signature,
				  sizeof signature, &len, &err),
			err);
		assert_ok(multibase_parse_ed25519(str_of(multikeys[i]), public_key, &err), err);
		if (!ed25519_verify(public_key, (struct bytes){data, sizeof data}, signature))
			fail_msg("proof %zu of the vector does not verify", i);
		data[0] ^= 1;
		assert_false(
			ed25519_verify(public_key, (struct bytes){data, sizeof data}, signature));
	}
}

/* keyPair.json's private half, without its multicodec: RFC 8032 signs the same bytes in one way only. */
static void assert_signs_to(const uint8_t data[DI_DATA_LEN], struct str proof_value)
{
	uint8_t seed[32];
	uint8_t signature[DI_SIGNATURE_LEN];
	size_t len = sizeof signature;
	struct buf text = buf_new(128);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY *pkey;

	(void)harness_unhex("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6",
		seed, sizeof seed);
	pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
	assert_int_equal(EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey), 1);
	assert_int_equal(EVP_DigestSign(ctx, signature, &len, data, DI_DATA_LEN), 1);
	multibase_put(&text, (struct bytes){signature, sizeof signature});
	assert_true(str_eq(buf_str(&text), proof_value));
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	buf_free(&text);
}

static void w3c_vector_of_the_suite(void **state)
{
	static const char *const keys[] = {KEY_0};
	static const char text[] = ALUMNI(PROOF("", "2023-02-24T23:36:38Z", KEY_0,
		"z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsC"
		"Zah"
		"KZme"));
	struct di_secured secured;
	uint8_t data[DI_DATA_LEN];
	uint8_t want[DI_DATA_LEN];
	struct err err = {0};

	(void)state;
	check_vector(text, keys);
	/* combinedHashDataInt.txt */
	(void)harness_unhex("bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0"
			    "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017",
		want, sizeof want);
	assert_ok(di_split(sample_parse(a, str_of(text)), &secured, &err), err);
	assert_int_equal(di_hash_proof(a, &secured, 0, data, &err), DI_VERIFIED);
	assert_memory_equal(data, want, sizeof want);
	assert_signs_to(data, secured.proofs[0].proof_value);
}

/* The second document of the suite, with the members of its second context written as IRIs, too. */
#define SCHEMA "https://schema.org/"
#define CITIZEN "https://w3id.org/citizenship#"
#define DATE(day) "{\"@value\":\"" day "\",\"@type\":\"http://www.w3.org/2001/XMLSchema#dateTime\"}"
#define PICTURE(end) \
	"{\"id\":\"data:image/png;base64," \
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVQIW2N" end "\"}"

static void w3c_vector_without_names(void **state)
{
	static const char *const keys[] = {KEY_0};
	/* It breaks no line of these well. */
	/* clang-format off */
	static const char text[] =
		"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],"
		"\"type\":[\"VerifiableCredential\",\"" CITIZEN "EmploymentAuthorizationDocumentCredential\"],"
		"\"issuer\":{\"id\":\"did:key:zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76\",\"" SCHEMA
		"image\":" PICTURE("gUPr/HwADaAIhG61j/AAAAABJRU5ErkJggg==") "},\"credentialSubject\":{"
		"\"type\":[\"" SCHEMA "Person\",\"" CITIZEN "EmployablePerson\"],\"" SCHEMA
		"givenName\":\"JOHN\",\"" SCHEMA "additionalName\":\"JACOB\",\"" SCHEMA
		"familyName\":\"SMITH\",\"" SCHEMA "image\":" PICTURE("g+M/wHwAEAQH/7yMK/gAAAABJRU5ErkJggg==")
		",\"" SCHEMA "gender\":\"Male\",\"" CITIZEN "residentSince\":" DATE("2015-01-01") ",\"" CITIZEN
		"birthCountry\":\"Bahamas\",\"" SCHEMA "birthDate\":" DATE("1999-07-17") ",\"" CITIZEN
		"employmentAuthorizationDocument\":{\"type\":\"" CITIZEN "EmploymentAuthorizationDocument\","
		"\"" SCHEMA "identifier\":\"83627465\",\"" CITIZEN "lprCategory\":\"C09\",\"" CITIZEN
		"lprNumber\":\"999-999-999\"}},\"name\":\"Employment Authorization Document\","
		"\"description\":\"Example Employment Authorization Document.\","
		"\"validFrom\":\"2019-12-03T00:00:00Z\",\"validUntil\":\"2029-12-03T00:00:00Z\",\"proof\":"
		PROOF("", "2023-02-24T23:36:38Z", KEY_0,
			"zeuuS9pi2ZR8Q41bFFJKS9weSWkwa7pRcxHTHzxjDEHtVSZp3D9Rm3JdzT82EQpmXMb9wvfFJLuDPeSXZaRX1q1c")
		"}";
	/* clang-format on */
	struct di_secured secured;
	uint8_t data[DI_DATA_LEN];
	uint8_t want[DI_DATA_LEN];
	struct err err = {0};

	(void)state;
	check_vector(text, keys);
	/* employ/combinedHashDataInt.txt */
	(void)harness_unhex("bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0"
			    "03f59e5b04ab575b1172cb684f22eede72f0e9033e0b5c67d0e2506768d6ce11",
		want, sizeof want);
	assert_ok(di_split(sample_parse(a, str_of(text)), &secured, &err), err);
	assert_int_equal(di_hash_proof(a, &secured, 0, data, &err), DI_VERIFIED);
	assert_memory_equal(data, want, sizeof want);
	assert_signs_to(data, secured.proofs[0].proof_value);
}

/* The suites of the same document that the specification has beside ours: told apart, not checked. */
static void w3c_vectors_of_other_suites(void **state)
{
	static const char *const proofs[] = {
		"{\"type\":\"DataIntegrityProof\",\"cryptosuite\":\"eddsa-jcs-2022\",\"created\":"
		"\"2023-02-24T23:36:38Z\",\"verificationMethod\":\"did:key:" KEY_0 "#" KEY_0
		"\",\"proofPurpose\":\"assertionMethod\",\"proofValue\":"
		"\"z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJ"
		"dcnTMuVor51aX\"}",
		"{\"type\":\"Ed25519Signature2020\",\"created\":\"2023-02-24T23:36:38Z\","
		"\"verificationMethod\":\"did:key:" KEY_0 "#" KEY_0
		"\",\"proofPurpose\":\"assertionMethod\",\"proofValue\":"
		"\"z57Mm1vboMtZiCyJ4aReZsv8co4Re64Y8GEjL1ZARzMbXZgkARFLqFs1P345NpPGG2hgCrS4nNdv"
		"JhpwnrNyG3kEF\"}"};
	uint8_t public_key[32];
	struct err err = {0};

	(void)state;
	assert_ok(multibase_parse_ed25519(STR(KEY_0), public_key, &err), err);
	for (size_t i = 0; i < ARRAY_COUNT(proofs); i++) {
		struct buf text = buf_new(4096);
		struct di_secured secured;

		buf_fmt(&text, ALUMNI("%s"), proofs[i]);
		assert_ok(
			di_split(sample_parse(a, str_dup(a, buf_str(&text))), &secured, &err), err);
		assert_int_equal(di_verify(a, &secured, 0, public_key, &err), DI_OTHER_SUITE);
		buf_free(&text);
	}
}

static void w3c_vector_of_a_set(void **state)
{
	static const char *const keys[] = {KEY_1, KEY_2};

	(void)state;
	check_vector(ALUMNI(PROOF("\"id\":\"" ID_1 "\",", "2023-02-24T23:36:38Z", KEY_1,
			     "z66vWyqwAghu52WbpRkCwFRTu6Msn92ArtjpJ3gGMSVoU5RADwBfszoDt1QWY8owqLPz"
			     "4nTj7hAwV7xFti1p93zdr") "," PROOF("\"id\":\"" ID_2 "\",",
			     "2023-02-24T23:36:38Z", KEY_2,
			     "z2scr94SNNrGpP2bE7ajvKWeUHm7HJ2edDkxpARvFAQ8V3USzwEzibqrXKaLHBrWosts"
			     "wsfvg82twQR88BgtnsrXY")),
		keys);
}

static void w3c_vector_of_a_chain(void **state)
{
	static const char *const keys[] = {KEY_1, KEY_2, KEY_3, KEY_4};

	(void)state;
	check_vector(ALUMNI(PROOF("\"id\":\"" ID_1 "\",", "2023-02-24T23:36:38Z", KEY_1,
			     "z66vWyqwAghu52WbpRkCwFRTu6Msn92ArtjpJ3gGMSVoU5RADwBfszoDt1QWY8owqLPz"
			     "4nTj7hAwV7xFti1p93zdr") "," PROOF("\"id\":\"" ID_2 "\",",
			     "2023-02-24T23:36:38Z", KEY_2,
			     "z2scr94SNNrGpP2bE7ajvKWeUHm7HJ2edDkxpARvFAQ8V3USzwEzibqrXKaLHBrWosts"
			     "wsfvg82twQR88BgtnsrXY") "," PROOF("\"id\":\"" ID_3
								"\",\"previousProof\":[\"" ID_1
								"\",\"" ID_2 "\"],",
			     "2023-02-26T22:06:38Z", KEY_3,
			     "zWaPeEvBAkhQpNQj8pknuvg5STcKnt3cvM9t4kAYeJETFjvVMSXEEjadC4uxC9fKCn6J"
			     "Hbjt6fj2fhoaVNynBm6J") "," PROOF("\"previousProof\":\"" ID_3 "\",",
			     "2023-02-26T22:16:38Z", KEY_4,
			     "z4b5uUtxNiV4E541LiR8qLvA21xM1Vt4Hfn6nLmmDePdFvLB3jFj3HyEEJyRMbpJzv4G"
			     "fdr8ABeuRTxAvZv6KWRRh")),
		keys);
}

/* ---- honest documents ---- */

#define RICH \
	SAMPLE_BADGE("\"validUntil\":\"2027-01-01T00:00:00Z\",\"name\":\"N\",\"evidence\":[" \
		     "{\"id\":\"urn:x:e\",\"type\":[\"Evidence\"],\"name\":\"one\"}," \
		     "{\"type\":[\"Evidence\"],\"name\":\"two\"}],\"credentialStatus\":{\"id\":" \
		     "\"https://h.example/status/3#1\",\"type\":\"BitstringStatusListEntry\"," \
		     "\"statusPurpose\":\"revocation\",\"statusListIndex\":\"1\"," \
		     "\"statusListCredential\":\"https://h.example/status/3\"},", \
		"\"creditsEarned\":7.5,\"identifier\":[{\"type\":\"IdentityObject\",\"hashed\":" \
		"true,\"identityHash\":\"sha256$0\",\"identityType\":\"emailAddress\"}]," \
		"\"result\":[{\"type\":[\"Result\"],\"value\":\"A\"},{\"type\":[\"Result\"]," \
		"\"value\":\"A\"}],")

static void assert_outcome(struct str text, enum di_outcome want, const char *words)
{
	struct err err;
	enum di_outcome got = sample_check(a, text, key, &err);

	if (got != want || (want != DI_VERIFIED && strstr(err.text, words) == NULL))
		fail_msg("wanted %s \"%s\", got %s \"%s\" for " STR_FMT, di_outcome_name(want),
			words, di_outcome_name(got), err.text, STR_ARG(text));
}

static void verifies_what_was_signed(void **state)
{
	struct str text = sample_secure(a, RICH, key);
	uint8_t other[32];
	struct err err = {0};

	(void)state;
	assert_outcome(text, DI_VERIFIED, "");
	assert_ok(multibase_parse_ed25519(STR(KEY_0), other, &err), err);
	assert_int_equal(sample_check(a, text, other, &(struct err){0}), DI_FORGED);
}

/* Each of these is one byte of meaning; all but the last are in the document, that in the proof. */
static void one_changed_value_is_refused(void **state)
{
	static const char *const edits[][2] = {{"urn:x:1", "urn:x:9"}, {"2027-", "2028-"},
		{"\"revocation\"", "\"suspension\""}, {"\"1\"", "\"2\""},
		{"status/3#1", "status/4#1"}, {"\"name\":\"one\"", "\"name\":\"two\""},
		{"7.5", "7.6"}, {"true", "false"}, {"sha256$0", "sha256$1"},
		{"\"value\":\"A\"", "\"value\":\"B\""}, {"urn:x:a", "urn:x:b"},
		{"\"narrative\":\"C\"", "\"narrative\":\"c\""},
		{"\"OpenBadgeCredential\"", "\"EndorsementCredential\""},
		{"did:web:h.example\",", "did:web:i.example\","},
		{"\"name\":\"H\"", "\"name\":\"h\""}, {"08:00:00Z", "08:00:01Z"},
		{"h.example#k", "h.example#l"}, {"\"assertionMethod\"", "\"authentication\""}};
	struct str text = sample_secure(a, RICH, key);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(edits); i++)
		assert_outcome(
			sample_edit(a, text, edits[i][0], edits[i][1]), DI_FORGED, "did not sign");
}

static void members_may_not_come_or_go(void **state)
{
	struct str text = sample_secure(a, RICH, key);

	(void)state;
	assert_outcome(sample_edit(a, text, "\"validUntil\":\"2027-01-01T00:00:00Z\",", ""),
		DI_FORGED, "");
	assert_outcome(sample_edit(a, text, "\"validFrom\"", "\"description\":\"x\",\"validFrom\""),
		DI_FORGED, "");
	assert_outcome(sample_edit(a, text, ",{\"type\":[\"Result\"],\"value\":\"A\"}", ""),
		DI_FORGED, "");
	assert_outcome(sample_edit(a, text, "\"proofPurpose\"",
			       "\"domain\":\"x.example\",\"proofPurpose\""),
		DI_FORGED, "");
	assert_outcome(
		sample_edit(a, text, "\"created\":\"2026-06-15T08:00:00Z\",", ""), DI_FORGED, "");
}

/* ---- documents that say something besides what was signed ---- */

static void unsigned_data_is_refused(void **state)
{
	struct str text = sample_secure(a, RICH, key);

	(void)state;
	assert_outcome(
		sample_edit(a, text, "\"creditsEarned\"", "\"colour\":\"red\",\"creditsEarned\""),
		DI_NOT_COVERED, "credentialSubject.colour");
	assert_outcome(sample_edit(a, text, "\"proofPurpose\"", "\"note\":\"x\",\"proofPurpose\""),
		DI_NOT_COVERED, "note");
}

/*
 * The same statements to RDF, but a reader of "validUntil" or "credentialStatus" no longer finds it.
 */
static void meaning_may_not_hide(void **state)
{
	static const char *const edits[][3] = {
		{"\"validUntil\":\"2027-01-01T00:00:00Z\"",
			"\"https://www.w3.org/2018/credentials#validUntil\":{\"@type\":"
			"\"http://www.w3.org/2001/XMLSchema#dateTime\",\"@value\":"
			"\"2027-01-01T00:00:00Z\"}",
			"plain name"},
		{"\"validUntil\":\"2027-01-01T00:00:00Z\"",
			"\"validUntil\":{\"@type\":\"http://www.w3.org/2001/XMLSchema#dateTime\","
			"\"@value\":\"2027-01-01T00:00:00Z\"}",
			"plain name"},
		{"\"credentialStatus\":",
			"\"https://www.w3.org/2018/credentials#credentialStatus\":", "plain name"},
		{"\"id\":\"urn:x:1\"", "\"@id\":\"urn:x:1\"", "plain name"},
		{"\"criteria\":", "\"Criteria\":", "plain name"},
		{"\"name\":\"N\",\"evidence\"", "\"name\":{\"@value\":\"N\"},\"evidence\"",
			"plain name"},
		{"\"name\":\"N\",\"evidence\"", "\"name\":{\"@set\":[\"N\"]},\"evidence\"",
			"plain name"},
	};
	struct str text = sample_secure(a, RICH, key);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(edits); i++)
		assert_outcome(sample_edit(a, text, edits[i][0], edits[i][1]), DI_NOT_COVERED,
			edits[i][2]);
}

/* A part that has the credential's own id could take its end date along. */
static void members_may_not_move_into_a_twin(void **state)
{
	static const char endorsed[] =
		SAMPLE_BADGE("\"validUntil\":\"2027-01-01T00:00:00Z\","
			     "\"evidence\":[{\"id\":\"urn:x:1\",\"type\":[\"Evidence\"]}],",
			"");
	struct str text = sample_secure(a, endorsed, key);
	struct str moved = sample_edit(a, text, "\"validUntil\":\"2027-01-01T00:00:00Z\",", "");

	(void)state;
	assert_outcome(text, DI_VERIFIED, "");
	moved = sample_edit(a, moved, "{\"id\":\"urn:x:1\",\"type\":[\"Evidence\"]}",
		"{\"id\":\"urn:x:1\",\"type\":[\"Evidence\"],\"validUntil\":\"2027-01-01T00:00:"
		"00Z\"}");
	assert_outcome(moved, DI_NOT_COVERED, "belongs at the top");
}

static void contexts_must_be_known(void **state)
{
	struct str text = sample_secure(a, RICH, key);

	(void)state;
	assert_outcome(sample_edit(a, text, "context-3.0.3.json\"]",
			       "context-3.0.3.json\",\"https://x.example/c\"]"),
		DI_UNKNOWN_CONTEXT, "https://x.example/c");
	assert_outcome(sample_edit(a, text, "context-3.0.3.json\"]",
			       "context-3.0.3.json\",{\"colour\":\"urn:c\"}]"),
		DI_UNKNOWN_CONTEXT, "terms of its own");
	assert_outcome(sample_edit(a, text, "\"@context\":[", "\"@context\":[null,"),
		DI_UNKNOWN_CONTEXT, "terms of its own");
	assert_outcome(sample_edit(a, text, "{\"id\":\"urn:x:e\"",
			       "{\"@context\":{\"name\":null},\"id\":\"urn:x:e\""),
		DI_UNKNOWN_CONTEXT, "terms of its own");
	assert_outcome(
		sample_edit(a, text, SAMPLE_CONTEXT ",", ""), DI_UNKNOWN_CONTEXT, "no @context");
}

/* ---- proofs that are none ---- */

static void proofs_must_be_well_made(void **state)
{
	static const struct {
		const char *what;
		const char *with;
		enum di_outcome outcome;
		const char *words;
	} edits[] = {
		{"\"eddsa-rdfc-2022\"", "\"eddsa-jcs-2022\"", DI_OTHER_SUITE, "eddsa-jcs-2022"},
		{"\"DataIntegrityProof\"", "\"Ed25519Signature2020\"", DI_OTHER_SUITE, "kind"},
		{"\"type\":\"DataIntegrityProof\",", "", DI_MALFORMED, "lacks"},
		{"\"verificationMethod\":\"" SAMPLE_METHOD "\",", "", DI_MALFORMED, "lacks"},
		{"\"verificationMethod\":\"" SAMPLE_METHOD "\"",
			"\"verificationMethod\":{\"id\":\"" SAMPLE_METHOD "\"}", DI_MALFORMED,
			"one text"},
		{"\"proofPurpose\":\"assertionMethod\",", "", DI_MALFORMED, "lacks"},
		{"\"2026-06-15T08:00:00Z\"", "\"yesterday\"", DI_MALFORMED, "time"},
		{"\"2026-06-15T08:00:00Z\"", "\"2026-06-15T08:00:00\"", DI_MALFORMED, "time"},
		{"\"2026-06-15T08:00:00Z\"", "1781510400", DI_MALFORMED, "time"},
		{"\"proofValue\":\"z", "\"proofValue\":\"u", DI_MALFORMED, "begin"},
		{"\"proofValue\":\"z", "\"proofValue\":\"zzz", DI_MALFORMED, "64 bytes"},
		{"\"proofPurpose\"", "\"previousProof\":\"urn:x:none\",\"proofPurpose\"",
			DI_MALFORMED, "previous"},
		{"\"proof\":[", "\"proof\":[17,", DI_MALFORMED, "no object"},
	};
	struct str text = sample_secure(a, RICH, key);
	struct str whole = text;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(edits); i++)
		assert_outcome(sample_edit(a, whole, edits[i].what, edits[i].with),
			edits[i].outcome, edits[i].words);
}

static void a_proof_cannot_build_on_itself(void **state)
{
	struct str text = sample_secure(a, RICH, key);

	(void)state;
	assert_outcome(sample_edit(a, text, "\"proofPurpose\"",
			       "\"id\":\"urn:x:p\",\"previousProof\":\"urn:x:p\",\"proofPurpose\""),
		DI_MALFORMED, "previous");
}

static void splits_documents(void **state)
{
	struct di_secured secured;
	struct buf text = buf_new(65536);
	struct err err = {0};

	(void)state;
	assert_ok(di_split(sample_parse(a, STR("{\"a\":1}")), &secured, &err), err);
	assert_int_equal(secured.proof_count, 0);
	assert_ok(di_split(sample_parse(a, STR("{\"proof\":[]}")), &secured, &err), err);
	assert_int_equal(secured.proof_count, 0);
	assert_ok(di_split(sample_parse(a,
				   STR("{\"proof\":{\"type\":\"T\",\"expires\":"
				       "\"2026-06-15T08:00:00Z\"}}")),
			  &secured, &err),
		err);
	assert_int_equal(secured.proof_count, 1);
	assert_int_equal(secured.proofs[0].expires_s, SAMPLE_CREATED_S);
	assert_int_equal(secured.proofs[0].created_s, DI_NO_TIME);
	assert_int_equal(di_split(sample_parse(a, STR("[]")), &secured, &err), RC_INPUT);
	buf_put_cz(&text, "{\"proof\":[{}");
	for (int i = 0; i < DI_PROOFS_MAX; i++)
		buf_put_cz(&text, ",{}");
	buf_put_cz(&text, "]}");
	assert_int_equal(di_split(sample_parse(a, buf_str(&text)), &secured, &err), RC_LIMIT);
	buf_free(&text);
}

static void unsound_keys_are_named(void **state)
{
	static const uint8_t neutral[32] = {1};
	struct str text = sample_secure(a, RICH, key);
	struct err err;

	(void)state;
	assert_int_equal(sample_check(a, text, neutral, &err), DI_BAD_KEY);
}

static void little_room_is_no_crash(void **state)
{
	struct str text = sample_secure(a, RICH, key);

	(void)state;
	for (size_t room = 8192; room < 200000; room += 1777) {
		struct arena *small = arena_new(room);
		const struct jsonr_value *document = sample_parse(a, text);
		struct di_secured secured;
		struct err err = {0};
		enum di_outcome outcome;

		assert_ok(di_split(document, &secured, &err), err);
		outcome = di_verify(small, &secured, 0, key, &err);
		assert_true(outcome == DI_TOO_MUCH_WORK || outcome == DI_VERIFIED);
		arena_free(&small);
	}
}

static void terms_of_a_proof(void **state)
{
	struct di_proof p = {.purpose = STR("assertionMethod"),
		.created_s = SAMPLE_CREATED_S,
		.expires_s = SAMPLE_CREATED_S + 10};
	struct err err = {0};

	(void)state;
	assert_ok(di_check_terms(&p, SAMPLE_CREATED_S, 0, &err), err);
	assert_ok(di_check_terms(&p, SAMPLE_CREATED_S - 60, 60, &err), err);
	assert_int_equal(di_check_terms(&p, SAMPLE_CREATED_S - 61, 60, &err), RC_INPUT);
	assert_ok(di_check_terms(&p, SAMPLE_CREATED_S + 70, 60, &err), err);
	assert_int_equal(di_check_terms(&p, SAMPLE_CREATED_S + 71, 60, &err), RC_INPUT);
	p.expires_s = p.created_s = DI_NO_TIME;
	assert_ok(di_check_terms(&p, SAMPLE_CREATED_S, 0, &err), err);
	p.purpose = STR("authentication");
	assert_int_equal(di_check_terms(&p, SAMPLE_CREATED_S, 0, &err), RC_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(w3c_vector_of_the_suite),
		cmocka_unit_test(w3c_vector_without_names),
		cmocka_unit_test(w3c_vectors_of_other_suites),
		cmocka_unit_test(w3c_vector_of_a_set),
		cmocka_unit_test(w3c_vector_of_a_chain),
		cmocka_unit_test(verifies_what_was_signed),
		cmocka_unit_test(one_changed_value_is_refused),
		cmocka_unit_test(members_may_not_come_or_go),
		cmocka_unit_test(unsigned_data_is_refused),
		cmocka_unit_test(meaning_may_not_hide),
		cmocka_unit_test(members_may_not_move_into_a_twin),
		cmocka_unit_test(contexts_must_be_known),
		cmocka_unit_test(proofs_must_be_well_made),
		cmocka_unit_test(a_proof_cannot_build_on_itself),
		cmocka_unit_test(splits_documents),
		cmocka_unit_test(unsound_keys_are_named),
		cmocka_unit_test(little_room_is_no_crash),
		cmocka_unit_test(terms_of_a_proof),
	};

	harness_start();
	return cmocka_run_group_tests(tests, start, stop);
}

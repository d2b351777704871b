// SPDX-License-Identifier: Apache-2.0
/* Data Integrity proofs: what the issuer signs, and what it refuses to. */
#include "base/text.h"
#include "formats/jsont.h"
#include "tests/unit/formats/di_sample.h"

static struct arena *a;

static int start(void **state)
{
	(void)state;
	a = arena_new(DI_ARENA_LEN);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

static void names_a_key_by_its_thumbprint(void **state)
{
	struct buf out = buf_new(256);

	(void)state;
	di_put_method(
		&out, STR("did:web:h.example"), STR("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
	assert_true(str_eq_cz(
		buf_str(&out), "did:web:h.example#kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
	buf_free(&out);
}

/* printf of the five lines of a canonical configuration, through sha256sum. */
static void the_configuration_is_what_the_standard_says(void **state)
{
	static const char lines[] =
		"_:c14n0 <http://purl.org/dc/terms/created> "
		"\"2026-06-15T08:00:00Z\"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n"
		"_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
		"<https://w3id.org/security#DataIntegrityProof> .\n"
		"_:c14n0 <https://w3id.org/security#cryptosuite> "
		"\"eddsa-rdfc-2022\"^^<https://w3id.org/security#cryptosuiteString> .\n"
		"_:c14n0 <https://w3id.org/security#proofPurpose> "
		"<https://w3id.org/security#assertionMethod> .\n"
		"_:c14n0 <https://w3id.org/security#verificationMethod> <did:web:h.example#k> .\n";
	const struct jsonr_value *document = sample_parse(a, STR(SAMPLE_BADGE("", "")));
	struct di_config config;
	uint8_t want[32];
	struct err err = {0};

	(void)state;
	assert_ok(di_config_make(a, jsonr_find(document, "@context"), STR(SAMPLE_METHOD),
			  SAMPLE_CREATED_S, &config, &err),
		err);
	hash_sha256(bytes_of(str_of(lines)), want);
	assert_memory_equal(config.hash, want, sizeof want);
	assert_true(str_eq_cz(config.created, "2026-06-15T08:00:00Z"));
}

static void the_proof_is_the_last_member_and_an_array(void **state)
{
	static const char text[] = SAMPLE_BADGE("", "");
	uint8_t key[32];
	struct str secured = sample_secure(a, text, key);
	struct str again = sample_secure(a, text, key);

	(void)state;
	assert_true(str_eq(secured, again));
	assert_true(str_starts(secured, (struct str){text, sizeof text - 2}));
	assert_true(str_starts(str_slice(secured, sizeof text - 2, secured.n),
		STR(",\"proof\":[{\"type\":\"DataIntegrityProof\",\"cryptosuite\":\"eddsa-rdfc-"
		    "2022\",\"created\":\"2026-06-15T08:00:00Z\",\"verificationMethod\":"
		    "\"" SAMPLE_METHOD
		    "\",\"proofPurpose\":\"assertionMethod\",\"proofValue\":\"z")));
	assert_true(str_ends(secured, STR("\"}]}")));
}

static void assert_refused(const char *text, const char *words)
{
	const struct jsonr_value *document = sample_parse(a, str_of(text));
	struct di_config config;
	uint8_t data[DI_DATA_LEN];
	struct err err = {0};

	assert_ok(di_config_make(a,
			  jsonr_find(sample_parse(a, STR("{" SAMPLE_CONTEXT "}")), "@context"),
			  STR(SAMPLE_METHOD), SAMPLE_CREATED_S, &config, &err),
		err);
	if (di_data(a, &config, document, data, &err) == RC_OK)
		fail_msg("signed %s", text);
	if (strstr(err.text, words) == NULL)
		fail_msg("wanted \"%s\", got \"%s\"", words, err.text);
	assert_true(str_is_utf8(str_of(err.text)));
}

static void refuses_what_others_hash_differently(void **state)
{
	(void)state;
	/* U+FF5E and U+1F600: code points sort them one way, UTF-16 the other. */
	assert_refused(
		SAMPLE_BADGE("", "\"narrative\":[\"\\uff5e\",\"\\ud83d\\ude00\"],"), "emoji");
	assert_refused(SAMPLE_BADGE("", "\"creditsEarned\":0.0000001,"),
		"credentialSubject.creditsEarned");
	assert_refused(SAMPLE_BADGE("", "\"creditsEarned\":0.1234567890123456,"),
		"credentialSubject.creditsEarned");
	assert_refused(SAMPLE_BADGE("", "\"colour\":\"red\","), "credentialSubject.colour");
	assert_refused(SAMPLE_BADGE("\"endorsementJwt\":[\"a.b.c\"],", ""), "endorsementJwt");
	assert_refused(SAMPLE_BADGE("\"evidence\":[{\"id\":\"a b\",\"type\":[\"Evidence\"]}],", ""),
		"evidence[0].id");
}

static void refuses_another_context_and_a_second_proof(void **state)
{
	(void)state;
	assert_refused("{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],\"id\":\"urn:x\"}",
		"@context");
	assert_refused("{\"@context\":\"https://www.w3.org/ns/credentials/v2\"}", "@context");
	assert_refused("{\"id\":\"urn:x:1\"}", "@context");
	assert_refused(SAMPLE_BADGE("\"proof\":[],", ""), "a proof already");
}

static void refuses_a_configuration_that_says_nothing(void **state)
{
	const struct jsonr_value *known = sample_parse(a, STR("{" SAMPLE_CONTEXT "}"));
	const struct jsonr_value *unknown =
		sample_parse(a, STR("{\"@context\":[\"https://x.example/c\"]}"));
	struct di_config config;
	struct err err = {0};

	(void)state;
	assert_int_equal(
		di_config_make(a, jsonr_find(known, "@context"), STR("key 1"), 0, &config, &err),
		RC_INPUT);
	assert_int_equal(di_config_make(a, jsonr_find(unknown, "@context"), STR(SAMPLE_METHOD), 0,
				 &config, &err),
		RC_INPUT);
}

/* A dataset made to be expensive: many nodes, every one like every other. */
static void gives_up_in_time(void **state)
{
	static const char part[] = "{\"type\":[\"Alignment\"]}";
	struct buf text = buf_new(1 << 20);

	(void)state;
	buf_put_cz(&text,
		"{" SAMPLE_CONTEXT ",\"id\":\"urn:x:1\",\"type\":[\"VerifiableCredential\","
		"\"OpenBadgeCredential\"],\"evidence\":[");
	for (int i = 0; i < 8; i++)
		buf_fmt(&text, "%s{\"type\":[\"Evidence\"],\"alignment\":[%s,%s,%s]}",
			i == 0 ? "" : ",", part, part, part);
	buf_put_cz(&text, "]}");
	buf_put_char(&text, '\0');
	assert_refused((const char *)text.p, "alike");
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_a_key_by_its_thumbprint),
		cmocka_unit_test(the_configuration_is_what_the_standard_says),
		cmocka_unit_test(the_proof_is_the_last_member_and_an_array),
		cmocka_unit_test(refuses_what_others_hash_differently),
		cmocka_unit_test(refuses_another_context_and_a_second_proof),
		cmocka_unit_test(refuses_a_configuration_that_says_nothing),
		cmocka_unit_test(gives_up_in_time),
	};

	harness_start();
	return cmocka_run_group_tests(tests, start, stop);
}

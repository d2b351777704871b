// SPDX-License-Identifier: Apache-2.0
/* The library's whole interface, as a program of others would use it. */
#include "base/file.h"
#include "tests/unit/verify/forge.h"

#include <sys/mman.h>
#include <unistd.h>

#include "verify/certfill-verify.h"

#define NOW_S INT64_C(1782864000) /* 2026-07-01 */

static struct certfill_result *verify(struct str text, const struct certfill_verify_options *more)
{
	struct certfill_verify_options options = {.now_s = NOW_S};

	return certfill_verify(text.p, text.n, more != NULL ? more : &options);
}

static const char *outcome(const struct certfill_result *r, const char *name)
{
	for (size_t i = 0; i < certfill_result_check_count(r); i++) {
		struct certfill_check c = certfill_result_check(r, i);

		if (strcmp(c.name, name) == 0)
			return certfill_verify_outcome_name(c.outcome);
	}
	return "none";
}

static const char *fact(const struct certfill_result *r, const char *name)
{
	for (size_t i = 0; i < certfill_result_fact_count(r); i++) {
		struct certfill_fact f = certfill_result_fact(r, i);

		if (strcmp(f.name, name) == 0)
			return f.value;
	}
	return NULL;
}

static void says_what_a_good_credential_says(void **state)
{
	const struct forge *f = *state;
	struct certfill_result *r = verify(forge_jwt(f, forge_badge(f, "")), NULL);

	assert_int_equal(certfill_result_verdict(r), CERTFILL_VALID);
	assert_string_equal(certfill_result_kind(r), "jwt");
	assert_string_equal(certfill_result_summary(r), "Statistics, issued by Uni");
	assert_string_equal(outcome(r, "format"), "ok");
	assert_string_equal(outcome(r, "signature"), "ok");
	assert_string_equal(outcome(r, "issuer"), "ok");
	assert_string_equal(outcome(r, "dates"), "ok");
	assert_string_equal(outcome(r, "status"), "not-checked");
	assert_string_equal(fact(r, "achievement"), "Statistics");
	assert_string_equal(fact(r, "issuer"), "Uni");
	assert_string_equal(fact(r, "valid_from"), "2024-06-15T00:00:00Z");
	assert_null(fact(r, "valid_until"));
	assert_int_equal(certfill_result_wanted_count(r), 0);
	certfill_result_free(r);
}

static void says_nothing_of_what_is_not_genuine(void **state)
{
	const struct forge *f = *state;
	struct str good = forge_jwt(f, forge_badge(f, ""));
	char *text = arena_dup(f->a, good.p, good.n);
	struct certfill_result *r;

	text[good.n - 40] = text[good.n - 40] == 'A' ? 'B' : 'A';
	r = verify((struct str){text, good.n}, NULL);
	assert_int_equal(certfill_result_verdict(r), CERTFILL_NOT_GENUINE);
	assert_int_equal(certfill_result_fact_count(r), 0);
	assert_null(strstr(certfill_result_summary(r), "Uni"));
	certfill_result_free(r);
}

/* A library has no business with its caller's standard error, least of all with words of strangers. */
static void writes_nothing_to_stderr(void **state)
{
	static const char *const texts[] = {
		"%PDF-1.4\nhello", "<svg>&x;</svg>", "<svg", "PK\3\4", "eyJ.e30.AA"};
	AUTO_FD kept = dup(2);
	AUTO_FD caught = memfd_create("stderr", MFD_CLOEXEC);

	(void)state;
	assert_true(kept >= 0 && dup2(caught, 2) == 2);
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
		certfill_result_free(verify(str_of(texts[i]), NULL));
	assert_int_equal(dup2(kept, 2), 2);
	assert_int_equal(lseek(caught, 0, SEEK_END), 0);
}

static void knows_kinds_by_their_first_bytes(void **state)
{
	static const struct {
		const char *text;
		const char *kind;
	} cases[] = {{"", "unknown"}, {"hello", "unknown"}, {"{}", "json"}, {" \n{}", "json"},
		{"\xEF\xBB\xBF{}", "json"}, {"eyJ", "jwt"}, {"<svg/>", "svg"}, {"%PDF-1.4", "pdf"},
		{"\x89PNG", "png"}, {"PK\3\4", "pkpass"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct certfill_result *r = verify(str_of(cases[i].text), NULL);

		assert_string_equal(certfill_result_kind(r), cases[i].kind);
		assert_int_equal(certfill_result_verdict(r), CERTFILL_NOT_GENUINE);
		assert_int_equal(certfill_result_check_count(r) != 0, 1);
		certfill_result_free(r);
	}
}

static void refuses_more_than_it_reads(void **state)
{
	uint8_t *bytes = mem_zalloc(CERTFILL_VERIFY_INPUT_MAX + 1, 1);
	struct certfill_verify_options options = {.now_s = NOW_S};
	struct certfill_result *r;

	(void)state;
	r = certfill_verify(bytes, CERTFILL_VERIFY_INPUT_MAX + 1, &options);
	assert_int_equal(certfill_result_verdict(r), CERTFILL_NOT_GENUINE);
	assert_non_null(strstr(certfill_result_summary(r), "32 MiB"));
	certfill_result_free(r);
	MEM_FREE(bytes);
}

static void names_every_verdict_and_outcome(void **state)
{
	static const char *const verdicts[] = {"valid", "expired", "suspended", "revoked",
		"superseded", "not-genuine", "undetermined"};
	static const char *const outcomes[] = {"ok", "failed", "not-checked"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(verdicts); i++)
		assert_string_equal(
			certfill_verify_verdict_name((enum certfill_verdict)i), verdicts[i]);
	for (size_t i = 0; i < ARRAY_COUNT(outcomes); i++)
		assert_string_equal(
			certfill_verify_outcome_name((enum certfill_outcome)i), outcomes[i]);
	/* What a newer library may know is nothing good. */
	assert_string_equal(
		certfill_verify_verdict_name((enum certfill_verdict)99), "undetermined");
	assert_string_equal(certfill_verify_outcome_name((enum certfill_outcome)99), "not-checked");
}

/* ---- material ---- */

/* 1EdTech's list of the issuer. */
static struct str forge_list(const struct forge *f, const char *revoked)
{
	return str_fmt(f->a,
		"{\"id\":\"https://i.example/r\",\"issuer\":\"" STR_FMT
		"\",\"revokedCredential\":[%s]}",
		STR_ARG(f->did), revoked);
}

#define REVOCATIONS \
	",\"credentialStatus\":{\"id\":\"https://i.example/" \
	"r\",\"type\":\"1EdTechRevocationList\"}"

struct shop {
	struct str list;
	const char *asked;
	uint32_t times;
};

static int find(void *context, const char *name, const void **data, size_t *len)
{
	struct shop *s = context;

	s->times++;
	assert_string_equal(name, s->asked);
	*data = s->list.p;
	*len = s->list.n;
	return s->list.n != 0;
}

static void asks_for_what_is_missing_and_keeps_it(void **state)
{
	const struct forge *f = *state;
	struct str text = forge_jwt(f, forge_badge(f, REVOCATIONS));
	struct shop shop = {{NULL, 0}, "https://i.example/r", 0};
	struct certfill_verify_options options = {.now_s = NOW_S,
		.material = certfill_material_new(),
		.find = find,
		.context = &shop};
	struct certfill_result *r = verify(text, &options);

	assert_int_equal(certfill_result_verdict(r), CERTFILL_UNDETERMINED);
	assert_int_equal(certfill_result_wanted_count(r), 1);
	assert_string_equal(certfill_result_wanted(r, 0), "https://i.example/r");
	certfill_result_free(r);
	shop.list = forge_list(f, "{\"id\":\"urn:uuid:1\",\"revocationReason\":\"an error\"}");
	for (int i = 0; i < 2; i++) {
		r = verify(text, &options);
		assert_int_equal(certfill_result_verdict(r), CERTFILL_REVOKED);
		assert_int_equal(certfill_result_wanted_count(r), 0);
		certfill_result_free(r);
	}
	assert_int_equal(shop.times, 2); /* once in vain, once for both */
	certfill_material_free(options.material);
}

/* Asked while a status list is being looked at: for the key of whoever signed it. */
static int find_any(void *context, const char *name, const void **data, size_t *len)
{
	const struct str *texts = context;
	const struct str *found = strcmp(name, "https://i.example/s") == 0 ? &texts[0]
		: strcmp(name, "did:web:other.example") == 0               ? &texts[1]
									   : NULL;

	if (found == NULL)
		return 0;
	*data = found->p;
	*len = found->n;
	return 1;
}

static void a_list_stays_while_its_key_is_fetched(void **state)
{
	const struct forge *f = *state;
	struct str entry = str_fmt(f->a,
		",\"credentialStatus\":{\"type\":\"BitstringStatusListEntry\",\"statusPurpose\":"
		"\"revocation\",\"statusListIndex\":\"5\",\"statusListCredential\":"
		"\"https://i.example/s\"}");
	struct str texts[] = {forge_jwt(f,
				      STR("{\"id\":\"https://i.example/s\",\"issuer\":\"did:web:"
					  "other.example\",\"credentialSubject\":{}}")),
		STR("{\"id\":\"did:web:other.example\",\"verificationMethod\":[]}")};

	/* Some number of documents before makes the list the last that there is room for. */
	for (int before = 0; before < 40; before++) {
		struct certfill_verify_options options = {.now_s = NOW_S,
			.material = certfill_material_new(),
			.find = find_any,
			.context = texts};
		struct certfill_result *r;

		for (int i = 0; i < before; i++)
			assert_true(certfill_material_add(
				options.material, NULL, "{\"keys\":[]}", 11, NULL, 0));
		r = verify(forge_jwt(f, forge_badge(f, entry.p)), &options);
		assert_int_equal(certfill_result_verdict(r), CERTFILL_UNDETERMINED);
		assert_string_equal(outcome(r, "status"), "not-checked");
		assert_string_equal(certfill_result_summary(r),
			"the issuer's status list is no good: its own signature is bad");
		certfill_result_free(r);
		certfill_material_free(options.material);
	}
}

/* What answers at an address says nothing about others: neither keys nor roots nor records of theirs. */
static void an_address_speaks_for_itself(void **state)
{
	static const struct {
		const char *text;
		bool taken;
	} cases[] = {
		{"{\"format\":\"certfill-bundle/1\",\"made\":\"2026-06-01T00:00:00Z\","
		 "\"documents\":[]}",
			false},
		{"-----BEGIN CERTIFICATE-----\n", false},
		{"{\"credential\":\"01M81A6VSREPTZZ06T6V4H9Q27\",\"record\":\"\"}", false},
		{"{\"event\":\"01M81A6VSREPTZZ06T6V4H9Q27\"}", false},
		{"{\"what\":1}", false},
		{"{\"id\":\"did:web:b.example\",\"verificationMethod\":[]}", false},
		{"{\"id\":\"did:web:a.example\",\"verificationMethod\":[]}", true},
		{"{\"keys\":[]}", true},
	};
	struct certfill_material *m = certfill_material_new();
	char why[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		why[0] = '\0';
		assert_int_equal(certfill_material_add(m, "did:web:a.example", cases[i].text,
					 strlen(cases[i].text), why, sizeof why),
			cases[i].taken);
		assert_int_equal(why[0] != '\0', !cases[i].taken);
	}
	certfill_material_free(m);
}

static void results_outlive_their_material(void **state)
{
	const struct forge *f = *state;
	struct str list = forge_list(f, "");
	char why[200];
	struct certfill_verify_options options = {
		.now_s = NOW_S, .material = certfill_material_new()};
	struct certfill_result *r;

	assert_true(certfill_material_add(
		options.material, "https://i.example/r", list.p, list.n, why, sizeof why));
	r = verify(forge_jwt(f, forge_badge(f, REVOCATIONS)), &options);
	certfill_material_free(options.material);
	certfill_material_free(NULL);
	assert_int_equal(certfill_result_verdict(r), CERTFILL_VALID);
	assert_string_equal(outcome(r, "status"), "ok");
	certfill_result_free(r);
	certfill_result_free(NULL);
}

static void material_says_why_it_takes_nothing(void **state)
{
	const struct forge *f = *state;
	struct certfill_material *m = certfill_material_new();
	struct str list = forge_list(f, "");
	char why[200] = "";
	char tiny[5];

	assert_false(certfill_material_add(m, NULL, "hello", 5, why, sizeof why));
	assert_true(strlen(why) > 10);
	/* Room for the sentence may be small, or missing. */
	assert_false(certfill_material_add(m, NULL, "hello", 5, tiny, sizeof tiny));
	assert_int_equal(strlen(tiny), sizeof tiny - 1);
	assert_false(certfill_material_add(m, NULL, "hello", 5, NULL, 0));
	assert_false(certfill_material_add(m, NULL, "{\"a\":1}", 7, why, sizeof why));
	assert_non_null(strstr(why, "no bundle, key"));
	assert_false(certfill_material_add(m, NULL, "[]", 2, NULL, 0));
	assert_true(certfill_material_add(
		m, NULL, "{\"format\":\"certfill-receipt/1\"}", 31, why, sizeof why));
	/* Fetched from one address, it cannot be the list of another. */
	assert_false(certfill_material_add(
		m, "https://i.example/other", list.p, list.n, why, sizeof why));
	assert_true(certfill_material_add(m, NULL, list.p, list.n, why, sizeof why));
	certfill_material_free(m);
}

static void the_moment_decides(void **state)
{
	const struct forge *f = *state;
	struct str text = forge_jwt(f, forge_badge(f, ",\"validUntil\":\"2026-07-01T00:00:00Z\""));
	static const struct {
		int64_t now_s;
		enum certfill_verdict verdict;
	} cases[] = {{NOW_S - 1, CERTFILL_VALID}, {NOW_S, CERTFILL_EXPIRED},
		{INT64_MAX, CERTFILL_EXPIRED}, {0, CERTFILL_UNDETERMINED}};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct certfill_verify_options options = {.now_s = cases[i].now_s};
		struct certfill_result *r = verify(text, &options);

		assert_int_equal(certfill_result_verdict(r), cases[i].verdict);
		certfill_result_free(r);
	}
}

static void nothing_shown_turns_text_around(void **state)
{
	const struct forge *f = *state;
	struct str payload = str_fmt(f->a,
		"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],\"type\":"
		"[\"VerifiableCredential\"],\"id\":\"urn:uuid:1\",\"issuer\":{\"id\":\"" STR_FMT
		"\",\"name\":\"A\\u0007B\\u202EC\\nD\\u2028E\"},\"name\":\"\\u001b[31mN\","
		"\"credentialSubject\":{}}",
		STR_ARG(f->did));
	struct certfill_result *r = verify(forge_jwt(f, payload), NULL);

	assert_int_equal(certfill_result_verdict(r), CERTFILL_VALID);
	assert_string_equal(fact(r, "issuer"), "A B C D E");
	assert_string_equal(fact(r, "achievement"), " [31mN");
	certfill_result_free(r);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, forge_open, forge_close)
	const struct CMUnitTest tests[] = {
		TEST(says_what_a_good_credential_says),
		TEST(says_nothing_of_what_is_not_genuine),
		TEST(writes_nothing_to_stderr),
		TEST(knows_kinds_by_their_first_bytes),
		TEST(refuses_more_than_it_reads),
		TEST(names_every_verdict_and_outcome),
		TEST(asks_for_what_is_missing_and_keeps_it),
		TEST(a_list_stays_while_its_key_is_fetched),
		TEST(an_address_speaks_for_itself),
		TEST(results_outlive_their_material),
		TEST(material_says_why_it_takes_nothing),
		TEST(the_moment_decides),
		TEST(nothing_shown_turns_text_around),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

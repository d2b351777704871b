// SPDX-License-Identifier: Apache-2.0
/* JSON-LD to RDF over the pinned contexts: what comes out, what is refused and where. */
#include "formats/jsonld.h"
#include "formats/rdfc.h"
#include "tests/harness/harness.h"

#include <string.h>

#define V2 "\"https://www.w3.org/ns/credentials/v2\""
#define OB3 "\"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json\""
#define OB "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
#define RDF "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define XSDS "https://www.w3.org/2001/XMLSchema#"
#define XSD "http://www.w3.org/2001/XMLSchema#"

static const struct jsonr_limits limits = {100000, 10000};

static enum rc convert(
	struct arena *a, const char *text, struct jsonld_input in, struct str *out, struct err *err)
{
	struct nquads_set set = {0};
	struct rdfc_result r;
	enum rc rc;

	assert_ok(jsonr_parse(a, str_of(text), &limits, &in.document, err), *err);
	rc = jsonld_to_rdf(a, &in, &set, err);
	if (rc == RC_OK)
		rc = rdfc_canonize(a, &set, RDFC_SHA256, &r, err);
	if (rc == RC_OK)
		*out = r.nquads;
	return rc;
}

static void assert_rdf(const char *text, const char *want)
{
	struct arena *a = arena_new(16 << 20);
	struct str got = {NULL, 0};
	struct err err = {0};

	assert_ok(convert(a, text, (struct jsonld_input){.use = JSONLD_VERIFY}, &got, &err), err);
	if (!str_eq_cz(got, want))
		fail_msg("got:\n" STR_FMT "want:\n%s", STR_ARG(got), want);
	arena_free(&a);
}

static void assert_refused(const char *text, enum jsonld_use use, const char *reason)
{
	struct arena *a = arena_new(16 << 20);
	struct str got = {NULL, 0};
	struct err err = {0};

	if (convert(a, text, (struct jsonld_input){.use = use}, &got, &err) != RC_INPUT)
		fail_msg("accepted: %s", text);
	if (strstr(err.text, reason) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, reason);
	arena_free(&a);
}

static void terms_mean_what_their_contexts_say(void **state)
{
	(void)state;
	assert_rdf("{\"@context\":" V2 ",\"id\":\"urn:x:1\",\"name\":\"N\"}",
		"<urn:x:1> <https://schema.org/name> \"N\" .\n");
	/* A datatype without a prefix to expand it, and one with https. */
	assert_rdf("{\"@context\":[" V2 "," OB3
		   "],\"id\":\"urn:x:1\",\"type\":\"AchievementSubject\",\"creditsEarned\":7.5,"
		   "\"awardedDate\":\"2026\",\"url\":\"https://x.example\"}",
		"<urn:x:1> <" RDF "type> <" OB "AchievementSubject> .\n"
		"<urn:x:1> <" OB "awardedDate> \"2026\"^^<xsd:dateTime> .\n"
		"<urn:x:1> <" OB "creditsEarned> \"7.5E0\"^^<" XSDS "float> .\n"
		"<urn:x:1> <https://schema.org/url> \"https://x.example\"^^<" XSDS "anyURI> .\n");
	assert_rdf("{\"@context\":[" V2 "," OB3
		   "],\"id\":\"urn:x:1\",\"type\":\"AchievementCredential\",\"name\":null}",
		"<urn:x:1> <" RDF "type> <" OB "OpenBadgeCredential> .\n");
}

/* criteria of Achievement is a term of Achievement's; in an untyped child the outer context holds. */
static void contexts_by_type_end_at_child_nodes(void **state)
{
	(void)state;
	assert_rdf("{\"@context\":[" V2 "," OB3 "],\"id\":\"urn:x:1\",\"type\":[\"Achievement\"],"
		   "\"criteria\":{\"id\":\"urn:x:c\",\"narrative\":\"n\"}}",
		"<urn:x:1> <" RDF "type> <" OB "Achievement> .\n"
		"<urn:x:1> <" OB "Criteria> <urn:x:c> .\n"
		"<urn:x:c> <" OB "narrative> \"n\" .\n");
	assert_refused("{\"@context\":[" V2 "," OB3
		       "],\"id\":\"urn:x:1\",\"type\":[\"Achievement\"],"
		       "\"criteria\":{\"humanCode\":\"n\"}}",
		JSONLD_VERIFY, "criteria.humanCode: neither");
	assert_refused("{\"@context\":[" V2 "," OB3 "],\"id\":\"urn:x:1\",\"humanCode\":\"n\"}",
		JSONLD_VERIFY, "humanCode: neither");
}

static void proofs_are_graphs_of_their_own(void **state)
{
	(void)state;
	assert_rdf("{\"@context\":" V2
		   ",\"id\":\"urn:x:1\",\"type\":\"VerifiableCredential\",\"proof\":[{\"type\":"
		   "\"DataIntegrityProof\",\"proofPurpose\":\"assertionMethod\","
		   "\"verificationMethod\":\"did:x:k\"}]}",
		"<urn:x:1> <" RDF
		"type> <https://www.w3.org/2018/credentials#VerifiableCredential> .\n"
		"<urn:x:1> <https://w3id.org/security#proof> _:c14n1 .\n"
		"_:c14n0 <" RDF "type> <https://w3id.org/security#DataIntegrityProof> _:c14n1 .\n"
		"_:c14n0 <https://w3id.org/security#proofPurpose> "
		"<https://w3id.org/security#assertionMethod> _:c14n1 .\n"
		"_:c14n0 <https://w3id.org/security#verificationMethod> <did:x:k> _:c14n1 .\n");
}

static void the_proof_is_read_with_the_credentials_contexts(void **state)
{
	struct arena *a = arena_new(16 << 20);
	const struct jsonr_value *context = NULL;
	struct str got = {NULL, 0};
	struct err err = {0};
	struct jsonld_input in = {.without = "proofValue"};

	(void)state;
	assert_ok(jsonr_parse(a, STR("[" V2 "," OB3 "]"), &limits, &context, &err), err);
	in.context = context;
	assert_ok(convert(a,
			  "{\"type\":\"DataIntegrityProof\",\"cryptosuite\":\"eddsa-rdfc-2022\","
			  "\"created\":\"2026-06-15T08:00:00Z\","
			  "\"verificationMethod\":\"did:web:x#k\",\"proofPurpose\":"
			  "\"assertionMethod\",\"proofValue\":\"z1\"}",
			  in, &got, &err),
		err);
	assert_true(str_eq_cz(got,
		"_:c14n0 <http://purl.org/dc/terms/created> \"2026-06-15T08:00:00Z\"^^<" XSD
		"dateTime> .\n"
		"_:c14n0 <" RDF "type> <https://w3id.org/security#DataIntegrityProof> .\n"
		"_:c14n0 <https://w3id.org/security#cryptosuite> "
		"\"eddsa-rdfc-2022\"^^<https://w3id.org/security#cryptosuiteString> .\n"
		"_:c14n0 <https://w3id.org/security#proofPurpose> "
		"<https://w3id.org/security#assertionMethod> .\n"
		"_:c14n0 <https://w3id.org/security#verificationMethod> <did:web:x#k> .\n"));
	assert_int_equal(
		convert(a, "{\"@context\":" V2 ",\"type\":\"DataIntegrityProof\"}", in, &got, &err),
		RC_INPUT);
	arena_free(&a);
}

static void lists_keep_their_order(void **state)
{
	(void)state;
	assert_rdf("{\"@context\":[" V2 "," OB3
		   "],\"id\":\"urn:x:1\",\"type\":\"ResultDescription\",\"allowedValue\":[\"b\","
		   "null,\"a\"]}",
		"<urn:x:1> <" RDF "type> <" OB "ResultDescription> .\n"
		"<urn:x:1> <" OB "allowedValue> _:c14n0 .\n"
		"_:c14n0 <" RDF "first> \"b\" .\n"
		"_:c14n0 <" RDF "rest> _:c14n1 .\n"
		"_:c14n1 <" RDF "first> \"a\" .\n"
		"_:c14n1 <" RDF "rest> <" RDF "nil> .\n");
	assert_rdf("{\"@context\":" V2 ",\"@id\":\"urn:x:1\",\"urn:p\":{\"@list\":[]},\"urn:q\":[{"
		   "\"@set\":[\"a\",[\"b\"]]}]}",
		"<urn:x:1> <urn:p> <" RDF "nil> .\n"
		"<urn:x:1> <urn:q> \"a\" .\n"
		"<urn:x:1> <urn:q> \"b\" .\n");
}

static void value_objects_are_literals(void **state)
{
	(void)state;
	assert_rdf("{\"@context\":" V2
		   ",\"id\":\"urn:x:1\",\"name\":[{\"@value\":\"a\",\"@language\":\"EN-gb\"},"
		   "{\"@value\":true},{\"@value\":\"v\",\"type\":\"urn:t\"},3,2.5,false]}",
		"<urn:x:1> <https://schema.org/name> \"2.5E0\"^^<" XSD "double> .\n"
		"<urn:x:1> <https://schema.org/name> \"3\"^^<" XSD "integer> .\n"
		"<urn:x:1> <https://schema.org/name> \"a\"@en-gb .\n"
		"<urn:x:1> <https://schema.org/name> \"false\"^^<" XSD "boolean> .\n"
		"<urn:x:1> <https://schema.org/name> \"true\"^^<" XSD "boolean> .\n"
		"<urn:x:1> <https://schema.org/name> \"v\"^^<urn:t> .\n");
}

static void prefixes_of_version_1_1_work(void **state)
{
	(void)state;
	assert_rdf("{\"@context\":\"https://www.w3.org/2018/credentials/"
		   "v1\",\"id\":\"_:a\",\"type\":\"VerifiableCredential\","
		   "\"issuer\":\"did:x:i\",\"cred:extra\":\"e\",\"issuanceDate\":\"2020-01-01T00:"
		   "00:00Z\"}",
		"_:c14n0 <" RDF
		"type> <https://www.w3.org/2018/credentials#VerifiableCredential> .\n"
		"_:c14n0 <https://www.w3.org/2018/credentials#extra> \"e\" .\n"
		"_:c14n0 <https://www.w3.org/2018/credentials#issuanceDate> "
		"\"2020-01-01T00:00:00Z\"^^<" XSD "dateTime> .\n"
		"_:c14n0 <https://www.w3.org/2018/credentials#issuer> <did:x:i> .\n");
}

static void what_would_be_lost_is_refused(void **state)
{
	static const struct {
		const char *members;
		const char *reason;
	} bad[] = {{"\"colour\":\"red\"", "colour: neither"},
		{"\"@foo\":1", "@foo is not supported"}, {"\"type\":\"Unknown\"", "type: neither"},
		{"\"type\":[1]", "type that is not a text"},
		{"\"urn:p\":{\"id\":\"a/b\"}", "urn:p.id: neither"},
		{"\"urn:p\":{\"id\":7}", "id that is not a text"},
		{"\"urn:p\":{\"id\":\"urn:a b\"}", "urn:p.id: neither"},
		{"\"urn:p\":[{\"id\":\"urn:a<b\"}]", "urn:p[0].id: neither"},
		{"\"@id\":\"urn:x:2\"", "@id is there twice"},
		{"\"@reverse\":{}", "@reverse is not supported"},
		{"\"@graph\":[]", "@graph is not supported"},
		{"\"@index\":\"i\"", "@index is not supported"},
		{"\"_:p\":1", "blank node as a property"},
		{"\"urn:p\":{\"@value\":null}", "no text, number or boolean"},
		{"\"urn:p\":{\"@value\":[]}", "no text, number or boolean"},
		{"\"urn:p\":{\"@value\":1,\"urn:q\":2}", "more in a @value"},
		{"\"urn:p\":{\"@value\":\"a\",\"@language\":\"en\",\"@type\":\"urn:t\"}",
			"more in a @value"},
		{"\"urn:p\":{\"@value\":\"a\",\"@language\":\"1\"}", "@language that is no tag"},
		{"\"urn:p\":{\"@value\":1,\"@language\":\"en\"}", "of what is no text"},
		{"\"urn:p\":{\"@value\":1,\"@type\":\"_:t\"}", "blank node"},
		{"\"urn:p\":{\"@value\":1,\"@type\":\"t\"}", "neither"},
		{"\"urn:p\":{\"@value\":1,\"@direction\":\"rtl\"}", "of what is no text"},
		{"\"urn:p\":{\"@language\":\"en\"}", "without a @value"},
		{"\"urn:p\":{\"@list\":[],\"urn:q\":1}", "beside it"},
		{"\"urn:p\":{\"@list\":[{\"@set\":[1]}]}", "@set in a list"},
		{"\"urn:p\":{\"id\":\"_:a b\"}", "label"},
		{"\"urn:p\":{\"@context\":{}}", "@context: every item"},
		{"\"urn:p\":{\"@context\":null}", "@context: every item"},
		{"\"urn:p\":1e999", "number too large"},
		{"\"_sd\":[\"x\"]", "_sd: values of type @json"},
		{"\"type\":\"VerifiableCredential\",\"proof\":\"urn:x\"",
			"proof: must be an object"},
		{"\"type\":\"VerifiableCredential\",\"proof\":{\"id\":\"urn:x\"}",
			"proof: nothing in it"},
		{"\"type\":\"VerifiableCredential\",\"proof\":{\"@value\":1}",
			"proof: must be an object"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct arena *a = arena_new(1 << 20);
		struct str text =
			str_fmt(a, "{\"@context\":" V2 ",\"id\":\"urn:x:1\",%s}", bad[i].members);

		assert_refused(
			str_fmt(a, "%.*s", (int)text.n, text.p).p, JSONLD_VERIFY, bad[i].reason);
		arena_free(&a);
	}
	assert_refused("[]", JSONLD_VERIFY, "not a JSON object");
	assert_refused("{}", JSONLD_VERIFY, "nothing in it");
	assert_refused("{\"@context\":[" V2 ",{\"a\":\"urn:a\"}],\"a\":1}", JSONLD_VERIFY,
		"@context: every item");
	assert_refused("{\"@context\":\"https://x.example/v1\",\"a\":1}", JSONLD_VERIFY,
		"@context: every item");
	assert_refused("{\"@context\":[" V2
		       ",\"https://www.w3.org/2018/credentials/v1\"],\"name\":\"a\"}",
		JSONLD_VERIFY, "protected term");
}

static void issuers_are_held_to_more(void **state)
{
	static const struct {
		const char *text;
		const char *reason;
	} strict[] = {
		{"{\"@context\":[" V2 "," OB3 "],\"id\":\"urn:x:1\",\"endorsementJwt\":[\"e\"]}",
			"endorsementJwt: not in every copy"},
		{"{\"@context\":" V2 ",\"id\":\"urn:x:1\",\"urn:p\":1e-7}",
			"urn:p: a number below"},
		{"{\"@context\":" V2 ",\"id\":\"urn:x:1\",\"urn:p\":0.1234567890123456}",
			"more than 15 digits"},
		{"{\"@context\":" V2 ",\"id\":\"urn:x:1\",\"urn:p\":{\"@list\":[]}}",
			"urn:p: an empty list"}};
	struct arena *a = arena_new(16 << 20);
	struct str got;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(strict); i++) {
		assert_refused(strict[i].text, JSONLD_ISSUE, strict[i].reason);
		assert_ok(convert(a, strict[i].text, (struct jsonld_input){.use = JSONLD_VERIFY},
				  &got, &err),
			err);
	}
	arena_free(&a);
}

static void contexts_are_pinned_by_hash(void **state)
{
	(void)state;
	assert_string_equal(jsonld_context_hash(STR("https://www.w3.org/ns/credentials/v2")),
		"b463c8d6a066214123ddd9827b135e1b50e1fc73322cc52a9b12a4f1fc7d86cf");
	assert_null(jsonld_context_hash(STR("https://www.w3.org/ns/credentials/v3")));
}

static void limits_hold(void **state)
{
	struct arena *a = arena_new(20000);
	struct str got = {NULL, 0};
	struct err err = {0};

	(void)state;
	assert_int_equal(convert(a,
				 "{\"@context\":" V2 ",\"id\":\"urn:x:1\",\"urn:p\":[1,2,3,4,5,6,7,"
				 "8,9,10,11,12,13,14,15,16,17,18,"
				 "19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,"
				 "40,41,42,43,44,45,46,47,48,49]}",
				 (struct jsonld_input){.use = JSONLD_VERIFY}, &got, &err),
		RC_LIMIT);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms_mean_what_their_contexts_say),
		cmocka_unit_test(contexts_by_type_end_at_child_nodes),
		cmocka_unit_test(proofs_are_graphs_of_their_own),
		cmocka_unit_test(the_proof_is_read_with_the_credentials_contexts),
		cmocka_unit_test(lists_keep_their_order),
		cmocka_unit_test(value_objects_are_literals),
		cmocka_unit_test(prefixes_of_version_1_1_work),
		cmocka_unit_test(what_would_be_lost_is_refused),
		cmocka_unit_test(issuers_are_held_to_more),
		cmocka_unit_test(contexts_are_pinned_by_hash),
		cmocka_unit_test(limits_hold),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: Apache-2.0
/* Judging pass certificates: each fault that a phone would not explain has its sentence. */
#include "base/file.h"
#include "base/text.h"
#include "tests/harness/harness.h"
#include "trust/pass_chain.h"
#include "trust/pass_identity.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW ((int64_t)1781481600)
#define DAY ((int64_t)86400)

static struct pass_chain chain;
static struct pass_chain other;

static int start(void **state)
{
	struct err err = {0};

	(void)state;
	(void)ossl_open();
	assert_ok(
		pass_chain_make(
			STR("An organization with a name that is far too long for X.520, and more"),
			NOW, &chain, &err),
		err);
	assert_ok(pass_chain_make(STR(""), NOW, &other, &err), err);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	pass_chain_free(&chain);
	pass_chain_free(&other);
	return 0;
}

static struct pass_identity judge(EVP_PKEY *key, X509 *leaf, X509 *intermediate, int64_t now_s)
{
	struct pass_identity id = {.key = key, .certificate = leaf, .intermediate = intermediate};

	pass_identity_check(&id, now_s);
	return id;
}

static void assert_problem(const struct pass_identity *id, const char *words)
{
	for (size_t i = 0; i < id->problems.count; i++) {
		if (strstr(id->problems.note[i], words) != NULL)
			return;
	}
	fail_msg("no problem says \"%s\"; the first of %zu: %s", words, id->problems.count,
		id->problems.note[0]);
}

static void the_throwaway_chain_is_sound(void **state)
{
	struct pass_identity id = judge(chain.key, chain.leaf, chain.intermediate, NOW);

	(void)state;
	if (id.problems.count != 0)
		fail_msg("%s", id.problems.note[0]);
	assert_int_equal(id.warnings.count, 0);
	assert_string_equal(id.type_id, PASS_CHAIN_TYPE_ID);
	assert_string_equal(id.team_id, PASS_CHAIN_TEAM_ID);
	assert_int_equal(id.not_before_s, NOW - DAY);
	assert_true(id.not_after_s > NOW + 3600 * DAY);
}

static void its_names_say_what_it_is(void **state)
{
	X509 *const all[] = {chain.leaf, chain.intermediate, chain.root};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
		char name[512];

		X509_NAME_oneline(X509_get_subject_name(all[i]), name, sizeof name);
		assert_non_null(strstr(name, "DEMO"));
		assert_non_null(strstr(name, "not Apple"));
	}
}

static void says_what_is_wrong(void **state)
{
	struct pass_identity id = judge(other.key, chain.leaf, chain.intermediate, NOW);

	(void)state;
	assert_problem(&id, "pass.key does not belong to pass.pem");
	id = judge(chain.key, chain.leaf, other.intermediate, NOW);
	assert_problem(&id, "not issued by the one in wwdr.pem: it names \"DEMO Apple Worldwide");
	id = judge(chain.key, chain.leaf, chain.root, NOW);
	assert_problem(&id, "wwdr.pem is \"Throwaway Root for certfill DEMO, DEMO");
	id = judge(chain.key, chain.root, chain.intermediate, NOW);
	assert_problem(&id, "names no pass type");
	assert_problem(&id, "its UID is \"\"");
	assert_problem(&id, "its OU is \"DEMO Certification Authority (not Apple)\"");
	id = judge(NULL, chain.leaf, chain.intermediate, NOW);
	assert_problem(&id, "no certificate for wallet passes");
}

static void says_when_it_ends(void **state)
{
	struct pass_identity id = judge(chain.key, chain.leaf, chain.intermediate, NOW - 2 * DAY);
	int64_t end = judge(chain.key, chain.leaf, chain.intermediate, NOW).not_after_s;

	(void)state;
	assert_problem(&id, "not valid yet, only from 2026-06-14 on");
	id = judge(chain.key, chain.leaf, chain.intermediate, end + 1);
	assert_problem(&id, "ended on 2036-06-");
	id = judge(chain.key, chain.leaf, chain.intermediate, end - 29 * DAY);
	assert_int_equal(id.problems.count, 0);
	/* Both: they were made together. */
	assert_int_equal(id.warnings.count, 2);
	assert_non_null(strstr(id.warnings.note[0], "renew it soon"));
	assert_non_null(strstr(id.warnings.note[1], "the WWDR certificate ends on 2036-06-"));
	id = judge(chain.key, chain.leaf, chain.intermediate, end - 31 * DAY);
	assert_int_equal(id.warnings.count, 0);
}

static void write_pem(
	const char *dir, const char *name, X509 *cert, EVP_PKEY *key, const char *passphrase)
{
	AUTO(BIO) out = BIO_new(BIO_s_mem());
	char *text;
	long n;

	if (cert != NULL)
		assert_int_equal(PEM_write_bio_X509(out, cert), 1);
	else
		assert_int_equal(
			PEM_write_bio_PKCS8PrivateKey(out, key,
				passphrase != NULL ? EVP_aes_128_cbc() : NULL, passphrase,
				passphrase != NULL ? (int)strlen(passphrase) : 0, NULL, NULL),
			1);
	n = BIO_get_mem_data(out, &text);
	harness_write(dir, name, (struct bytes){(uint8_t *)text, (size_t)n});
}

static struct pass_identity read_directory(const char *dir)
{
	struct pass_identity id;
	AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	pass_identity_of_directory(&id, fd);
	pass_identity_check(&id, NOW);
	return id;
}

static void reads_the_operators_files(void **state)
{
	char *dir = harness_make_dir();
	char path[4200];
	struct pass_identity id;

	(void)state;
	(void)text_fmt(path, sizeof path, "%s/pass.key", dir);
	write_pem(dir, "pass.pem", chain.leaf, NULL, NULL);
	write_pem(dir, "wwdr.pem", chain.intermediate, NULL, NULL);
	write_pem(dir, "pass.key", NULL, chain.key, NULL);
	assert_int_equal(chmod(path, 0644), 0);
	id = read_directory(dir);
	assert_problem(&id, "chmod 600");
	pass_identity_free(&id);
	assert_int_equal(chmod(path, 0600), 0);
	id = read_directory(dir);
	if (id.problems.count != 0)
		fail_msg("%s", id.problems.note[0]);
	assert_false(id.throwaway);
	pass_identity_free(&id);
	write_pem(dir, "pass.key", NULL, chain.key, "secret");
	assert_int_equal(chmod(path, 0600), 0);
	id = read_directory(dir);
	assert_problem(&id, "without a passphrase");
	pass_identity_free(&id);
	harness_remove(&dir);
}

static void refuses_broken_der(void **state)
{
	struct pass_identity id;
	struct err err = {0};
	struct bytes junk = bytes_of(STR("0\x03junk"));

	(void)state;
	assert_int_equal(pass_identity_of_der(&id, junk, junk, junk, junk, &err), RC_INPUT);
	assert_null(id.key);
}

/* Every certificate counts, and so does that the root is there, which marks a throwaway chain. */
static void the_digest_covers_the_whole_chain(void **state)
{
	struct pass_identity ids[] = {
		{.certificate = chain.leaf, .intermediate = chain.intermediate, .root = chain.root},
		{.certificate = chain.leaf, .intermediate = chain.intermediate},
		{.certificate = other.leaf, .intermediate = chain.intermediate, .root = chain.root},
		{.certificate = chain.leaf, .intermediate = other.intermediate, .root = chain.root},
		{.certificate = chain.leaf, .intermediate = chain.intermediate, .root = other.root},
		{.certificate = chain.leaf}};
	static const uint8_t zeros[HASH_SHA256_LEN];
	uint8_t digests[ARRAY_COUNT(ids)][HASH_SHA256_LEN];
	uint8_t again[HASH_SHA256_LEN];
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(ids); i++) {
		assert_ok(pass_identity_digest(&ids[i], digests[i], &err), err);
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(digests[i], digests[k], HASH_SHA256_LEN);
	}
	assert_ok(pass_identity_digest(&ids[0], again, &err), err);
	assert_memory_equal(again, digests[0], HASH_SHA256_LEN);
	assert_memory_equal(digests[ARRAY_COUNT(ids) - 1], zeros, HASH_SHA256_LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_throwaway_chain_is_sound),
		cmocka_unit_test(its_names_say_what_it_is),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(says_when_it_ends),
		cmocka_unit_test(reads_the_operators_files),
		cmocka_unit_test(refuses_broken_der),
		cmocka_unit_test(the_digest_covers_the_whole_chain),
	};

	harness_start();
	return cmocka_run_group_tests(tests, start, stop);
}

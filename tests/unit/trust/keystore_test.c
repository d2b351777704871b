// SPDX-License-Identifier: Apache-2.0
/* Keys on disk and in memory: made once, loaded whole, by purpose. */
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "tests/harness/harness.h"
#include "trust/keyfile.h"
#include "trust/keymake.h"
#include "trust/keystore.h"
#include "trust/pass_chain.h"

#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW ((int64_t)1781481600)
#define DAY ((int64_t)86400)

static char *dir;
static int dir_fd;
static struct keyring ring;

static const struct keystore_place *at(const char *tenant)
{
	static struct keystore_place place;

	place = (struct keystore_place){.dir_fd = dir_fd, .tenant = str_of(tenant)};
	return &place;
}

static int start(void **state)
{
	struct err err = {0};

	(void)state;
	(void)ossl_open();
	dir = harness_make_dir();
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_ok(keystore_file.make(at("t"), STR("Org"), NOW, &err), err);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	(void)close(dir_fd);
	harness_remove(&dir);
	return 0;
}

static enum rc load(int64_t now_s, struct err *err)
{
	return keystore_open(&keystore_file, at("t"), now_s, &ring, err);
}

static int unload(void **state)
{
	(void)state;
	keyring_clear(&ring);
	return 0;
}

static void the_table_knows_the_file_backend(void **state)
{
	(void)state;
	assert_ptr_equal(keystore_find(STR("file")), &keystore_file);
	assert_null(keystore_find(STR("pkcs11")));
}

static void only_we_can_read_it(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(fstatat(dir_fd, "t/keys", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(fstatat(dir_fd, "t", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

/* RFC 8032, section 7.1, test 1, through the ring's own way of signing. */
static void signs_as_rfc_8032_says(void **state)
{
	static const char seed[] =
		"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
	static const char want[] = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e0652249015"
				   "55fb8821590a33bacc61e39701cf9b46b"
				   "d25bf5f0595bbe24655141438e7a100b";
	const struct key *key;
	struct key test;
	uint8_t raw[32];
	uint8_t signature[64];
	uint8_t expected[64];
	struct err err = {0};

	(void)state;
	assert_ok(load(NOW, &err), err);
	key = keyring_find(&ring, KEY_ASSERT, STR(""));
	test = *key;
	harness_unhex(seed, raw, sizeof raw);
	harness_unhex(want, expected, sizeof expected);
	test.handle = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, raw, sizeof raw);
	assert_ok(key_sign(&test, (struct bytes){(const uint8_t *)"", 0}, signature, &err), err);
	assert_memory_equal(signature, expected, sizeof expected);
	EVP_PKEY_free(test.handle);
}

/* How often bytes stand in this process's ordinary heap. */
static unsigned count_in_heap(struct bytes what)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	unsigned count = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof line, maps) != NULL) {
		unsigned long from;
		unsigned long to;

		if (strstr(line, "[heap]") == NULL || sscanf(line, "%lx-%lx", &from, &to) != 2)
			continue;
		for (const uint8_t *at = (const uint8_t *)from;
			(at = memmem(at, to - (uintptr_t)at, what.p, what.n)) != NULL; at++)
			count++;
	}
	(void)fclose(maps);
	return count;
}

/* Neither loaded keys nor what OpenSSL gave back lies where swapping and stray reads could find it. */
static void leaves_no_copy_in_the_heap(void **state)
{
	static struct keyfile file;
	AUTO_FD fd = openat(dir_fd, "t/keys", O_RDONLY | O_CLOEXEC);
	AUTO_SECRET text = NULL;
	struct stat st;
	struct err err = {0};

	(void)state;
	assert_ok(load(NOW, &err), err);
	assert_int_equal(fstat(fd, &st), 0);
	text = secret_new((size_t)st.st_size);
	assert_ok(file_pread(fd, "keys", 0, secret_room(text), (size_t)st.st_size, &err), err);
	assert_ok(keyfile_parse(secret_bytes(text), &file, &err), err);
	for (size_t i = 0; i < file.key_count; i++) {
		struct bytes half = file.keys[i].private_half;
		/* Past what an RSA key shows in public: version, modulus, exponent. */
		struct bytes piece = {half.p + (half.n > 32 ? 300 : 8), 16};

		if (count_in_heap(piece) != 0)
			fail_msg("key %zu (purpose %u) lies in the heap", i, file.keys[i].purpose);
	}
#ifndef WITH_SANITIZER /* AddressSanitizer's heap is elsewhere */
	/* The search itself finds what is there. */
	assert_true(count_in_heap((struct bytes){(const uint8_t *)dir, strlen(dir)}) >= 1);
#endif
}

static void finds_keys_by_purpose_and_time(void **state)
{
	const struct key *key = NULL;
	struct err err = {0};

	(void)state;
	assert_ok(load(NOW, &err), err);
	assert_ok(keyring_active(&ring, KEY_ASSERT, NOW, &key, &err), err);
	assert_true(key->signs);
	assert_ptr_equal(keyring_find(&ring, KEY_ASSERT, str_of(key->kid)), key);
	assert_null(keyring_find(&ring, KEY_RECORD, str_of(key->kid)));
	assert_int_equal(
		keyring_active(&ring, KEY_ASSERT, NOW + KEY_SIGN_S + 1, &key, &err), RC_INPUT);
	assert_non_null(strstr(err.text, "rotate"));
	assert_int_equal(keyring_active(&ring, KEY_ASSERT, NOW - 2 * DAY, &key, &err), RC_INPUT);
	/* Secrets of different purposes are different, and not zero. */
	assert_memory_not_equal(secret_bytes(keyring_find(&ring, KEY_TOKEN, STR(""))->secret).p,
		secret_bytes(keyring_find(&ring, KEY_DATA, STR(""))->secret).p, 32);
}

static void prefers_the_newest_key_that_has_begun(void **state)
{
	const struct key *key = NULL;
	struct err err = {0};

	(void)state;
	assert_ok(load(NOW, &err), err);
	ring.keys[ring.key_count] = *keyring_find(&ring, KEY_ASSERT, STR(""));
	ring.keys[ring.key_count].kid[0] = 'n';
	ring.keys[ring.key_count].not_before_s = NOW + 10 * DAY;
	ring.keys[ring.key_count].sign_until_s = NOW + 20 * DAY;
	assert_ok(keyring_active(&ring, KEY_ASSERT, NOW, &key, &err), err);
	ring.key_count++;
	assert_ptr_not_equal(key, &ring.keys[ring.key_count - 1]);
	assert_ok(keyring_active(&ring, KEY_ASSERT, NOW + 11 * DAY, &key, &err), err);
	assert_ptr_equal(key, &ring.keys[ring.key_count - 1]);
	ring.key_count--; /* its handle belongs to the other */
}

static void warns_before_the_end(void **state)
{
	struct err err = {0};

	(void)state;
	assert_ok(load(NOW + KEY_SIGN_S - 10 * DAY, &err), err);
	assert_true(ring.warnings.count >= 1);
	assert_non_null(strstr(ring.warnings.note[0], "may sign until"));
	keyring_clear(&ring);
	assert_ok(load(NOW + KEY_SIGN_S + 10 * DAY, &err), err);
	assert_non_null(strstr(ring.warnings.note[0], "no signing key may sign today"));
}

/* ---- changes ---- */

static uint32_t count_of(enum key_purpose purpose)
{
	uint32_t n = 0;

	for (size_t i = 0; i < ring.key_count; i++)
		n += ring.keys[i].purpose == purpose;
	return n;
}

static void adds_a_key_once_and_lets_it_begin_after_the_overlap(void **state)
{
	struct keystore_add add = {
		.purposes = 1U << KEY_ASSERT, .now_s = NOW, .overlap_s = KEY_OVERLAP_S};
	const struct key *first = NULL;
	const struct key *key = NULL;
	char kid[65];
	struct err err = {0};

	(void)state;
	assert_ok(load(NOW, &err), err);
	assert_ok(keyring_active(&ring, KEY_ASSERT, NOW, &first, &err), err);
	memcpy(kid, first->kid, sizeof kid);
	keyring_clear(&ring);
	assert_ok(keystore_file.add(at("t"), &add, &err), err);
	add.now_s++;
	assert_ok(keystore_file.add(at("t"), &add, &err), err);
	assert_ok(load(NOW, &err), err);
	assert_int_equal(count_of(KEY_ASSERT), 2);
	assert_int_equal(count_of(KEY_RECORD), 1);
	assert_ok(keyring_active(&ring, KEY_ASSERT, NOW + KEY_OVERLAP_S - 1, &key, &err), err);
	assert_string_equal(key->kid, kid);
	assert_int_equal(key->last_s, NOW + KEY_OVERLAP_S + KEY_GRACE_S);
	assert_ok(keyring_active(&ring, KEY_ASSERT, NOW + KEY_OVERLAP_S, &key, &err), err);
	assert_string_not_equal(key->kid, kid);
}

static void refuses_short_overlaps_and_secrets(void **state)
{
	struct keystore_add add = {
		.purposes = 1U << KEY_ASSERT, .now_s = NOW, .overlap_s = KEY_OVERLAP_S - 1};
	struct err err = {0};

	(void)state;
	assert_int_equal(keystore_file.add(at("t"), &add, &err), RC_INPUT);
	add.overlap_s = KEY_OVERLAP_S;
	add.purposes = 1U << KEY_TOKEN;
	assert_int_equal(keystore_file.add(at("t"), &add, &err), RC_INPUT);
	add.purposes = 1U << KEY_JWT;
	assert_int_equal(keystore_file.add(at("t"), &add, &err), RC_INPUT);
	assert_non_null(strstr(err.text, "RS256 or ES256"));
}

/* Signs and checks with the public half alone, as an outsider would. */
static void assert_jws_holds(const struct key *key)
{
	struct buf out = buf_new(1024);
	struct bytes text = bytes_of(STR("header.payload"));
	AUTO(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	AUTO(EVP_PKEY) public = NULL;
	struct err err = {0};
	unsigned char *der = NULL;
	const unsigned char *from;
	int n = i2d_PUBKEY(key->handle, &der);

	from = der;
	public = d2i_PUBKEY(NULL, &from, n);
	OPENSSL_free(der);
	assert_ok(key_sign_jws(key, text, &out, &err), err);
	assert_int_equal(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, public), 1);
	if (key_alg(key) == JWK_RS256) {
		assert_int_equal(out.n, key->public_len);
		assert_int_equal(EVP_DigestVerify(ctx, out.p, out.n, text.p, text.n), 1);
	} else {
		ECDSA_SIG *sig = ECDSA_SIG_new();
		unsigned char *sig_der = NULL;
		int sig_n;

		assert_int_equal(out.n, 64);
		assert_int_equal(ECDSA_SIG_set0(sig, BN_bin2bn(out.p, 32, NULL),
					 BN_bin2bn(out.p + 32, 32, NULL)),
			1);
		sig_n = i2d_ECDSA_SIG(sig, &sig_der);
		assert_int_equal(EVP_DigestVerify(ctx, sig_der, (size_t)sig_n, text.p, text.n), 1);
		OPENSSL_free(sig_der);
		ECDSA_SIG_free(sig);
	}
	buf_free(&out);
}

static void keys_for_jwts_sign(void **state)
{
	struct keystore_add add = {.purposes = 1U << KEY_JWT,
		.jwt_alg = JWK_RS256,
		.now_s = NOW,
		.overlap_s = KEY_OVERLAP_S,
		.fresh = true};
	const struct key *key = NULL;
	struct err err = {0};

	(void)state;
	assert_ok(keystore_file.add(at("t"), &add, &err), err);
	add.jwt_alg = JWK_ES256;
	assert_ok(keystore_file.add(at("t"), &add, &err), err);
	assert_ok(load(NOW, &err), err);
	assert_int_equal(count_of(KEY_JWT), 2);
	/* The first one of a fresh tenant signs at once, the second is announced. */
	assert_ok(keyring_active(&ring, KEY_JWT, NOW, &key, &err), err);
	assert_int_equal(key_alg(key), JWK_RS256);
	assert_jws_holds(key);
	assert_ok(keyring_active(&ring, KEY_JWT, NOW + KEY_OVERLAP_S, &key, &err), err);
	assert_int_equal(key_alg(key), JWK_ES256);
	assert_jws_holds(key);
}

static void a_compromised_key_is_destroyed_and_followed(void **state)
{
	const struct key *key = NULL;
	const struct key *urgent = NULL;
	char kid[65];
	struct err err = {0};

	(void)state;
	assert_ok(load(NOW, &err), err);
	assert_ok(keyring_active(&ring, KEY_RECORD, NOW, &key, &err), err);
	memcpy(kid, key->kid, sizeof kid);
	keyring_clear(&ring);
	assert_int_equal(keystore_file.compromise(at("t"), STR("nobody"), NOW, KEY_OVERLAP_S, &err),
		RC_INPUT);
	for (int i = 0; i < 2; i++)
		assert_ok(keystore_file.compromise(
				  at("t"), str_of(kid), NOW + i, KEY_OVERLAP_S, &err),
			err);
	assert_ok(load(NOW, &err), err);
	key = keyring_find(&ring, KEY_RECORD, str_of(kid));
	assert_non_null(key);
	assert_null(key->handle);
	assert_int_equal(key->compromised_s, NOW);
	assert_int_equal(key->public_len, 32);
	assert_int_equal(count_of(KEY_RECORD), 2);
	assert_int_equal(keyring_active(&ring, KEY_RECORD, NOW, &key, &err), RC_INPUT);
	assert_ok(keyring_active(&ring, KEY_RECORD, NOW + KEY_OVERLAP_S, &key, &err), err);
	assert_ok(keyring_urgent(&ring, KEY_RECORD, NOW, &urgent, &err), err);
	assert_ptr_equal(urgent, key);
	/* Without a compromise nothing is urgent enough to sign before its day. */
	assert_ok(keyring_urgent(&ring, KEY_ASSERT, NOW, &urgent, &err), err);
	assert_int_equal(keyring_urgent(&ring, KEY_ASSERT, NOW - 2 * DAY, &urgent, &err), RC_INPUT);
}

/* Many processes at once, as two schedules or an impatient person would. */
static void two_at_once_announce_one(void **state)
{
	struct err err = {0};
	pid_t pids[4];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(pids); i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct keystore_add add = {.purposes = 1U << KEY_RECEIPT,
				.now_s = NOW,
				.overlap_s = KEY_OVERLAP_S};

			_exit(keystore_file.add(at("t"), &add, NULL) == RC_OK ? 0 : 1);
		}
	}
	for (size_t i = 0; i < ARRAY_COUNT(pids); i++) {
		int status = -1;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	assert_ok(load(NOW, &err), err);
	assert_int_equal(count_of(KEY_RECEIPT), 2);
}

/* What a killed writer left holds private halves: the next change takes it away. */
static void removes_what_a_crash_left(void **state)
{
	struct keystore_add add = {
		.purposes = 1U << KEY_LOG, .now_s = NOW, .overlap_s = KEY_OVERLAP_S};
	AUTO_FD fd = openat(
		dir_fd, "t/.keys.0011223344556677.tmp", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct err err = {0};

	(void)state;
	assert_true(fd >= 0);
	assert_ok(keystore_file.add(at("t"), &add, &err), err);
	assert_int_equal(
		faccessat(dir_fd, "t/.keys.0011223344556677.tmp", F_OK, AT_SYMLINK_NOFOLLOW), -1);
}

static void refuses_to_make_twice(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(keystore_file.make(at("t"), STR("Org"), NOW, &err), RC_INPUT);
	assert_non_null(strstr(err.text, "never overwritten"));
}

static void refuses_open_directories_and_links(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(fchmodat(dir_fd, "t", 0750, 0), 0);
	assert_int_equal(load(NOW, &err), RC_INPUT);
	assert_non_null(strstr(err.text, "chmod 700"));
	assert_int_equal(fchmodat(dir_fd, "t", 0700, 0), 0);
	assert_int_equal(symlinkat("t", dir_fd, "linked"), 0);
	assert_int_not_equal(keystore_open(&keystore_file, at("linked"), NOW, &ring, &err), RC_OK);
	assert_int_equal(keystore_open(&keystore_file, at("nobody"), NOW, &ring, &err), RC_INPUT);
	assert_non_null(strstr(err.text, "restore a backup"));
}

static void checks_tenant_names(void **state)
{
	static const char *const bad[] = {"", ".", "..", "-a", "_a", "a/b", "a b", "\xC3\xA9",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	struct err err = {0};

	(void)state;
	assert_ok(keyring_check_tenant(STR("Uni-1.example_x"), &err), err);
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_int_equal(keyring_check_tenant(str_of(bad[i]), &err), RC_INPUT);
}

/* What the operator put there counts, and what is wrong with it is said; the throwaway chain does not stand in. */
static void an_apple_directory_takes_over(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(mkdirat(dir_fd, "t/apple", 0700), 0);
	harness_write(dir, "t/apple/pass.pem", bytes_of(STR("hello")));
	assert_ok(load(NOW, &err), err);
	assert_false(ring.pass.throwaway);
	assert_int_equal(ring.pass.problems.count, 3);
	assert_string_equal(
		ring.pass.problems.note[0], "apple/pass.pem holds no certificate in PEM form");
	assert_non_null(strstr(ring.pass.problems.note[1], "apple/wwdr.pem cannot be opened"));
	assert_int_equal(unlinkat(dir_fd, "t/apple/pass.pem", 0), 0);
	assert_int_equal(unlinkat(dir_fd, "t/apple", AT_REMOVEDIR), 0);
}

static void assert_apple_is_a_problem(const char *words)
{
	struct err err = {0};

	assert_ok(load(NOW, &err), err);
	assert_false(ring.pass.throwaway);
	assert_null(ring.pass.key);
	assert_int_equal(ring.pass.problems.count, 1);
	if (strstr(ring.pass.problems.note[0], "apple/") == NULL
		|| strstr(ring.pass.problems.note[0], words) == NULL)
		fail_msg("%s", ring.pass.problems.note[0]);
	keyring_clear(&ring);
}

static void an_apple_that_is_no_directory_is_told(void **state)
{
	struct err err = {0};

	(void)state;
	harness_write(dir, "t/apple", bytes_of(STR("hello")));
	assert_apple_is_a_problem("Not a directory");
	assert_int_equal(unlinkat(dir_fd, "t/apple", 0), 0);
	assert_int_equal(symlinkat("nowhere", dir_fd, "t/apple"), 0);
	assert_apple_is_a_problem("No such file");
	assert_int_equal(unlinkat(dir_fd, "t/apple", 0), 0);
	assert_int_equal(symlinkat("apple", dir_fd, "t/apple"), 0);
	assert_apple_is_a_problem("symbolic links");
	assert_int_equal(unlinkat(dir_fd, "t/apple", 0), 0);
	assert_ok(load(NOW, &err), err);
	assert_true(ring.pass.throwaway);
	assert_int_equal(ring.pass.problems.count, 0);
}

/* 0 when a directory of mode 0 becomes the one problem; otherwise the step that failed. */
static int load_closed_apple(void *argument)
{
	char *own = harness_make_dir();
	AUTO_FD fd = open(own, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct keystore_place place = {.dir_fd = fd, .tenant = STR("t")};
	int failed = 0;

	(void)argument;
	if (keystore_file.make(&place, STR("Org"), NOW, NULL) != RC_OK
		|| mkdirat(fd, "t/apple", 0) != 0)
		failed = 1;
	else if (keystore_open(&keystore_file, &place, NOW, &ring, NULL) != RC_OK)
		failed = 2;
	else if (ring.pass.throwaway || ring.pass.problems.count != 1)
		failed = 3;
	else if (strstr(ring.pass.problems.note[0], "apple/") == NULL
		|| strstr(ring.pass.problems.note[0], "Permission denied") == NULL)
		failed = 4;
	keyring_clear(&ring);
	if (fchmodat(fd, "t/apple", 0700, 0) != 0)
		failed = 1;
	harness_remove(&own);
	return failed;
}

static void a_closed_apple_directory_is_told(void **state)
{
	(void)state;
	assert_int_equal(harness_as_nobody(load_closed_apple, NULL), 0);
}

static void write_pem(const char *name, X509 *cert, EVP_PKEY *key)
{
	AUTO(BIO) out = BIO_new(BIO_s_mem());
	char *text;
	long n;

	if (cert != NULL)
		assert_int_equal(PEM_write_bio_X509(out, cert), 1);
	else
		assert_int_equal(
			PEM_write_bio_PKCS8PrivateKey(out, key, NULL, NULL, 0, NULL, NULL), 1);
	n = BIO_get_mem_data(out, &text);
	harness_write(dir, name, (struct bytes){(uint8_t *)text, (size_t)n});
}

/* Puts the certificate of one chain and the key of another below t/apple. */
static void install(const struct pass_chain *of, const struct pass_chain *key_of)
{
	if (faccessat(dir_fd, "t/apple", F_OK, 0) != 0)
		assert_int_equal(mkdirat(dir_fd, "t/apple", 0700), 0);
	write_pem("t/apple/pass.pem", of->leaf, NULL);
	write_pem("t/apple/wwdr.pem", of->intermediate, NULL);
	write_pem("t/apple/pass.key", NULL, key_of->key);
	assert_int_equal(fchmodat(dir_fd, "t/apple/pass.key", 0600, 0), 0);
}

/* Loads, and the pass key as control is told of it; a purpose of 0 when it is told of none. */
static struct wire_key told_pass_key(struct arena *a)
{
	struct wire_keys_are told;
	struct err err = {0};

	keyring_clear(&ring);
	assert_ok(load(NOW, &err), err);
	assert_ok(keyring_describe(&ring, a, &told, &err), err);
	for (uint32_t i = 0; i < told.keys.count; i++) {
		if (told.keys.items[i].purpose == KEY_PASS)
			return (struct wire_key){.purpose = KEY_PASS,
				.kid = str_dup(a, told.keys.items[i].kid),
				.public_key = told.keys.items[i].public_key};
	}
	return (struct wire_key){0};
}

static void assert_named_after(const struct wire_key *key, X509 *cert)
{
	OSSL_AUTO_DER der = NULL;
	int n = i2d_X509(cert, &der);
	uint8_t digest[HASH_SHA256_LEN];
	char want[6 + 16 + 1] = "apple-";

	assert_true(n > 0);
	hash_sha256((struct bytes){der, (size_t)n}, digest);
	text_hex((struct bytes){digest, 8}, want + 6);
	assert_int_equal(key->purpose, KEY_PASS);
	assert_true(str_eq_cz(key->kid, want));
}

/* The ledger refuses another public half under a kid that it knows. */
static void a_renewed_certificate_is_a_new_key(void **state)
{
	struct arena *a = arena_new((size_t)1 << 20);
	struct pass_chain old = {0};
	struct pass_chain renewed = {0};
	struct wire_key throwaway = told_pass_key(a);
	struct wire_key before;
	struct wire_key after;
	struct err err = {0};

	(void)state;
	assert_false(str_starts(throwaway.kid, STR("apple")));
	assert_ok(pass_chain_make(STR("Org"), NOW, &old, &err), err);
	assert_ok(pass_chain_make(STR("Org"), NOW, &renewed, &err), err);
	install(&old, &old);
	before = told_pass_key(a);
	assert_named_after(&before, old.leaf);
	after = told_pass_key(a);
	assert_true(str_eq(before.kid, after.kid));
	/* Halfway through a renewal there is no pair to tell of. */
	install(&renewed, &old);
	assert_int_equal(told_pass_key(a).purpose, 0);
	assert_int_equal(ring.pass.problems.count, 1);
	assert_non_null(strstr(ring.pass.problems.note[0], "pass.key does not belong"));
	install(&renewed, &renewed);
	after = told_pass_key(a);
	assert_named_after(&after, renewed.leaf);
	assert_false(str_eq(before.kid, after.kid));
	assert_false(str_eq(bytes_text(before.public_key), bytes_text(after.public_key)));
	assert_int_equal(unlinkat(dir_fd, "t/apple/pass.pem", 0), 0);
	assert_int_equal(unlinkat(dir_fd, "t/apple/wwdr.pem", 0), 0);
	assert_int_equal(unlinkat(dir_fd, "t/apple/pass.key", 0), 0);
	assert_int_equal(unlinkat(dir_fd, "t/apple", AT_REMOVEDIR), 0);
	pass_chain_free(&old);
	pass_chain_free(&renewed);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_knows_the_file_backend),
		cmocka_unit_test(only_we_can_read_it),
		cmocka_unit_test_teardown(signs_as_rfc_8032_says, unload),
		cmocka_unit_test_teardown(leaves_no_copy_in_the_heap, unload),
		cmocka_unit_test_teardown(finds_keys_by_purpose_and_time, unload),
		cmocka_unit_test_teardown(prefers_the_newest_key_that_has_begun, unload),
		cmocka_unit_test_teardown(warns_before_the_end, unload),
		cmocka_unit_test(refuses_to_make_twice),
		cmocka_unit_test(adds_a_key_once_and_lets_it_begin_after_the_overlap),
		cmocka_unit_test(refuses_short_overlaps_and_secrets),
		cmocka_unit_test(keys_for_jwts_sign),
		cmocka_unit_test(a_compromised_key_is_destroyed_and_followed),
		cmocka_unit_test(two_at_once_announce_one),
		cmocka_unit_test(removes_what_a_crash_left),
		cmocka_unit_test_teardown(refuses_open_directories_and_links, unload),
		cmocka_unit_test(checks_tenant_names),
		cmocka_unit_test_teardown(an_apple_directory_takes_over, unload),
		cmocka_unit_test_teardown(an_apple_that_is_no_directory_is_told, unload),
		cmocka_unit_test(a_closed_apple_directory_is_told),
		cmocka_unit_test_teardown(a_renewed_certificate_is_a_new_key, unload),
	};

	harness_start();
	return cmocka_run_group_tests(tests, start, stop);
}

// SPDX-License-Identifier: Apache-2.0
/*
 * Where private halves lie in a real certfill-sign that has used them all: every readable mapping is
 * searched for every one, and each place found must be locked and left out of core dumps (VmFlags lo
 * and dd of /proc/PID/smaps, proc(5)). Wants the rights to read another process's memory.
 */
#include "base/mem.h"
#include "base/text.h"
#include "tests/worker/sign_sample.h"
#include "trust/keyfile.h"
#include "trust/ossl.h"

#include <inttypes.h>
#include <openssl/core_names.h>
#include <stdio.h>

#define NEEDLES_MAX 64
/* Of each number: enough to be no accident, and no more than a 32-byte key has. */
#define NEEDLE_LEN 24
#define BLOCK_LEN ((size_t)1 << 20)

struct needle {
	char what[48];
	uint8_t bytes[NEEDLE_LEN];
	uint32_t found;
};

static struct sample sample;
static struct needle needles[NEEDLES_MAX];
static size_t needle_count;
static uint32_t lies_open; /* found in memory that is not locked, or dumped */

static void add_needle(const char *what, const uint8_t *bytes)
{
	struct needle *n = &needles[needle_count++];

	CHECK(needle_count < NEEDLES_MAX);
	(void)text_fmt(n->what, sizeof n->what, "%s", what);
	memcpy(n->bytes, bytes, NEEDLE_LEN);
}

/* As DER writes it, and as OpenSSL works with it: words from the least significant on. */
static void add_number(const EVP_PKEY *pkey, const char *param)
{
	BIGNUM *n = NULL;
	uint8_t big[256];
	uint8_t little[256];
	char what[48];

	assert_int_equal(EVP_PKEY_get_bn_param(pkey, param, &n), 1);
	assert_true(BN_num_bytes(n) >= 100);
	assert_true(BN_bn2bin(n, big) > 0);
	assert_true(BN_bn2lebinpad(n, little, sizeof little) > 0);
	(void)text_fmt(what, sizeof what, "%s as DER", param);
	add_needle(what, big + 8);
	(void)text_fmt(what, sizeof what, "%s in words", param);
	add_needle(what, little + 16);
	BN_clear_free(n);
}

static void add_rsa(struct bytes der)
{
	static const char *const params[] = {OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_FACTOR1,
		OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1,
		OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
	const unsigned char *at = der.p;
	AUTO(EVP_PKEY) pkey = d2i_AutoPrivateKey(NULL, &at, (long)der.n);

	assert_non_null(pkey);
	for (size_t i = 0; i < ARRAY_COUNT(params); i++)
		add_number(pkey, params[i]);
}

static void read_needles(void)
{
	static struct keyfile file;
	uint8_t *raw = arena_alloc(sample.a, KEYFILE_LEN_MAX);
	int fd = openat(sample.dir_fd, "uni-example/keys", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, raw, KEYFILE_LEN_MAX);
	struct err err = {0};

	assert_true(fd >= 0 && n > 0);
	(void)close(fd);
	assert_ok(keyfile_parse((struct bytes){raw, (size_t)n}, &file, &err), err);
	for (size_t i = 0; i < file.key_count; i++) {
		const struct keyfile_key *key = &file.keys[i];
		char what[48];

		(void)text_fmt(what, sizeof what, "key of purpose %u", key->purpose);
		if (key->kind == KEYFILE_RSA)
			add_rsa(key->private_half);
		/* The data secret is handed to control, which holds it too (ADR 0015). */
		else if (key->purpose != KEY_DATA)
			add_needle(what, key->private_half.p);
	}
}

/* Uses every key: two rows with passes, a shard would use the record key like the assertion key. */
static void use_keys(void)
{
	struct wire_tokens_ask ask = {.batch = STR(SAMPLE_BATCH)};
	struct wire_ulid ulid = {{1}};
	struct wire_tokens tokens;
	struct err err = {0};

	sample_register(&sample);
	assert_true(sample_sign_one(&sample, sample_row(1)).ok);
	assert_true(sample_sign_one(&sample, sample_row(2)).ok);
	ask.ulids.items = &ulid;
	ask.ulids.count = 1;
	assert_ok(
		sample_ask(&sample, MESSAGE_TOKENS, &ask, MESSAGE_TOKENS_ARE, &tokens, &err), err);
}

struct mapping {
	uint64_t from;
	uint64_t to;
	char name[128];
	bool readable;
	bool safe;
};

/* The next mapping of smaps, with its VmFlags. */
static bool next_mapping(FILE *smaps, struct mapping *out)
{
	char line[512];

	while (fgets(line, sizeof line, smaps) != NULL) {
		char mode[8];
		uint64_t from;
		uint64_t to;

		if (strncmp(line, "VmFlags:", 8) == 0) {
			out->safe = strstr(line, " lo") != NULL && strstr(line, " dd") != NULL;
			return true;
		}
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s", &from, &to, mode) == 3) {
			const char *name = strrchr(line, ' ');

			out->from = from;
			out->to = to;
			out->readable = mode[0] == 'r';
			(void)text_fmt(out->name, sizeof out->name, "%.100s",
				name != NULL ? name + 1 : "");
		}
	}
	return false;
}

static void search_block(const struct mapping *m, const uint8_t *block, size_t n)
{
	for (size_t i = 0; i < needle_count; i++) {
		const uint8_t *at = block;

		while ((at = memmem(at, n - (size_t)(at - block), needles[i].bytes, NEEDLE_LEN))
			!= NULL) {
			needles[i].found++;
			if (!m->safe) {
				lies_open++;
				print_message("%s lies in %s, which is not locked\n",
					needles[i].what, m->name);
			}
			at++;
		}
	}
}

static void search_mapping(int mem, const struct mapping *m)
{
	uint8_t *block = mem_alloc(BLOCK_LEN + NEEDLE_LEN);

	for (uint64_t at = m->from; at < m->to; at += BLOCK_LEN) {
		size_t want = m->to - at < BLOCK_LEN + NEEDLE_LEN ? (size_t)(m->to - at)
								  : BLOCK_LEN + NEEDLE_LEN;
		ssize_t n = pread(mem, block, want, (off_t)at);

		/* vvar and the like cannot be read. */
		if (n > 0)
			search_block(m, block, (size_t)n);
	}
	MEM_FREE(block);
}

static void every_private_half_lies_in_locked_memory(void **state)
{
	char path[64];
	struct mapping m = {0};
	size_t mappings = 0;
	FILE *smaps;
	int mem;

	(void)state;
	(void)text_fmt(path, sizeof path, "/proc/%d/mem", (int)sample.child.pid);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	(void)text_fmt(path, sizeof path, "/proc/%d/smaps", (int)sample.child.pid);
	smaps = fopen(path, "re");
	if (mem < 0 || smaps == NULL)
		skip();
	while (next_mapping(smaps, &m)) {
		mappings++;
		if (m.readable)
			search_mapping(mem, &m);
	}
	(void)fclose(smaps);
	(void)close(mem);
	assert_true(mappings > 10);
	assert_int_equal(lies_open, 0);
	/* The search is known to work: each key is there, RSA's numbers as OpenSSL works with them. */
	for (size_t i = 0; i < needle_count; i++)
		if (needles[i].found == 0 && strstr(needles[i].what, "DER") == NULL)
			fail_msg("%s was not found", needles[i].what);
}

static int start(void **state)
{
	(void)state;
	sample_start(&sample);
	use_keys();
	read_needles();
	return 0;
}

static int stop(void **state)
{
	(void)state;
	sample_close(&sample);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_private_half_lies_in_locked_memory),
	};

	harness_start();
	return cmocka_run_group_tests(tests, start, stop);
}

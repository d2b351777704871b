// SPDX-License-Identifier: Apache-2.0
/* Sources: read into memory of our own, replaced, refused when they are not what they should be. */
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "store/store_source.h"
#include "tests/harness/harness.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define LEN 100000u

static struct err err;
static uint8_t content[LEN];
static const uint8_t tenant_key[32] = {4};

static int descriptor(void)
{
	int fd = -1;

	assert_ok(file_memory("source", &fd, &err), err);
	assert_ok(file_write_all(fd, "source", (struct bytes){content, LEN}, &err), err);
	return fd;
}

static struct wire_store_source compiled_source(uint32_t number)
{
	struct wire_store_source s = {.source = number, .compiled = true};

	hash_sha256((struct bytes){content, LEN}, s.sha256);
	return s;
}

static int set_up(void **state)
{
	for (uint32_t i = 0; i < LEN; i++)
		content[i] = (uint8_t)(i * 7 + i / 251);
	*state = store_sources_new();
	return 0;
}

static int tear_down(void **state)
{
	struct store_sources *x = *state;

	store_sources_free(&x);
	return 0;
}

static void test_read(void **state)
{
	const struct wire_store_source s = {.source = 5};
	uint8_t out[100];

	assert_int_equal(store_sources_read(*state, 5, 0, out, 1, &err), RC_INPUT);
	assert_ok(store_sources_add(*state, &s, descriptor(), &err), err);
	assert_ok(store_sources_read(*state, 5, 777, out, sizeof out, &err), err);
	assert_memory_equal(out, content + 777, sizeof out);
	assert_int_equal(store_sources_read(*state, 5, LEN - 50, out, sizeof out, &err), RC_PEER);
	assert_int_equal(
		store_sources_read(*state, 5, UINT64_MAX - 10, out, sizeof out, &err), RC_PEER);
}

static void test_replacing_closes_the_older(void **state)
{
	const struct wire_store_source s = {.source = 5};
	int before;

	assert_ok(store_sources_add(*state, &s, descriptor(), &err), err);
	before = harness_open_fds();
	for (int i = 0; i < 100; i++)
		assert_ok(store_sources_add(*state, &s, descriptor(), &err), err);
	assert_int_equal(harness_open_fds(), before);
}

static void test_too_many_are_refused_and_closed(void **state)
{
	int before;

	for (uint32_t i = 0; i < STORE_SOURCES_MAX; i++) {
		const struct wire_store_source s = {.source = i};

		assert_ok(store_sources_add(*state, &s, descriptor(), &err), err);
	}
	before = harness_open_fds();
	assert_int_equal(store_sources_add(*state, &(struct wire_store_source){.source = 99},
				 descriptor(), &err),
		RC_LIMIT);
	assert_int_equal(harness_open_fds(), before);
}

static void test_template_must_be_what_its_hash_says(void **state)
{
	struct wire_store_source s = compiled_source(1);
	int before = harness_open_fds();

	s.sha256[0] ^= 1;
	assert_int_equal(store_sources_add(*state, &s, descriptor(), &err), RC_INPUT);
	assert_non_null(strstr(err.text, "compile it again"));
	assert_int_equal(harness_open_fds(), before);
	s.sha256[0] ^= 1;
	assert_ok(store_sources_add(*state, &s, descriptor(), &err), err);
}

static void test_pieces_are_kept_and_named_by_content(void **state)
{
	const struct wire_store_source s = compiled_source(1);
	const struct wire_store_source plain = {.source = 2};
	struct wire_piece p = {.source = PIECE_COMPILED, .offset = 1000, .len = 5000};
	struct wire_piece tiny = {
		.source = PIECE_COMPILED, .offset = 1000, .len = STORE_SHARED_MIN_LEN - 1};
	struct store_part one;
	struct store_part again;
	struct store_part other;
	static const uint8_t foreign_key[32] = {5};
	int fd = descriptor();
	bool kept;

	assert_ok(store_sources_add(*state, &s, dup(fd), &err), err);
	assert_ok(store_sources_piece(*state, tenant_key, &p, 1, &one, &kept, &err), err);
	assert_true(kept && one.shared);
	assert_memory_equal(one.bytes.p, content + 1000, 5000);
	/* Its writer changes it: what was kept does not follow. */
	assert_int_equal(pwrite(fd, "changed", 7, 1000), 7);
	assert_ok(store_sources_piece(*state, tenant_key, &p, 1, &again, &kept, &err), err);
	assert_ptr_equal(again.bytes.p, one.bytes.p);
	assert_memory_equal(again.bytes.p, content + 1000, 5000);
	assert_memory_equal(again.id, one.id, sizeof one.id);
	p.offset = 2000;
	assert_ok(store_sources_piece(*state, tenant_key, &p, 1, &other, &kept, &err), err);
	assert_memory_not_equal(other.id, one.id, sizeof one.id);
	assert_ok(store_sources_piece(*state, tenant_key, &tiny, 1, &other, &kept, &err), err);
	assert_false(kept);
	p.offset = LEN - 10;
	assert_int_equal(
		store_sources_piece(*state, tenant_key, &p, 1, &other, &kept, &err), RC_PEER);
	p.offset = 1000;
	assert_ok(store_sources_add(*state, &plain, dup(fd), &err), err);
	assert_int_equal(
		store_sources_piece(*state, tenant_key, &p, 2, &other, &kept, &err), RC_INPUT);
	(void)close(fd);
	/* The same bytes of another tenant have another name. */
	fd = descriptor();
	assert_ok(store_sources_add(*state, &s, fd, &err), err);
	assert_ok(store_sources_piece(*state, foreign_key, &p, 1, &other, &kept, &err), err);
	assert_ok(store_sources_add(*state, &s, descriptor(), &err), err);
	assert_ok(store_sources_piece(*state, tenant_key, &p, 1, &one, &kept, &err), err);
	assert_memory_not_equal(other.id, one.id, sizeof one.id);
}

/* More pieces than are kept: the rest is stored as private bytes, nothing fails. */
static void test_many_pieces(void **state)
{
	const struct wire_store_source s = compiled_source(1);
	unsigned kept_count = 0;

	assert_ok(store_sources_add(*state, &s, descriptor(), &err), err);
	for (uint32_t i = 0; i < 3000; i++) {
		const struct wire_piece p = {.source = PIECE_COMPILED, .offset = i, .len = 600};
		struct store_part part;
		bool kept;

		assert_ok(store_sources_piece(*state, tenant_key, &p, 1, &part, &kept, &err), err);
		kept_count += kept;
	}
	assert_int_equal(kept_count, 1024);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_read),
		TEST(test_replacing_closes_the_older),
		TEST(test_too_many_are_refused_and_closed),
		TEST(test_template_must_be_what_its_hash_says),
		TEST(test_pieces_are_kept_and_named_by_content),
		TEST(test_many_pieces),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

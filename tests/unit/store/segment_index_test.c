// SPDX-License-Identifier: Apache-2.0
/* The index of a segment: newest wins, cuts, and the file says what the memory said. */
#include "base/file.h"
#include "base/mem.h"
#include "store/segment_index.h"
#include "tests/harness/harness.h"

#include <string.h>
#include <unistd.h>

static struct err err;

static void name_of(uint32_t n, uint8_t out[SEGMENT_INDEX_NAME_LEN])
{
	memset(out, 0, SEGMENT_INDEX_NAME_LEN);
	memcpy(out + 12, &n, 4);
}

static void add(struct segment_index *x, uint32_t n, uint8_t kind, uint64_t offset)
{
	uint8_t name[SEGMENT_INDEX_NAME_LEN];

	name_of(n, name);
	segment_index_add(x, name, kind, offset);
}

/* 0: not there. */
static uint64_t find(const struct segment_index *x, uint32_t n, uint8_t kind, uint64_t limit)
{
	uint8_t name[SEGMENT_INDEX_NAME_LEN];
	uint64_t offset = 0;

	name_of(n, name);
	return segment_index_find(x, name, kind, limit, &offset) ? offset : 0;
}

static void test_newest_below_the_limit(void **state)
{
	struct segment_index *x = segment_index_new();

	(void)state;
	add(x, 1, 1, 100);
	add(x, 1, 2, 200);
	add(x, 1, 1, 300);
	assert_int_equal(find(x, 1, 1, 1000), 300);
	assert_int_equal(find(x, 1, 1, 300), 100);
	assert_int_equal(find(x, 1, 1, 100), 0);
	assert_int_equal(find(x, 1, 2, 1000), 200);
	assert_int_equal(find(x, 1, 3, 1000), 0);
	assert_int_equal(find(x, 2, 1, 1000), 0);
	segment_index_free(&x);
}

static void test_cut_forgets_the_end(void **state)
{
	struct segment_index *x = segment_index_new();

	(void)state;
	for (uint32_t i = 0; i < 5000; i++)
		add(x, i % 1000, 1, 100 + i);
	segment_index_cut(x, 100 + 2500);
	assert_int_equal(segment_index_count(x), 2500);
	assert_int_equal(find(x, 10, 1, UINT64_MAX), 100 + 2010);
	assert_int_equal(find(x, 700, 1, UINT64_MAX), 100 + 1700);
	add(x, 700, 1, 9000);
	assert_int_equal(find(x, 700, 1, UINT64_MAX), 9000);
	segment_index_cut(x, 0);
	assert_int_equal(segment_index_count(x), 0);
	assert_int_equal(find(x, 700, 1, UINT64_MAX), 0);
	segment_index_free(&x);
}

static int file_of(const struct segment_index *x, struct buf *out)
{
	int fd = -1;

	buf_reset(out);
	(void)segment_index_encode(x, 4711, out);
	assert_ok(file_memory("index", &fd, &err), err);
	assert_ok(file_write_all(fd, "index", buf_bytes(out), &err), err);
	return fd;
}

static void test_file_finds_what_memory_found(void **state)
{
	struct segment_index *x = segment_index_new();
	struct buf out = buf_new((size_t)4 << 20);
	struct segment_index_summary summary;
	bool good;
	int fd;

	(void)state;
	for (uint32_t i = 0; i < 3000; i++)
		add(x, i * 7919 % 1000, (uint8_t)(i % 5), 100 + i);
	fd = file_of(x, &out);
	assert_ok(segment_index_check(fd, &summary, &good, &err), err);
	assert_true(good);
	assert_int_equal(summary.segment_len, 4711);
	assert_int_equal(summary.artifact_count, 3000);
	assert_int_equal(summary.count, 1000);
	for (uint32_t n = 0; n < 1100; n++) {
		for (uint8_t kind = 0; kind < 5; kind++) {
			uint8_t name[SEGMENT_INDEX_NAME_LEN];
			uint64_t offset = 0;
			bool found;

			name_of(n, name);
			assert_ok(segment_index_look_up(
					  fd, summary.count, name, kind, &offset, &found, &err),
				err);
			assert_int_equal(found ? offset : 0, find(x, n, kind, UINT64_MAX));
		}
	}
	(void)close(fd);
	buf_free(&out);
	segment_index_free(&x);
}

static void test_any_change_of_the_file_is_noticed(void **state)
{
	struct segment_index *x = segment_index_new();
	struct buf out = buf_new((size_t)4 << 20);
	struct segment_index_summary summary;
	bool good;
	int fd;

	(void)state;
	for (uint32_t i = 0; i < 20; i++)
		add(x, i, 1, 100 + i);
	fd = file_of(x, &out);
	for (size_t i = 0; i < out.n; i++) {
		uint8_t changed = out.p[i] ^ 0x10;

		assert_int_equal(pwrite(fd, &changed, 1, (off_t)i), 1);
		assert_ok(segment_index_check(fd, &summary, &good, &err), err);
		assert_false(good);
		assert_int_equal(pwrite(fd, &out.p[i], 1, (off_t)i), 1);
	}
	assert_ok(segment_index_check(fd, &summary, &good, &err), err);
	assert_true(good);
	for (size_t n = out.n; n > 0; n -= n > 7 ? 7 : n) {
		assert_int_equal(ftruncate(fd, (off_t)n - 1), 0);
		assert_ok(segment_index_check(fd, &summary, &good, &err), err);
		assert_false(good);
	}
	(void)close(fd);
	buf_free(&out);
	segment_index_free(&x);
}

static void test_empty(void **state)
{
	struct segment_index *x = segment_index_new();
	struct buf out = buf_new(4096);
	struct segment_index_summary summary;
	uint64_t offset;
	uint8_t name[SEGMENT_INDEX_NAME_LEN] = {0};
	bool good;
	bool found;
	int fd = file_of(x, &out);

	(void)state;
	assert_ok(segment_index_check(fd, &summary, &good, &err), err);
	assert_true(good);
	assert_ok(segment_index_look_up(fd, 0, name, 1, &offset, &found, &err), err);
	assert_false(found);
	(void)close(fd);
	buf_free(&out);
	segment_index_free(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_newest_below_the_limit),
		cmocka_unit_test(test_cut_forgets_the_end),
		cmocka_unit_test(test_file_finds_what_memory_found),
		cmocka_unit_test(test_any_change_of_the_file_is_noticed),
		cmocka_unit_test(test_empty),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

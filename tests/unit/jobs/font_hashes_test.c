// SPDX-License-Identifier: Apache-2.0
/* Hashes of font files that did not change, and of those that did. Runs in: make check. */
#include "base/file.h"
#include "base/hash.h"
#include "jobs/font_hashes.h"
#include "jobs/fonts_catalogue.h"
#include "tests/harness/harness.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX ((size_t)128 << 20)

static int open_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

/* Of a file that is there for long: those just written are not remembered. */
static void hash_face(
	struct font_hashes *h, size_t face, int flags, enum rc want, uint8_t sha256[32])
{
	struct err err = {0};
	AUTO_FD fd = open(fonts_catalogue[face].path, flags | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(font_hashes_of(h, fd, "it", FILE_MAX, sha256, &err), want);
}

static void hash_installed(struct font_hashes *h, int flags, enum rc want, uint8_t sha256[32])
{
	hash_face(h, 0, flags, want, sha256);
}

/* A descriptor for its place alone (O_PATH) cannot be read, only looked at. */
static void what_is_known_is_not_read(void **state)
{
	struct font_hashes h = {0};
	uint8_t first[32];
	uint8_t again[32] = {0};

	(void)state;
	hash_installed(&h, O_PATH, RC_SYSTEM, again);
	hash_installed(&h, O_RDONLY, RC_OK, first);
	assert_int_equal(h.count, 1);
	assert_true(h.changed);
	hash_installed(&h, O_PATH, RC_OK, again);
	assert_memory_equal(first, again, sizeof first);
	h.items[0].changed_ns++;
	hash_installed(&h, O_PATH, RC_SYSTEM, again);
	h.items[0].changed_ns--;
	h.items[0].inode++;
	hash_installed(&h, O_PATH, RC_SYSTEM, again);
	hash_installed(NULL, O_RDONLY, RC_OK, again);
	assert_memory_equal(first, again, sizeof first);
}

static void a_file_just_written_is_read_again(void **state)
{
	struct font_hashes h = {0};
	uint8_t sha256[32];
	uint8_t want[32];
	struct err err;
	AUTO_FD dir = open_dir(*state);
	AUTO_FD fd = openat(dir, "f", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	for (char c = 'a'; c <= 'c'; c++) {
		assert_ok(file_pwrite(fd, "it", 0, (struct bytes){(uint8_t *)&c, 1}, &err), err);
		assert_ok(font_hashes_of(&h, fd, "it", FILE_MAX, sha256, &err), err);
		hash_sha256((struct bytes){(uint8_t *)&c, 1}, want);
		assert_memory_equal(sha256, want, sizeof want);
	}
	assert_int_equal(h.count, 0);
	assert_int_equal(font_hashes_of(&h, fd, "it", 0, sha256, &err), RC_LIMIT);
}

static void full_tables_forget_one(void **state)
{
	struct font_hashes h = {.count = FONT_HASHES_MAX};
	uint8_t sha256[32];

	(void)state;
	for (size_t face = 0; face < 3; face++)
		hash_face(&h, face, O_RDONLY, RC_OK, sha256);
	assert_int_equal(h.count, FONT_HASHES_MAX);
	for (size_t face = 0; face < 3; face++)
		hash_face(&h, face, O_PATH, RC_OK, sha256);
}

static void write_file(int dir, const uint8_t *p, size_t n)
{
	struct err err;

	assert_ok(file_replace(dir, "fonts", 0600, (struct bytes){p, n}, &err), err);
}

/* Any other byte, any other length, nothing at all: nothing is known. */
static void damage_is_as_good_as_nothing(void **state)
{
	struct font_hashes h = {0};
	struct font_hashes back;
	uint8_t sha256[32];
	uint8_t file[4096];
	ssize_t n;
	AUTO_FD dir = open_dir(*state);
	AUTO_FD fd = -1;

	font_hashes_read(&back, dir);
	assert_int_equal(back.count, 0);
	hash_installed(&h, O_RDONLY, RC_OK, sha256);
	font_hashes_write(&h, dir);
	assert_false(h.changed);
	font_hashes_read(&back, dir);
	assert_int_equal(back.count, 1);
	assert_memory_equal(&back.items[0], &h.items[0], sizeof h.items[0]);
	fd = openat(dir, "fonts", O_RDONLY | O_CLOEXEC);
	n = read(fd, file, sizeof file);
	assert_true(n > 100 && (size_t)n < sizeof file);
	for (ssize_t i = 0; i < n; i++) {
		file[i] ^= 1;
		write_file(dir, file, (size_t)n);
		font_hashes_read(&back, dir);
		assert_int_equal(back.count, 0);
		file[i] ^= 1;
	}
	for (ssize_t cut = 0; cut < n; cut += 7) {
		write_file(dir, file, (size_t)cut);
		font_hashes_read(&back, dir);
		assert_int_equal(back.count, 0);
	}
	write_file(dir, file, (size_t)n + 1);
	font_hashes_read(&back, dir);
	assert_int_equal(back.count, 0);
	write_file(dir, file, (size_t)n);
	font_hashes_read(&back, dir);
	assert_int_equal(back.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_known_is_not_read),
		cmocka_unit_test_setup_teardown(a_file_just_written_is_read_again,
			harness_set_up_dir, harness_tear_down_dir),
		cmocka_unit_test(full_tables_forget_one),
		cmocka_unit_test_setup_teardown(
			damage_is_as_good_as_nothing, harness_set_up_dir, harness_tear_down_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

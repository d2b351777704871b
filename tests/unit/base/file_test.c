// SPDX-License-Identifier: Apache-2.0
/* Descriptors, memory descriptors, files replaced in one step. Runs in: make check. */
#include "base/file.h"
#include "tests/harness/harness.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void reading_stops_at_the_cap(void **state)
{
	struct buf b = buf_new(100);
	struct err err;
	int fd = -1;

	(void)state;
	assert_ok(file_memory_of("t", bytes_of(STR("0123456789")), &fd, &err), err);
	(void)lseek(fd, 0, SEEK_SET);
	assert_ok(file_read_all(fd, "it", 10, &b, &err), err);
	assert_true(str_eq_cz(buf_str(&b), "0123456789"));
	buf_reset(&b);
	(void)lseek(fd, 0, SEEK_SET);
	assert_int_equal(file_read_all(fd, "it", 9, &b, &err), RC_LIMIT);
	assert_string_equal(err.text, "it is larger than the 9 bytes allowed");
	assert_int_equal(file_read_all(-1, "nothing", 9, &b, &err), RC_SYSTEM);
	buf_free(&b);
	file_auto_close(&fd);
	assert_int_equal(fd, -1);
}

static void pwrite_writes_all_or_says_why(void **state)
{
	const struct str text = STR("0123456789");
	uint8_t out[12];
	struct err err;
	int fd = -1;

	(void)state;
	assert_ok(file_memory_shared("t", &fd, &err), err);
	assert_ok(file_pwrite(fd, "it", 2, bytes_of(text), &err), err);
	assert_ok(file_pread(fd, "it", 0, out, sizeof out, &err), err);
	assert_memory_equal(out,
		"\0\0"
		"0123456789",
		sizeof out);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), 0);
	assert_int_equal(file_pwrite(fd, "it", 12, bytes_of(text), &err), RC_SYSTEM);
	assert_string_equal(err.text, "cannot write it: Operation not permitted");
	file_auto_close(&fd);
}

static void pread_gives_all_or_an_error(void **state)
{
	uint8_t out[4];
	struct err err;
	int fd = -1;

	(void)state;
	assert_ok(file_memory_of("t", bytes_of(STR("0123456789")), &fd, &err), err);
	assert_ok(file_pread(fd, "it", 6, out, 4, &err), err);
	assert_memory_equal(out, "6789", 4);
	assert_int_equal(file_pread(fd, "it", 7, out, 4, &err), RC_PEER);
	assert_int_equal(file_pread(fd, "it", UINT64_MAX, out, 4, &err), RC_PEER);
	assert_int_equal(file_pread(fd, "it", (uint64_t)INT64_MAX - 1, out, 4, &err), RC_PEER);
	file_auto_close(&fd);
}

static void seals_hold(void **state)
{
	struct err err;
	int fd = -1;
	int open_fd = -1;

	(void)state;
	assert_ok(file_memory_of("t", bytes_of(STR("abc")), &fd, &err), err);
	assert_true(file_is_sealed(fd));
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(fd, 1), -1);
	assert_int_equal(ftruncate(fd, 100), -1);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	assert_ok(file_memory("t", &open_fd, &err), err);
	assert_false(file_is_sealed(open_fd));
	assert_ok(file_write_all(open_fd, "it", bytes_of(STR("abc")), &err), err);
	assert_ok(file_seal(open_fd, &err), err);
	assert_true(file_is_sealed(open_fd));
	assert_int_equal(file_seal(open_fd, &err), RC_SYSTEM);
	file_auto_close(&fd);
	file_auto_close(&open_fd);
	assert_false(file_is_sealed(0));
}

static void mappings_are_whole_files(void **state)
{
	struct bytes map;
	struct err err;
	int fd = -1;
	int empty = -1;
	int dir;

	assert_ok(file_memory_of("t", bytes_of(STR("abc")), &fd, &err), err);
	assert_ok(file_map(fd, "it", 3, &map, &err), err);
	file_auto_close(&fd);
	assert_true(str_eq_cz(bytes_text(map), "abc"));
	file_unmap(&map);
	assert_int_equal(map.n, 0);
	file_unmap(&map);
	assert_ok(file_memory_of("t", bytes_of(STR("abcd")), &fd, &err), err);
	assert_int_equal(file_map(fd, "it", 3, &map, &err), RC_LIMIT);
	file_auto_close(&fd);
	assert_ok(file_memory("t", &empty, &err), err);
	assert_ok(file_map(empty, "it", 3, &map, &err), err);
	assert_int_equal(map.n, 0);
	file_auto_close(&empty);
	dir = open_dir(*state);
	assert_int_equal(file_map(dir, "it", 3, &map, &err), RC_INPUT);
	file_auto_close(&dir);
}

static unsigned count_entries(const char *path)
{
	DIR *d = opendir(path);
	unsigned count = 0;

	assert_non_null(d);
	for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d))
		count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	(void)closedir(d);
	return count;
}

static void replacing_leaves_one_file(void **state)
{
	struct arena *a = arena_new(1U << 16);
	char path[PATH_MAX];
	int dir = open_dir(*state);
	struct stat st;
	struct err err;

	(void)snprintf(path, sizeof path, "%s/name", (const char *)*state);
	assert_ok(file_replace(dir, "name", 0600, bytes_of(STR("one")), &err), err);
	assert_ok(file_replace(dir, "name", 0600, bytes_of(STR("two, longer")), &err), err);
	assert_true(str_eq_cz(bytes_text(harness_read(a, path)), "two, longer"));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(count_entries(*state), 1);
	file_auto_close(&dir);
	arena_free(&a);
}

/* What cannot be replaced stays, and nothing is left lying about. */
static void failing_to_replace_changes_nothing(void **state)
{
	char path[PATH_MAX];
	char name[300];
	int dir = open_dir(*state);
	struct err err;

	(void)snprintf(path, sizeof path, "%s/folder", (const char *)*state);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(file_replace(dir, "folder", 0600, bytes_of(STR("x")), &err), RC_SYSTEM);
	assert_int_equal(count_entries(*state), 1);
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_int_equal(file_replace(dir, name, 0600, bytes_of(STR("x")), &err), RC_INPUT);
	assert_int_equal(file_replace(dir, "no/such", 0600, bytes_of(STR("x")), &err), RC_SYSTEM);
	assert_int_equal(count_entries(*state), 1);
	file_auto_close(&dir);
}

static void taking_moves(void **state)
{
	int fd = 5;

	(void)state;
	assert_int_equal(file_take(&fd), 5);
	assert_int_equal(fd, -1);
	file_auto_close(&fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_stops_at_the_cap),
		cmocka_unit_test(pwrite_writes_all_or_says_why),
		cmocka_unit_test(pread_gives_all_or_an_error),
		cmocka_unit_test(seals_hold),
		cmocka_unit_test_setup_teardown(
			mappings_are_whole_files, harness_set_up_dir, harness_tear_down_dir),
		cmocka_unit_test_setup_teardown(
			replacing_leaves_one_file, harness_set_up_dir, harness_tear_down_dir),
		cmocka_unit_test_setup_teardown(failing_to_replace_changes_nothing,
			harness_set_up_dir, harness_tear_down_dir),
		cmocka_unit_test(taking_moves),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

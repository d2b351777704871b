// SPDX-License-Identifier: Apache-2.0
/* Segments: what is committed comes back, whatever happens to the end of the file. */
#include "store/segment.h"
#include "tests/unit/store/fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define FIRST "seg-000001.cfs"

static struct store_list list_of(struct fixture *f)
{
	struct store_list list;

	store_list_files(f->s, f->a, 40, &list);
	return list;
}

static void test_put_commit_fetch(void **state)
{
	struct fixture *f = *state;

	fixture_put(f, 1, 3000);
	assert_false(fixture_has(f, 1, 3000)); /* not promised yet */
	OK(store_commit(f->s, &f->err));
	assert_true(fixture_has(f, 1, 3000));
	assert_false(fixture_has(f, 2, 3000));
	fixture_reopen(f);
	assert_true(fixture_has(f, 1, 3000));
	assert_int_equal(list_of(f).artifact_count, 1);
	assert_int_equal(list_of(f).cut_len, 0);
}

static void test_uncommitted_is_cut_and_reported(void **state)
{
	struct fixture *f = *state;
	uint64_t len;

	fixture_put(f, 1, 100);
	OK(store_commit(f->s, &f->err));
	len = fixture_len(f, FIRST);
	fixture_put(f, 2, 100);
	fixture_reopen(f);
	assert_true(list_of(f).cut_len > 0);
	assert_int_equal(fixture_len(f, FIRST), len);
	assert_true(fixture_has(f, 1, 100));
	assert_false(fixture_has(f, 2, 100));
	fixture_put(f, 2, 100);
	OK(store_commit(f->s, &f->err));
	assert_true(fixture_has(f, 2, 100));
}

static void test_shared_parts_are_stored_once(void **state)
{
	struct fixture *f = *state;
	uint64_t first;
	uint64_t second;
	uint64_t third;

	fixture_put(f, 1, 50000);
	OK(store_commit(f->s, &f->err));
	first = fixture_len(f, FIRST);
	fixture_put(f, 2, 50000);
	OK(store_commit(f->s, &f->err));
	second = fixture_len(f, FIRST) - first;
	assert_true(second < 101000 && first > 200000);
	/* A new process finds the shared parts of the segment again. */
	fixture_reopen(f);
	fixture_put(f, 3, 50000);
	OK(store_commit(f->s, &f->err));
	third = fixture_len(f, FIRST) - first - second;
	assert_int_equal(third, second);
	assert_true(fixture_has(f, 1, 50000));
	assert_true(fixture_has(f, 3, 50000));
}

static void test_again_is_fine(void **state)
{
	struct fixture *f = *state;

	fixture_put(f, 1, 100);
	OK(store_commit(f->s, &f->err));
	fixture_put(f, 1, 100);
	OK(store_commit(f->s, &f->err));
	assert_true(fixture_has(f, 1, 100));
	fixture_reopen(f);
	assert_true(fixture_has(f, 1, 100));
	assert_int_equal(list_of(f).artifact_count, 2);
}

static void test_undo_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	uint64_t before;

	fixture_put(f, 1, 100);
	before = fixture_len(f, FIRST);
	fixture_put(f, 2, 100);
	store_put_undo(f->s);
	assert_int_equal(fixture_len(f, FIRST), before);
	fixture_put(f, 3, 100);
	OK(store_commit(f->s, &f->err));
	assert_true(fixture_has(f, 1, 100));
	assert_false(fixture_has(f, 2, 100));
	assert_true(fixture_has(f, 3, 100));
	fixture_reopen(f);
	assert_true(fixture_has(f, 3, 100));
}

static void test_rolls_and_finds_in_all_segments(void **state)
{
	struct fixture *f = *state;

	f->segment_max_len = 20000;
	fixture_reopen(f);
	for (uint32_t i = 0; i < 60; i++) {
		fixture_put(f, i, 1000);
		if (i % 5 == 4)
			OK(store_commit(f->s, &f->err));
	}
	assert_true(list_of(f).total > 5);
	assert_int_equal(list_of(f).artifact_count, 60);
	for (uint32_t i = 0; i < 60; i++)
		assert_true(fixture_has(f, i, 1000));
	fixture_reopen(f);
	for (uint32_t i = 60; i > 0; i--)
		assert_true(fixture_has(f, i - 1, 1000));
	assert_false(fixture_has(f, 60, 1000));
	assert_int_equal(list_of(f).artifact_count, 60);
}

static void test_index_files_can_be_lost_or_broken(void **state)
{
	struct fixture *f = *state;

	f->segment_max_len = 20000;
	fixture_reopen(f);
	for (uint32_t i = 0; i < 40; i++)
		fixture_put(f, i, 1000);
	OK(store_commit(f->s, &f->err));
	assert_true(list_of(f).total > 2);
	assert_int_equal(unlink(fixture_path(f, "seg-000001.cfi")), 0);
	assert_int_equal(truncate(fixture_path(f, "seg-000002.cfi"), 50), 0);
	fixture_reopen(f);
	for (uint32_t i = 0; i < 40; i++)
		assert_true(fixture_has(f, i, 1000));
	assert_int_equal(access(fixture_path(f, "seg-000001.cfi"), F_OK), 0);
}

static void test_another_key_opens_nothing(void **state)
{
	struct fixture *f = *state;
	struct buf got = buf_new(100000);
	uint8_t name[16];
	uint8_t key[32];
	const struct store_want want = {name, 1, key};
	bool found;

	fixture_put(f, 1, 100);
	OK(store_commit(f->s, &f->err));
	fixture_name(1, name);
	fixture_key(2, key);
	assert_int_equal(
		store_fetch(f->s, &want, fixture_collect, &got, &found, &f->err), RC_INPUT);
	assert_int_equal(got.n, 0);
	buf_free(&got);
}

static void test_nothing_readable_lies_on_the_disk(void **state)
{
	struct fixture *f = *state;
	struct store_part parts[FIXTURE_PARTS];
	struct bytes file;

	fixture_put(f, 1, 4000);
	OK(store_commit(f->s, &f->err));
	file = harness_read(f->a, fixture_path(f, FIRST));
	fixture_parts(f, 1, 4000, parts);
	for (uint32_t i = 0; i < FIXTURE_PARTS; i++)
		assert_null(memmem(file.p, file.n, parts[i].bytes.p, 16));
}

/* Two puts of the same bytes never give the same ciphertext: no key and nonce are used twice. */
static void test_positions_that_come_again_are_sealed_anew(void **state)
{
	struct fixture *f = *state;
	struct bytes a;
	struct bytes b;

	fixture_put(f, 1, 4000);
	a = harness_read(f->a, fixture_path(f, FIRST));
	store_put_undo(f->s);
	fixture_put(f, 1, 4000);
	b = harness_read(f->a, fixture_path(f, FIRST));
	assert_int_equal(a.n, b.n);
	assert_memory_not_equal(a.p + a.n - 2000, b.p + b.n - 2000, 1000);
}

static void test_one_writer(void **state)
{
	struct fixture *f = *state;
	static const uint8_t key[32] = {0};
	const struct store_options o = {
		.dir_fd = f->dir_fd, .tenant = STR("demo"), .tenant_key = key};
	struct store *other;

	assert_int_equal(store_open(&o, &other, &f->err), RC_AGAIN);
	assert_null(other);
}

static void test_names_that_are_paths_are_refused(void **state)
{
	static const char *const names[] = {"", "..", "a/b", "Demo", ".", "a b"};
	struct fixture *f = *state;
	static const uint8_t key[32] = {0};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		const struct store_options o = {.dir_fd = f->dir_fd,
			.tenant = str_of(names[i]),
			.tenant_key = key,
			.create = true};
		struct store *other;

		assert_int_equal(store_open(&o, &other, &f->err), RC_INPUT);
	}
}

/* ---- every way the end of the file can look ---- */

static void write_file(struct fixture *f, struct bytes content)
{
	const char *path = fixture_path(f, FIRST);
	AUTO_FD fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	assert_true(fd >= 0);
	OK(file_write_all(fd, path, content, &f->err));
}

/* After a crash the store is the state of some commit: both, one, or none of the two groups. */
static int groups_there(struct fixture *f)
{
	bool one = fixture_has(f, 1, 40);
	bool two = fixture_has(f, 2, 40) && fixture_has(f, 3, 40);

	assert_true(one || !two);
	assert_int_equal(fixture_has(f, 2, 40), fixture_has(f, 3, 40));
	return (int)one + (int)two;
}

static struct bytes two_groups(struct fixture *f, uint64_t *first_end)
{
	struct bytes file;
	struct arena *keep = f->a;

	fixture_put(f, 1, 40);
	OK(store_commit(f->s, &f->err));
	*first_end = fixture_len(f, FIRST);
	fixture_put(f, 2, 40);
	fixture_put(f, 3, 40);
	OK(store_commit(f->s, &f->err));
	store_free(&f->s);
	file = harness_read(keep, fixture_path(f, FIRST));
	f->a = arena_new((size_t)64 << 20); /* fixture_has resets it */
	return file;
}

static void test_cut_at_every_byte(void **state)
{
	struct fixture *f = *state;
	struct arena *keep = f->a;
	uint64_t first_end;
	struct bytes file = two_groups(f, &first_end);

	for (size_t n = 0; n <= file.n; n++) {
		int want = n == file.n ? 2 : n >= first_end;

		write_file(f, (struct bytes){file.p, n});
		fixture_reopen(f);
		if (groups_there(f) != want)
			fail_msg("cut at %zu: %d groups instead of %d", n, groups_there(f), want);
		store_free(&f->s);
	}
	arena_free(&keep);
}

static void test_garbage_after_every_cut(void **state)
{
	struct fixture *f = *state;
	struct arena *keep = f->a;
	uint64_t first_end;
	struct bytes file = two_groups(f, &first_end);
	uint8_t *copy = arena_alloc(keep, file.n + 512);

	for (size_t n = (size_t)first_end; n < file.n; n += 3) {
		struct bytes garbage = fixture_bytes(f->a, (uint32_t)n, 512);

		memcpy(copy, file.p, n);
		memcpy(copy + n, garbage.p, 512);
		write_file(f, (struct bytes){copy, n + 512});
		fixture_reopen(f);
		assert_int_equal(groups_there(f), 1);
		/* And it can be written on. */
		fixture_put(f, 9, 40);
		OK(store_commit(f->s, &f->err));
		assert_true(fixture_has(f, 9, 40));
		store_free(&f->s);
	}
	arena_free(&keep);
}

/* A page of the last group that never reached the disk, though its commit record did. */
static void test_flip_in_the_last_group_drops_it(void **state)
{
	struct fixture *f = *state;
	struct arena *keep = f->a;
	uint64_t first_end;
	struct bytes file = two_groups(f, &first_end);
	uint8_t *copy = arena_dup(keep, file.p, file.n);
	unsigned kept_groups = 0;

	for (size_t n = (size_t)first_end; n < file.n; n += 5) {
		copy[n] ^= 0x40;
		write_file(f, (struct bytes){copy, file.n});
		copy[n] ^= 0x40;
		fixture_reopen(f);
		kept_groups += groups_there(f) == 2; /* padding is nobody's */
		/* Without its own record the commit is none. */
		assert_int_equal(
			list_of(f).cut_kept, groups_there(f) == 1 && n < file.n - SEGMENT_HEAD_LEN);
		(void)unlinkat(f->dir_fd, "demo/seg-000001.cut1", 0);
		store_free(&f->s);
	}
	assert_true(kept_groups * 5 < 64);
	arena_free(&keep);
}

static void assert_aside(struct fixture *f, const char *name, struct bytes want)
{
	struct bytes found = harness_read(f->a, fixture_path(f, name));

	assert_int_equal(found.n, want.n);
	assert_memory_equal(found.p, want.p, want.n);
}

/* What a commit covers is put aside byte for byte, and again beside what is there. */
static void test_flip_in_the_last_group_keeps_it_aside(void **state)
{
	struct fixture *f = *state;
	struct arena *keep = f->a;
	uint64_t first_end;
	struct bytes file = two_groups(f, &first_end);
	uint8_t *copy = arena_dup(keep, file.p, file.n);
	struct bytes end = {copy + first_end, file.n - (size_t)first_end};

	for (uint8_t bit = 1; bit <= 2; bit++) {
		copy[first_end + 200] ^= bit;
		write_file(f, (struct bytes){copy, file.n});
		fixture_reopen(f);
		assert_true(list_of(f).cut_kept);
		assert_int_equal(list_of(f).cut_len, end.n);
		assert_int_equal(groups_there(f), 1);
		assert_aside(f, bit == 1 ? "seg-000001.cut1" : "seg-000001.cut2", end);
		fixture_reopen(f);
		assert_false(list_of(f).cut_kept);
		store_free(&f->s);
	}
	arena_free(&keep);
}

/* Damage before a later group is not a torn end: cutting there would throw promised bytes away. */
static void test_flip_before_later_groups_is_refused(void **state)
{
	struct fixture *f = *state;
	static const uint8_t key[32] = "the tenant's key, of the tests";
	const struct store_options o = {
		.dir_fd = f->dir_fd, .tenant = STR("demo"), .tenant_key = key};
	struct arena *keep = f->a;
	uint64_t first_end;
	struct bytes file = two_groups(f, &first_end);
	uint8_t *copy = arena_dup(keep, file.p, file.n);
	struct store *s;

	copy[200] ^= 1; /* in a header of the first group */
	write_file(f, (struct bytes){copy, file.n});
	assert_int_equal(store_open(&o, &s, &f->err), RC_SYSTEM);
	assert_non_null(strstr(f->err.text, "restore a backup"));
	assert_int_equal(fixture_len(f, FIRST), file.n);
	arena_free(&keep);
}

/* ---- a full disk, by the limit on file sizes ---- */

static int fill_up(void *arg)
{
	struct fixture *f = arg;
	uint32_t stored = 0;

	(void)signal(SIGXFSZ, SIG_IGN);
	(void)setrlimit(RLIMIT_FSIZE, &(struct rlimit){100000, 100000});
	while (stored < 1000) {
		if (fixture_try_put(f, stored, 1000) != RC_OK) {
			store_put_undo(f->s);
			break;
		}
		if (store_commit(f->s, &f->err) != RC_OK)
			break;
		stored++;
	}
	if (f->err.kind != RC_AGAIN || strstr(f->err.text, "cannot write to the store") == NULL)
		return 101;
	for (uint32_t i = 0; i < stored; i++)
		if (!fixture_has(f, i, 1000))
			return 102;
	return (int)stored;
}

static void test_full_disk_is_a_sentence_and_nothing_half_done(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(fill_up(f));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	status = WEXITSTATUS(status);
	assert_in_range(status, 10, 60);
	fixture_reopen(f);
	for (int i = 0; i < status; i++)
		assert_true(fixture_has(f, (uint32_t)i, 1000));
	fixture_put(f, 5000, 1000);
	OK(store_commit(f->s, &f->err));
	assert_true(fixture_has(f, 5000, 1000));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
	const struct CMUnitTest tests[] = {
		TEST(test_put_commit_fetch),
		TEST(test_uncommitted_is_cut_and_reported),
		TEST(test_shared_parts_are_stored_once),
		TEST(test_again_is_fine),
		TEST(test_undo_leaves_nothing),
		TEST(test_rolls_and_finds_in_all_segments),
		TEST(test_index_files_can_be_lost_or_broken),
		TEST(test_another_key_opens_nothing),
		TEST(test_nothing_readable_lies_on_the_disk),
		TEST(test_positions_that_come_again_are_sealed_anew),
		TEST(test_one_writer),
		TEST(test_names_that_are_paths_are_refused),
		TEST(test_cut_at_every_byte),
		TEST(test_garbage_after_every_cut),
		TEST(test_flip_in_the_last_group_drops_it),
		TEST(test_flip_in_the_last_group_keeps_it_aside),
		TEST(test_flip_before_later_groups_is_refused),
		TEST(test_full_disk_is_a_sentence_and_nothing_half_done),
	};

	harness_start();
	/* Some thousand syncs: what bytes are left matters here, not the disk under them. */
	if (access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

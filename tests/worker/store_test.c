// SPDX-License-Identifier: Apache-2.0
/*
 * The real certfill-store, confined: pieces of all kinds come back as the artifacts they make up,
 * also from another process and after a kill; wrong input is answered with a sentence. Runs in: make check.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "ipc/spawn.h"
#include "ipc/wire_store.h"
#include "tests/harness/harness.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REQUIRED \
	(LAYER_NAMESPACES | LAYER_LANDLOCK | LAYER_SECCOMP | LAYER_NO_NEW_PRIVS | LAYER_RLIMITS)
#define COMPILED_LEN 700000u
#define RESULT_LEN 2000000u
#define COMPILED 7
#define RESULT 8

struct job {
	char *dir;
	int dir_fd;
	struct spawn_child child;
	struct arena *a;
	struct err err;
	struct wire_store_is is;
	uint8_t *compiled;
	uint8_t *result;
	int result_fd;
	bool running;
};

static void fill(uint8_t *p, size_t n, uint64_t x)
{
	for (size_t i = 0; i + 8 <= n; i += 8) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(p + i, &x, 8);
	}
}

static enum rc ask(
	struct job *j, enum message m, const void *record, int fd, enum message answer, void *reply)
{
	return channel_ask(
		j->child.channel, m, record, &fd, fd >= 0 ? 1 : 0, answer, j->a, reply, &j->err);
}

static void send_source(struct job *j, uint32_t number, bool compiled, int fd)
{
	struct wire_store_source s = {.source = number, .compiled = compiled};

	if (compiled)
		hash_sha256((struct bytes){j->compiled, COMPILED_LEN}, s.sha256);
	assert_ok(ask(j, MESSAGE_STORE_SOURCE, &s, fd, MESSAGE_DONE, NULL), j->err);
}

static void start(struct job *j)
{
	const struct spawn_options o = {
		.role = ROLE_STORE, .dir_fd = j->dir_fd, .debug = getenv("TEST_DEBUG") != NULL};
	struct wire_store_open open = {.tenant = STR("demo"), .create = true};
	struct wire_ready ready;
	int fd;

	memset(open.tenant_key, 3, sizeof open.tenant_key);
	assert_ok(spawn_start(&o, &j->child, &j->err), j->err);
	j->running = true;
	assert_ok(ask(j, MESSAGE_STORE_OPEN, &open, -1, MESSAGE_STORE_IS, &j->is), j->err);
	assert_ok(spawn_lock(&j->child, j->a, &ready, &j->err), j->err);
#ifndef WITH_SANITIZER
	assert_int_equal(ready.layers & REQUIRED, REQUIRED);
#endif
	assert_ok(
		file_memory_of("compiled", (struct bytes){j->compiled, COMPILED_LEN}, &fd, &j->err),
		j->err);
	send_source(j, COMPILED, true, fd);
	(void)close(fd);
	send_source(j, RESULT, false, j->result_fd);
}

static void stop(struct job *j)
{
	if (j->running) {
		channel_free(&j->child.channel);
		assert_int_equal(spawn_reap(&j->child), 0);
	}
	j->running = false;
}

static int set_up(void **state)
{
	struct job *j = mem_zalloc(1, sizeof *j);

	j->dir = harness_make_dir();
	j->dir_fd = open(j->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	j->a = arena_new((size_t)256 << 20);
	j->compiled = mem_alloc(COMPILED_LEN);
	j->result = mem_alloc(RESULT_LEN);
	fill(j->compiled, COMPILED_LEN, 88172645463325252u);
	fill(j->result, RESULT_LEN, 1181783497276652981u);
	assert_ok(file_memory("result", &j->result_fd, &j->err), j->err);
	assert_ok(file_write_all(
			  j->result_fd, "result", (struct bytes){j->result, RESULT_LEN}, &j->err),
		j->err);
	start(j);
	*state = j;
	return 0;
}

static int tear_down(void **state)
{
	struct job *j = *state;

	if (j->running)
		spawn_kill(&j->child);
	(void)close(j->result_fd);
	(void)close(j->dir_fd);
	harness_remove(&j->dir);
	arena_free(&j->a);
	MEM_FREE(j->compiled);
	MEM_FREE(j->result);
	MEM_FREE(j);
	return 0;
}

#define PIECES 21
#define INLINE STR("{\"inline\":true}")

/* An artifact like a PNG: private and shared in turn, a short shared one, inline bytes at the end. */
static void make_artifact(struct job *j, uint32_t row, struct wire_put_artifact *out,
	uint8_t sha256[32], uint64_t *len)
{
	struct wire_piece *p = arena_zalloc(j->a, PIECES, sizeof *p);
	struct hash_stream h;

	hash_start(&h);
	*len = 0;
	for (uint32_t i = 0; i < PIECES - 1; i++) {
		bool shared = i % 2 == 1;

		p[i].source = shared ? PIECE_COMPILED : PIECE_RESULT;
		p[i].offset = shared ? i * 30000 : row * 1000 + i * 32000;
		p[i].len = i == 3 ? 100 : shared ? 62000 : 35000;
		hash_add(&h,
			(struct bytes){(shared ? j->compiled : j->result) + p[i].offset, p[i].len});
		*len += p[i].len;
	}
	p[PIECES - 1] = (struct wire_piece){.source = PIECE_INLINE, .len = (uint32_t)INLINE.n};
	hash_add(&h, bytes_of(INLINE));
	*len += INLINE.n;
	hash_finish(&h, sha256);
	*out = (struct wire_put_artifact){
		.artifact = {.kind = ARTIFACT_PNG}, .inline_bytes = bytes_of(INLINE)};
	out->artifact.pieces.items = p;
	out->artifact.pieces.count = PIECES;
}

static void name_row(uint32_t row, uint8_t ulid[16], uint8_t key[32])
{
	memset(ulid, 0x11, 16);
	memcpy(ulid + 12, &row, 4);
	hash_sha256((struct bytes){ulid, 16}, key);
}

#define ROWS 5
static enum rc put_rows(struct job *j, uint32_t first, struct wire_put_done *done)
{
	struct wire_put in = {.compiled_source = COMPILED, .result_source = RESULT};
	struct wire_put_row rows[ROWS];
	uint8_t sha256[32];
	uint64_t len;

	memset(rows, 0, sizeof rows);
	for (uint32_t i = 0; i < ROWS; i++) {
		name_row(first + i, rows[i].ulid, rows[i].key);
		rows[i].artifacts.items = arena_zalloc(j->a, 1, sizeof(struct wire_put_artifact));
		rows[i].artifacts.count = 1;
		make_artifact(j, first + i, rows[i].artifacts.items, sha256, &len);
	}
	in.rows.items = rows;
	in.rows.count = ROWS;
	return ask(j, MESSAGE_PUT, &in, -1, MESSAGE_PUT_DONE, done);
}

static void put(struct job *j, uint32_t first)
{
	struct wire_put_done done;
	struct wire_put_artifact artifact;
	uint8_t sha256[32];
	uint64_t len;

	assert_ok(put_rows(j, first, &done), j->err);
	assert_int_equal(done.rows.count, ROWS);
	for (uint32_t i = 0; i < ROWS; i++) {
		make_artifact(j, first + i, &artifact, sha256, &len);
		assert_int_equal(done.rows.items[i].artifacts.items[0].kind, ARTIFACT_PNG);
		assert_int_equal(done.rows.items[i].artifacts.items[0].len, len);
		assert_memory_equal(done.rows.items[i].artifacts.items[0].sha256, sha256, 32);
	}
}

static void commit(struct job *j)
{
	assert_ok(
		ask(j, MESSAGE_COMMIT, &(struct wire_nothing){0}, -1, MESSAGE_DONE, NULL), j->err);
}

/* How many of rows 0..count-1 are there; those are compared byte by byte. */
static uint32_t fetch(struct job *j, uint32_t count)
{
	struct wire_fetch in = {0};
	struct wire_fetched out;
	struct wire_put_artifact artifact;
	uint32_t there = 0;
	int fd;

	in.items.items = arena_zalloc(j->a, count, sizeof *in.items.items);
	in.items.count = count;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t len;

		in.items.items[i].kind = ARTIFACT_PNG;
		name_row(i, in.items.items[i].ulid, in.items.items[i].key);
		make_artifact(j, i, &artifact, in.items.items[i].sha256, &len);
	}
	assert_ok(file_memory("fetched", &fd, &j->err), j->err);
	assert_ok(ask(j, MESSAGE_FETCH, &in, fd, MESSAGE_FETCHED, &out), j->err);
	assert_int_equal(out.items.count, count);
	for (uint32_t i = 0; i < count; i++) {
		uint8_t sha256[32];
		uint8_t *p;

		if (!out.items.items[i].found)
			continue;
		there++;
		p = mem_alloc(out.items.items[i].len);
		assert_ok(file_pread(fd, "fetched", out.items.items[i].offset, p,
				  out.items.items[i].len, &j->err),
			j->err);
		hash_sha256((struct bytes){p, out.items.items[i].len}, sha256);
		assert_memory_equal(sha256, in.items.items[i].sha256, 32);
		MEM_FREE(p);
	}
	(void)close(fd);
	return there;
}

static void test_pieces_come_back_as_artifacts(void **state)
{
	struct job *j = *state;

	put(j, 0);
	assert_int_equal(fetch(j, ROWS), 0);
	commit(j);
	assert_int_equal(fetch(j, ROWS + 1), ROWS);
	put(j, ROWS);
	commit(j);
	assert_int_equal(fetch(j, 2 * ROWS), 2 * ROWS);
}

static void test_another_process_finds_them(void **state)
{
	struct job *j = *state;
	struct stat st;
	char path[512];

	put(j, 0);
	commit(j);
	stop(j);
	start(j);
	assert_int_equal(j->is.artifact_count, ROWS);
	assert_int_equal(j->is.cut_len, 0);
	assert_int_equal(j->is.segments.count, 1);
	assert_true(text_fmt(
		path, sizeof path, "%s/" STR_FMT, j->dir, STR_ARG(j->is.segments.items[0].name)));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(j->is.segments.items[0].len, st.st_size);
	assert_int_equal(fetch(j, ROWS), ROWS);
}

static void test_killed_before_commit(void **state)
{
	struct job *j = *state;

	put(j, 0);
	commit(j);
	put(j, ROWS);
	spawn_kill(&j->child);
	start(j);
	assert_true(j->is.cut_len > 1000000);
	assert_int_equal(fetch(j, 2 * ROWS), ROWS);
	put(j, ROWS);
	commit(j);
	assert_int_equal(fetch(j, 2 * ROWS), 2 * ROWS);
}

static void test_refusals_leave_nothing(void **state)
{
	struct job *j = *state;
	struct wire_put_done done;
	struct wire_store_source wrong = {.source = COMPILED, .compiled = true};

	/* The result gets shorter while control believes it is not. */
	assert_int_equal(ftruncate(j->result_fd, 1000), 0);
	assert_int_equal(put_rows(j, 0, &done), RC_PEER);
	commit(j);
	assert_int_equal(fetch(j, ROWS), 0);
	assert_int_equal(pwrite(j->result_fd, j->result, RESULT_LEN, 0), RESULT_LEN);
	put(j, 0);
	commit(j);
	assert_int_equal(fetch(j, ROWS), ROWS);
	assert_int_equal(
		ask(j, MESSAGE_STORE_SOURCE, &wrong, j->result_fd, MESSAGE_DONE, NULL), RC_INPUT);
}

static void test_erased_key_opens_nothing(void **state)
{
	struct job *j = *state;
	struct wire_fetch_item item = {.kind = ARTIFACT_PNG};
	struct wire_fetch in = {0};
	struct wire_fetched out;
	int fd;

	put(j, 0);
	commit(j);
	name_row(0, item.ulid, item.key);
	memset(item.key, 0,
		sizeof item.key); /* what is left when the wrapped key was deleted: nothing */
	in.items.items = &item;
	in.items.count = 1;
	assert_ok(file_memory("fetched", &fd, &j->err), j->err);
	assert_int_equal(ask(j, MESSAGE_FETCH, &in, fd, MESSAGE_FETCHED, &out), RC_INPUT);
	assert_int_equal(lseek(fd, 0, SEEK_END), 0);
	(void)close(fd);
}

#define SMALL 8
/* 16 rows with 8 artifacts of a few bytes each. */
static void put_small(struct job *j, uint32_t first)
{
	struct wire_put in = {.compiled_source = COMPILED, .result_source = RESULT};
	struct wire_put_artifact artifacts[SMALL];
	struct wire_put_row rows[16];
	struct wire_piece piece = {.source = PIECE_INLINE, .len = (uint32_t)INLINE.n};
	struct wire_put_done done;

	memset(rows, 0, sizeof rows);
	for (uint32_t i = 0; i < SMALL; i++) {
		artifacts[i] = (struct wire_put_artifact){.inline_bytes = bytes_of(INLINE)};
		artifacts[i].artifact.kind = (uint8_t)(i + 1);
		artifacts[i].artifact.pieces.items = &piece;
		artifacts[i].artifact.pieces.count = 1;
	}
	for (uint32_t i = 0; i < 16; i++) {
		name_row(first + i, rows[i].ulid, rows[i].key);
		rows[i].artifacts.items = artifacts;
		rows[i].artifacts.count = SMALL;
	}
	in.rows.items = rows;
	in.rows.count = 16;
	assert_ok(ask(j, MESSAGE_PUT, &in, -1, MESSAGE_PUT_DONE, &done), j->err);
	arena_reset(j->a);
}

static bool fetch_small(struct job *j, uint32_t row)
{
	struct wire_fetch_item item = {.kind = SMALL};
	struct wire_fetch in = {0};
	struct wire_fetched out;
	int fd;

	name_row(row, item.ulid, item.key);
	hash_sha256(bytes_of(INLINE), item.sha256);
	in.items.items = &item;
	in.items.count = 1;
	assert_ok(file_memory("fetched", &fd, &j->err), j->err);
	assert_ok(ask(j, MESSAGE_FETCH, &in, fd, MESSAGE_FETCHED, &out), j->err);
	(void)close(fd);
	return out.items.items[0].found && out.items.items[0].len == INLINE.n;
}

/* New files after lockdown: so many artifacts that the first segment's index is full. */
static void test_a_second_segment_after_lockdown(void **state)
{
	struct job *j = *state;

	for (uint32_t i = 0; i < 520; i++)
		put_small(j, i * 16);
	commit(j);
	assert_ok(
		ask(j, MESSAGE_STORE_LIST, &(struct wire_nothing){0}, -1, MESSAGE_STORE_IS, &j->is),
		j->err);
	assert_int_equal(j->is.segment_count, 2);
	assert_int_equal(j->is.artifact_count, 520 * 128);
	assert_true(fetch_small(j, 3));
	assert_true(fetch_small(j, 519 * 16));
	assert_false(fetch_small(j, 520 * 16));
	stop(j);
	start(j);
	assert_int_equal(j->is.artifact_count, 520 * 128);
	assert_true(fetch_small(j, 3));
	assert_true(fetch_small(j, 519 * 16));
}

/* Not a promise of the test run, a figure for people: CPU of the store per recipient. */
static void test_cpu_per_artifact_is_small(void **state)
{
	struct job *j = *state;
	char path[64];
	unsigned long user;
	unsigned long kernel;
	FILE *f;

	for (uint32_t i = 0; i < 40; i++) {
		put(j, i * ROWS);
		if (i % 20 == 19)
			commit(j);
	}
	(void)text_fmt(path, sizeof path, "/proc/%d/stat", (int)j->child.pid);
	f = fopen(path, "re");
	assert_non_null(f);
	assert_int_equal(
		fscanf(f, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
			&kernel),
		2);
	(void)fclose(f);
	print_message("store: %.2f ms user, %.2f ms kernel per artifact of 0.97 MB\n",
		(double)user * 10 / 200, (double)kernel * 10 / 200);
	assert_true((user + kernel) * 10 < 200 * 20);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_pieces_come_back_as_artifacts),
		TEST(test_another_process_finds_them),
		TEST(test_killed_before_commit),
		TEST(test_refusals_leave_nothing),
		TEST(test_erased_key_opens_nothing),
		TEST(test_a_second_segment_after_lockdown),
		TEST(test_cpu_per_artifact_is_small),
	};
	struct err err;

	harness_start();
	assert_ok(spawn_find_workers(&err), err);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: Apache-2.0
/*
 * A real certfill-check, confined: verdicts over the channel, and a peer that is rude. Runs in: make check.
 */
#include "base/file.h"
#include "ipc/confine.h"
#include "ipc/spawn.h"
#include "ipc/wire_check.h"
#include "tests/harness/harness.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "verify/certfill-verify.h"

struct worker {
	struct spawn_child child;
	int area_fd;
	struct arena *a;
};

static struct worker start(bool with_area)
{
	struct spawn_options o = {.role = ROLE_CHECK, .dir_fd = -1};
	struct wire_check_open open = {0};
	struct worker w = {.area_fd = -1, .a = arena_new((size_t)64 << 20)};
	struct wire_nothing nothing;
	struct wire_ready ready;
	struct err err;

	assert_ok(file_memory("check", &w.area_fd, &err), err);
	assert_int_equal(ftruncate(w.area_fd, (off_t)CHECK_AREA_LEN), 0);
	assert_ok(spawn_start(&o, &w.child, &err), err);
	if (with_area)
		assert_ok(channel_ask(w.child.channel, MESSAGE_CHECK_OPEN, &open, &w.area_fd, 1,
				  MESSAGE_DONE, w.a, &nothing, &err),
			err);
	assert_ok(spawn_lock(&w.child, w.a, &ready, &err), err);
#ifndef WITH_SANITIZER
	assert_true((ready.layers & LAYER_SECCOMP) != 0);
#endif
	return w;
}

static void end(struct worker *w)
{
	int status = spawn_reap(&w->child);

	/* It lived through all of it, and made no call that its confinement forbids. */
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	(void)close(w->area_fd);
	arena_free(&w->a);
}

static enum rc check(struct worker *w, struct bytes file, struct wire_checked *out, struct err *err)
{
	struct wire_check_file f = {.len = file.n, .now_s = 1800000000};

	assert_int_equal(pwrite(w->area_fd, file.p, file.n, 0), (ssize_t)file.n);
	return channel_ask(
		w->child.channel, MESSAGE_CHECK_FILE, &f, NULL, 0, MESSAGE_CHECKED, w->a, out, err);
}

/* Every input of the parsers' corpora: each has an answer, and none is called good. */
static void survives_every_corpus(void **state)
{
	static const char *const files[] = {"attachment/flate.pdf", "attachment/tree.pdf",
		"attachment/loop.pdf", "attachment/bomb.pdf", "attachment/objstm.pdf",
		"attachment/encrypted.pdf", "passfile/good.zip", "passfile/bomb.zip",
		"passfile/secret.zip", "passfile/stored.zip", "passfile/lproj.zip", "bake/good.png",
		"bake/verify.svg", "bake/json.svg", "bake/entity.svg", "bake/doctype.svg",
		"jws/good", "jws/none", "material/envelope", "material/proof"};
	struct worker w = start(true);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
		struct wire_checked checked;
		struct buf text = buf_new((size_t)1 << 20);
		struct err err;
		int fd = open(
			str_fmt(w.a, "tests/fuzz/corpus/%s", files[i]).p, O_RDONLY | O_CLOEXEC);

		assert_true(fd >= 0);
		assert_ok(file_read_all(fd, files[i], text.cap, &text, &err), err);
		(void)close(fd);
		assert_ok(check(&w, buf_bytes(&text), &checked, &err), err);
		assert_true(checked.verdict == CERTFILL_NOT_GENUINE
			|| checked.verdict == CERTFILL_UNDETERMINED);
		assert_true(checked.summary.n != 0 && checked.checks.count != 0);
		assert_int_equal(checked.facts.count,
			checked.verdict == CERTFILL_NOT_GENUINE ? 0 : checked.facts.count);
		buf_free(&text);
	}
	end(&w);
}

static void material_is_judged(void **state)
{
	static const char *const texts[] = {"{\"keys\":[]}", "{\"format\":\"certfill-receipt/1\"}"};
	static const char *const bad[] = {"", "{", "{\"a\":1}",
		"{\"format\":\"certfill-bundle/1\"}",
		"{\"format\":\"certfill-bundle/1\",\"made\":\"2026-01-01T00:00:00Z\",\"documents\":"
		"[{\"name\":\"x\",\"text\":\"{\\\"format\\\":\\\"certfill-bundle/1\\\"}\"}]}",
		"{\"credential\":\"short\"}"};
	struct worker w = start(true);
	struct wire_nothing nothing;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(texts) + ARRAY_COUNT(bad); i++) {
		bool good = i < ARRAY_COUNT(texts);
		const char *text = good ? texts[i] : bad[i - ARRAY_COUNT(texts)];
		struct wire_check_material m = {{NULL, 0}, strlen(text)};

		assert_int_equal(pwrite(w.area_fd, text, strlen(text), 0), (ssize_t)strlen(text));
		assert_int_equal(channel_ask(w.child.channel, MESSAGE_CHECK_MATERIAL, &m, NULL, 0,
					 MESSAGE_DONE, w.a, &nothing, &err),
			good ? RC_OK : RC_INPUT);
	}
	end(&w);
}

static void lengths_that_lie_are_refused(void **state)
{
	struct worker w = start(true);
	struct wire_check_file f = {.len = CHECK_AREA_LEN + 1};
	struct wire_checked checked;
	struct err err;

	(void)state;
	assert_int_equal(channel_ask(w.child.channel, MESSAGE_CHECK_FILE, &f, NULL, 0,
				 MESSAGE_CHECKED, w.a, &checked, &err),
		RC_LIMIT);
	end(&w);
}

/* It has no verdict then, but ends. */
static void bytes_taken_away_while_it_looks(void **state)
{
	struct worker w = start(true);
	struct wire_check_file f = {.len = 100};
	struct wire_checked checked;
	struct err err;

	(void)state;
	assert_int_equal(ftruncate(w.area_fd, 0), 0);
	assert_int_not_equal(channel_ask(w.child.channel, MESSAGE_CHECK_FILE, &f, NULL, 0,
				     MESSAGE_CHECKED, w.a, &checked, &err),
		RC_OK);
	(void)spawn_reap(&w.child);
	(void)close(w.area_fd);
	arena_free(&w.a);
}

static void without_a_descriptor_there_is_nothing_to_read(void **state)
{
	struct worker w = start(false);
	struct wire_check_file f = {.len = 1};
	struct wire_checked checked;
	struct err err;

	(void)state;
	assert_int_equal(channel_ask(w.child.channel, MESSAGE_CHECK_FILE, &f, NULL, 0,
				 MESSAGE_CHECKED, w.a, &checked, &err),
		RC_PEER);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(survives_every_corpus),
		cmocka_unit_test(material_is_judged),
		cmocka_unit_test(lengths_that_lie_are_refused),
		cmocka_unit_test(bytes_taken_away_while_it_looks),
		cmocka_unit_test(without_a_descriptor_there_is_nothing_to_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

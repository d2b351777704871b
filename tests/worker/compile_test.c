// SPDX-License-Identifier: Apache-2.0
/*
 * The real certfill-compile, confined: makes what compile_run makes in this process, filters and
 * their threads included, and answers bad input with a sentence. Runs in: make check.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "ipc/spawn.h"
#include "tests/unit/render/compile_kit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define REQUIRED \
	(LAYER_NAMESPACES | LAYER_LANDLOCK | LAYER_SECCOMP | LAYER_NO_NEW_PRIVS | LAYER_RLIMITS)

static struct compile_kit k;

/* One worker and the descriptors of its job. */
struct job {
	struct spawn_child child;
	int fds[KIT_FONTS + 3];
	uint32_t fd_count;
	struct buf design;
};

static int open_font(struct str key)
{
	for (size_t i = 0; i < fonts_catalogue_count; i++) {
		if (str_eq_cz(key, fonts_catalogue[i].key))
			return open(fonts_catalogue[i].path, O_RDONLY | O_CLOEXEC);
	}
	return -1;
}

static void start(struct job *j)
{
	struct spawn_options o = {
		.role = ROLE_COMPILE, .dir_fd = -1, .debug = getenv("TEST_DEBUG") != NULL};

	memset(j, 0, sizeof *j);
	j->design = buf_new((size_t)1 << 20);
	assert_ok(spawn_start(&o, &j->child, &k.err), k.err);
	assert_ok(wire_encode(&design_type, &k.design, &j->design, &k.err), k.err);
	assert_ok(file_memory_of("art", k.art, &j->fds[0], &k.err), k.err);
	assert_ok(file_memory_of("design", buf_bytes(&j->design), &j->fds[1], &k.err), k.err);
	j->fd_count = 2;
	for (uint32_t i = 0; i < k.options.fonts.count; i++) {
		j->fds[j->fd_count] = open_font(k.options.fonts.items[i].key);
		assert_true(j->fds[j->fd_count++] >= 0);
	}
	assert_ok(file_memory("result", &j->fds[j->fd_count++], &k.err), k.err);
}

static enum rc open_job(struct job *j)
{
	return channel_ask(j->child.channel, MESSAGE_COMPILE_OPEN, &k.options, j->fds, j->fd_count,
		MESSAGE_DONE, k.a, NULL, &k.err);
}

static void lock(struct job *j)
{
	struct wire_ready ready;

	assert_ok(spawn_lock(&j->child, k.a, &ready, &k.err), k.err);
#ifndef WITH_SANITIZER
	assert_int_equal(ready.layers & REQUIRED, REQUIRED);
#endif
}

static enum rc run(struct job *j, struct wire_compiled_is *answer)
{
	struct wire_nothing nothing = {0};

	return channel_ask(j->child.channel, MESSAGE_COMPILE_RUN, &nothing, NULL, 0,
		MESSAGE_COMPILED_IS, k.a, answer, &k.err);
}

static void stop(struct job *j)
{
	spawn_kill(&j->child);
	for (uint32_t i = 0; i < j->fd_count; i++)
		(void)close(j->fds[i]);
	buf_free(&j->design);
}

/* The worker's result must be what this process makes of the same input. */
static void worker_equals_library(unsigned with, uint16_t dpi, uint8_t tier)
{
	struct wire_compiled_is answer;
	struct job j;
	uint8_t *got;
	int64_t began;

	compile_kit_open(&k, with);
	k.options.dpi = dpi;
	k.options.tier = tier;
	start(&j);
	assert_ok(open_job(&j), k.err);
	lock(&j);
	began = clock_mono_ms();
	assert_ok(run(&j, &answer), k.err);
	if (getenv("TEST_TIMES") != NULL)
		(void)printf("%u dpi, tier %u: %d ms in the worker\n", dpi, tier,
			(int)(clock_mono_ms() - began));
	assert_ok(compile_kit_run(&k), k.err);
	assert_int_equal(answer.len, k.blob.n);
	assert_int_equal(answer.notes.count, k.notes.count);
	got = malloc(answer.len);
	assert_non_null(got);
	assert_ok(file_pread(j.fds[j.fd_count - 1], "result", 0, got, answer.len, &k.err), k.err);
	assert_memory_equal(got, k.blob.p, k.blob.n);
	free(got);
	stop(&j);
	compile_kit_close(&k);
}

static void plain_artwork(void **state)
{
	(void)state;
	worker_equals_library(0, 150, 0);
}

static void filters_draw_with_threads(void **state)
{
	(void)state;
	worker_equals_library(ARTWORK_FILTER, 96, 0);
}

static void text_in_the_artwork_is_left_out(void **state)
{
	(void)state;
	worker_equals_library(ARTWORK_PATH_TEXT, 96, 1);
}

/* One of each, so that no primitive meets a system call that the profile does not know. */
static const char every_filter[] =
	"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
	"width=\"1122.52\" "
	"height=\"793.7\"><filter id=\"a\"><feTurbulence baseFrequency=\".05\" numOctaves=\"3\" "
	"result=\"t\"/><feColorMatrix type=\"saturate\" "
	"values=\".4\"/><feComponentTransfer><feFuncR "
	"type=\"table\" tableValues=\"0 .5 1\"/></feComponentTransfer><feDisplacementMap "
	"in=\"SourceGraphic\" "
	"in2=\"t\" scale=\"20\"/><feMorphology operator=\"dilate\" radius=\"2\"/><feConvolveMatrix "
	"kernelMatrix=\"1 0 0 0 1 0 0 0 1\"/></filter><filter id=\"b\"><feGaussianBlur "
	"stdDeviation=\"9 4\" "
	"result=\"g\"/><feSpecularLighting surfaceScale=\"3\"><fePointLight x=\"300\" y=\"200\" "
	"z=\"90\"/></feSpecularLighting><feDiffuseLighting in=\"g\"><feDistantLight azimuth=\"30\" "
	"elevation=\"40\"/></feDiffuseLighting><feOffset dx=\"4\" dy=\"6\"/><feBlend "
	"mode=\"multiply\" "
	"in2=\"SourceGraphic\"/></filter><filter id=\"c\"><feFlood flood-color=\"red\" "
	"width=\"30\" "
	"height=\"20\"/><feTile/><feComposite in2=\"SourceAlpha\" operator=\"in\" "
	"result=\"x\"/><feImage "
	"xlink:href=\"#e\"/><feMerge><feMergeNode/><feMergeNode in=\"x\"/></feMerge></filter><rect "
	"id=\"e\" "
	"x=\"50\" y=\"40\" width=\"400\" height=\"300\" fill=\"#48a\" filter=\"url(#a)\"/><circle "
	"cx=\"700\" "
	"cy=\"300\" r=\"200\" fill=\"#a84\" filter=\"url(#b)\"/><ellipse cx=\"500\" cy=\"600\" "
	"rx=\"300\" "
	"ry=\"90\" filter=\"url(#c)\" style=\"mix-blend-mode:difference\" opacity=\".7\"/></svg>";

static void every_primitive_draws(void **state)
{
	struct wire_compiled_is answer;
	struct job j;

	(void)state;
	compile_kit_open(&k, 0);
	k.art = bytes_of(str_of(every_filter));
	start(&j);
	assert_ok(open_job(&j), k.err);
	lock(&j);
	assert_ok(run(&j, &answer), k.err);
	assert_true(answer.len > (size_t)3 * 1123 * 794);
	stop(&j);
	compile_kit_close(&k);
}

/* After the lock, a template that cannot be drawn costs a sentence, not the process. */
static void bad_template_gets_a_sentence(void **state)
{
	struct wire_compiled_is answer;
	struct job j;

	(void)state;
	compile_kit_open(&k, 0);
	k.art = bytes_of(STR("<svg xmlns=\"http://www.w3.org/2000/svg\"><g>"));
	start(&j);
	assert_ok(open_job(&j), k.err);
	lock(&j);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(run(&j, &answer), RC_INPUT);
		assert_true(str_starts(str_of(k.err.text), STR("artwork: cannot be read")));
	}
	stop(&j);
	compile_kit_close(&k);
}

static void broken_design_is_refused(void **state)
{
	struct job j;

	(void)state;
	compile_kit_open(&k, 0);
	start(&j);
	(void)close(j.fds[1]);
	assert_ok(file_memory_of(
			  "design", bytes_of(STR("nonsense, and more of it")), &j.fds[1], &k.err),
		k.err);
	assert_int_equal(open_job(&j), RC_PEER);
	stop(&j);
	compile_kit_close(&k);
}

static void wrong_descriptors_are_refused(void **state)
{
	struct job j;

	(void)state;
	compile_kit_open(&k, 0);
	start(&j);
	(void)close(j.fds[--j.fd_count]);
	assert_int_equal(open_job(&j), RC_PEER);
	assert_non_null(strstr(k.err.text, "descriptors"));
	stop(&j);
	compile_kit_close(&k);
}

static void lock_without_input_is_refused(void **state)
{
	struct wire_ready ready;
	struct job j;

	(void)state;
	compile_kit_open(&k, 0);
	start(&j);
	assert_int_not_equal(spawn_lock(&j.child, k.a, &ready, &k.err), RC_OK);
	stop(&j);
	compile_kit_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_artwork),
		cmocka_unit_test(filters_draw_with_threads),
		cmocka_unit_test(text_in_the_artwork_is_left_out),
		cmocka_unit_test(every_primitive_draws),
		cmocka_unit_test(bad_template_gets_a_sentence),
		cmocka_unit_test(broken_design_is_refused),
		cmocka_unit_test(wrong_descriptors_are_refused),
		cmocka_unit_test(lock_without_input_is_refused),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

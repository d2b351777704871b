// SPDX-License-Identifier: Apache-2.0
/*
 * A real, confined certfill-sign with a new tenant's keys, and requests that it takes. Used by
 * sign_test.c; everything is static so that each test changes its own copy.
 */
#ifndef TESTS_WORKER_SIGN_SAMPLE_H
#define TESTS_WORKER_SIGN_SAMPLE_H

#include "ipc/spawn.h"
#include "tests/harness/harness.h"
#include "tests/worker/sign_requests.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct sample {
	char *dir;
	int dir_fd;
	struct arena *a;
	struct spawn_child child;
	struct wire_keys_are keys;
	struct wire_ready ready;
};

static inline void sample_spawn(struct sample *s)
{
	struct spawn_options o = {.role = ROLE_SIGN, .dir_fd = s->dir_fd, .debug = true};
	struct err err = {0};

	assert_ok(spawn_start(&o, &s->child, &err), err);
}

static inline enum rc sample_ask(struct sample *s, enum message message, const void *record,
	enum message answer, void *reply, struct err *err)
{
	return channel_ask(s->child.channel, message, record, NULL, 0, answer, s->a, reply, err);
}

static inline enum rc sample_make(struct sample *s, struct err *err)
{
	struct wire_keys_make m = {sample_actor(), STR("Universität Ésempio"), SAMPLE_NOW_S};

	return sample_ask(s, MESSAGE_KEYS_MAKE, &m, MESSAGE_KEYS_ARE, &s->keys, err);
}

static inline enum rc sample_load(struct sample *s, int64_t now_s, struct err *err)
{
	struct wire_keys_load m = {sample_actor(), now_s};

	return sample_ask(s, MESSAGE_KEYS_LOAD, &m, MESSAGE_KEYS_ARE, &s->keys, err);
}

static inline void sample_open(struct sample *s)
{
	*s = (struct sample){.dir = harness_make_dir(), .a = arena_new((size_t)64 << 20)};
	s->dir_fd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(s->dir_fd >= 0);
	sample_spawn(s);
}

/* Made keys, locked down: ready for work. */
static inline void sample_start(struct sample *s)
{
	struct err err = {0};

	sample_open(s);
	assert_ok(sample_make(s, &err), err);
	assert_ok(spawn_lock(&s->child, s->a, &s->ready, &err), err);
}

/* The process must still be there and end in good order. */
static inline void sample_end(struct sample *s)
{
	char how[256];
	int status;

	channel_free(&s->child.channel);
	status = spawn_reap(&s->child);
	spawn_describe_end(&s->child, status, how, sizeof how);
	if (status != 0)
		fail_msg("the signer %s", how);
}

static inline void sample_close(struct sample *s)
{
	sample_end(s);
	(void)close(s->dir_fd);
	harness_remove(&s->dir);
	arena_free(&s->a);
}

static inline struct str sample_kid(const struct sample *s, enum key_purpose purpose)
{
	for (uint32_t i = 0; i < s->keys.keys.count; i++) {
		if (s->keys.keys.items[i].purpose == purpose)
			return s->keys.keys.items[i].kid;
	}
	fail_msg("no key of purpose %d", (int)purpose);
	return STR("");
}

static inline struct wire_policy sample_policy(const struct sample *s)
{
	struct wire_policy p = sample_policy_of(sample_kid(s, KEY_ASSERT));

	p.pass_kid = s->keys.pass_kid;
	memcpy(p.pass_chain_sha256, s->keys.pass_chain_sha256, sizeof p.pass_chain_sha256);
	return p;
}

static inline enum rc sample_image(
	struct sample *s, uint16_t credential, struct str name, struct str content, struct err *err)
{
	struct wire_pass_image image = {STR(SAMPLE_BATCH), credential, name, bytes_of(content)};

	return sample_ask(
		s, MESSAGE_PASS_IMAGE, &image, MESSAGE_DONE, &(struct wire_nothing){0}, err);
}

static inline enum rc sample_set(
	struct sample *s, const struct wire_policy *policy, struct err *err)
{
	return sample_ask(
		s, MESSAGE_POLICY_SET, policy, MESSAGE_DONE, &(struct wire_nothing){0}, err);
}

static inline enum rc sample_sign(struct sample *s, struct wire_sign_row *rows, uint32_t count,
	struct wire_signed_rows *out, struct err *err)
{
	struct wire_sign_rows ask = {STR(SAMPLE_BATCH), {rows, count}};

	return sample_ask(s, MESSAGE_SIGN_ROWS, &ask, MESSAGE_SIGNED_ROWS, out, err);
}

/* The policy as it is and the images of its passes. */
static inline void sample_register(struct sample *s)
{
	static const char *const languages[] = {"de", "en"};
	struct wire_policy policy = sample_policy(s);
	uint8_t png[256];
	struct bytes icon = {png, harness_unhex(sample_png, png, sizeof png)};
	struct err err = {0};

	assert_ok(sample_set(s, &policy, &err), err);
	assert_ok(sample_image(s, 0, STR("icon.png"), bytes_text(icon), &err), err);
	assert_ok(sample_image(s, 0, STR("logo.png"), bytes_text(icon), &err), err);
	for (size_t i = 0; i < ARRAY_COUNT(languages); i++)
		assert_ok(sample_image(s, 0, str_fmt(s->a, "%s.lproj/pass.strings", languages[i]),
				  sample_strings(s->a, str_of(languages[i])), &err),
			err);
}

static inline struct wire_signed_row sample_sign_one(struct sample *s, struct wire_sign_row row)
{
	struct wire_signed_rows out = {0};
	struct err err = {0};

	assert_ok(sample_sign(s, &row, 1, &out, &err), err);
	assert_int_equal(out.rows.count, 1);
	return out.rows.items[0];
}

/* A request that must be refused with that kind and a sentence that has those words. */
static inline void assert_refused(
	enum rc rc, const struct err *err, enum rc kind, const char *words)
{
	if (rc != kind || strstr(err->text, words) == NULL)
		fail_msg("wanted %s \"%s\", got %s \"%s\"", rc_name(kind), words, rc_name(rc),
			err->text);
}

static inline bool has(struct str text, const char *what)
{
	return str_find_str(text, str_of(what)) < text.n;
}

#endif

// SPDX-License-Identifier: Apache-2.0
/*
 * A real, confined certfill-sign with a new tenant's keys, and requests that it takes. Used by
 * sign_test.c; everything is static so that each test changes its own copy.
 */
#ifndef TESTS_WORKER_SIGN_SAMPLE_H
#define TESTS_WORKER_SIGN_SAMPLE_H

#include "base/random.h"
#include "ipc/spawn.h"
#include "ipc/wire_render.h"
#include "ipc/wire_sign.h"
#include "tests/harness/harness.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SAMPLE_NOW_S ((int64_t)1781481600) /* 2026-06-15T00:00:00Z */
#define SAMPLE_DAY_S ((int64_t)86400)
#define SAMPLE_BATCH "01KV3N2E00ABCDEFGHJKMNPQRS"

struct sample {
	char *dir;
	int dir_fd;
	struct arena *a;
	struct spawn_child child;
	struct wire_keys_are keys;
	struct wire_ready ready;
};

static inline struct wire_actor sample_actor(void)
{
	return (struct wire_actor){.tenant = STR("uni-example"), .principal = STR("registrar"),
		.role = STR("certification:issue"), .reason = STR("spring")};
}

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
	spawn_describe_end(status, how, sizeof how);
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

/* Two credentials: a course with everything, a small one with a badge only. */
static inline struct wire_policy sample_policy(const struct sample *s)
{
	static struct wire_text names[] = {
		{STR("en"), STR("Applied Statistics")}, {STR("de"), STR("Angewandte Statistik")}};
	static struct wire_text descriptions[] = {{STR("en"), STR("Probability, inference and linear models.")},
		{STR("de"), STR("Wahrscheinlichkeit, Schätzen und lineare Modelle.")}};
	static struct wire_text small[] = {{STR(""), STR("Library Tour")}};
	static struct str tags[] = {STR("statistics"), STR("inference")};
	static struct wire_policy_credential credentials[2];

	credentials[0] = (struct wire_policy_credential){
		.achievement = {.id = STR("https://uni.example/a/stat-101"), .names = {names, 2},
			.descriptions = {descriptions, 2}, .type = STR("Course"),
			.criteria_narrative = STR("Complete 12 labs.\n\nScore at least **60** in the final."),
			.tags = {tags, 2}, .human_code = STR("STAT-101"), .field_of_study = STR("Statistics"),
			.in_language = STR("en"), .version = STR("2026.1")},
		.outputs = OUTPUT_PDF | OUTPUT_PNG | OUTPUT_BADGE | OUTPUT_PASS, .status = STR("revocation"),
		.pass = {STR("rgb(16, 42, 84)"), STR("rgb(255, 255, 255)"), STR("rgb(200, 210, 230)")}};
	credentials[1] = (struct wire_policy_credential){.achievement = {.id = STR("https://uni.example/a/tour"),
							    .names = {small, 1},
							    .criteria_id = STR("https://uni.example/a/tour#criteria")},
		.outputs = OUTPUT_BADGE, .status = STR("1edtech")};
	return (struct wire_policy){.actor = sample_actor(), .batch = STR(SAMPLE_BATCH), .plan_hash = {7},
		.row_count = 10, .kid = sample_kid(s, KEY_ASSERT), .issued_s = SAMPLE_NOW_S + 3600,
		.issuer = {.id = STR("did:web:badges.uni.example"), .name = STR("Universität Ésempio"),
			.url = STR("https://www.uni.example/"), .base_url = STR("https://badges.uni.example")},
		.credentials = {credentials, 2}};
}

static inline struct wire_sign_row sample_row(uint32_t row)
{
	static struct wire_value results[] = {{STR("result.Final grade"), STR("92")}};
	struct wire_sign_row r = {.row = row, .name = STR("Ada Nuñez “the first”"), .email = STR("ada@example.org"),
		.lang = STR("de-AT"), .valid_from_s = SAMPLE_NOW_S, .valid_until_s = SAMPLE_NOW_S + 3650 * SAMPLE_DAY_S,
		.awarded_s = SAMPLE_NOW_S - 3 * SAMPLE_DAY_S, .status_list = 3, .status_index = 94567 + row,
		.evidence_url = STR("https://portfolio.example.org/ada"), .external_id = STR("EX-000142"),
		.results = {results, 1}};

	memset(r.ulid, 0x11, sizeof r.ulid);
	r.ulid[0] = 0x01;
	r.ulid[15] = (uint8_t)row;
	memset(r.subject, 0x22, sizeof r.subject);
	r.subject[6] = 0x42;
	r.subject[8] = 0x82;
	memset(r.email_salt, 0x33, sizeof r.email_salt);
	return r;
}

static inline enum rc sample_image(struct sample *s, uint16_t credential, struct str name, struct str content,
	struct err *err)
{
	struct wire_pass_image image = {STR(SAMPLE_BATCH), credential, name, bytes_of(content)};

	return sample_ask(s, MESSAGE_PASS_IMAGE, &image, MESSAGE_DONE, &(struct wire_nothing){0}, err);
}

static inline enum rc sample_set(struct sample *s, const struct wire_policy *policy, struct err *err)
{
	return sample_ask(s, MESSAGE_POLICY_SET, policy, MESSAGE_DONE, &(struct wire_nothing){0}, err);
}

static inline enum rc sample_sign(struct sample *s, struct wire_sign_row *rows, uint32_t count,
	struct wire_signed_rows *out, struct err *err)
{
	struct wire_sign_rows ask = {STR(SAMPLE_BATCH), {rows, count}};

	return sample_ask(s, MESSAGE_SIGN_ROWS, &ask, MESSAGE_SIGNED_ROWS, out, err);
}

/* A PNG of 29 by 29 pixels in one colour. */
static const char sample_png[] =
	"89504e470d0a1a0a0000000d494844520000001d0000001d0802000000d9f1f058000000264944415478da63"
	"10d00aa10562183577d4dc517347cd1d3577d4dc517347cd1d357750990b00dec8d28eff7725090000000049"
	"454e44ae426082";
#define SAMPLE_STRINGS "\"For\" = \"For\";\n"

/* The policy as it is and the images of its passes. */
static inline void sample_register(struct sample *s)
{
	struct wire_policy policy = sample_policy(s);
	uint8_t png[256];
	struct bytes icon = {png, harness_unhex(sample_png, png, sizeof png)};
	struct err err = {0};

	assert_ok(sample_set(s, &policy, &err), err);
	assert_ok(sample_image(s, 0, STR("icon.png"), bytes_text(icon), &err), err);
	assert_ok(sample_image(s, 0, STR("logo.png"), bytes_text(icon), &err), err);
	assert_ok(sample_image(s, 0, STR("en.lproj/pass.strings"), STR(SAMPLE_STRINGS), &err), err);
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
static inline void assert_refused(enum rc rc, const struct err *err, enum rc kind, const char *words)
{
	if (rc != kind || strstr(err->text, words) == NULL)
		fail_msg("wanted %s \"%s\", got %s \"%s\"", rc_name(kind), words, rc_name(rc), err->text);
}

static inline bool has(struct str text, const char *what)
{
	return str_find_str(text, str_of(what)) < text.n;
}

#endif

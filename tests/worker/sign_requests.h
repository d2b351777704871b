// SPDX-License-Identifier: Apache-2.0
/* Requests that a signer takes. Used by the tests of certfill-sign and of its parts. */
#ifndef TESTS_WORKER_SIGN_REQUESTS_H
#define TESTS_WORKER_SIGN_REQUESTS_H

#include "formats/pass_strings.h"
#include "ipc/wire_render.h"
#include "ipc/wire_sign.h"

#include <string.h>

#define SAMPLE_NOW_S ((int64_t)1781481600) /* 2026-06-15T00:00:00Z */
#define SAMPLE_DAY_S ((int64_t)86400)
#define SAMPLE_BATCH "01KV3N2E00ABCDEFGHJKMNPQRS"

static inline struct wire_actor sample_actor(void)
{
	return (struct wire_actor){.tenant = STR("uni-example"),
		.principal = STR("registrar"),
		.role = STR("certification:issue"),
		.reason = STR("spring")};
}

/* Two credentials: a course with everything, a small one with a badge only. */
static inline struct wire_policy sample_policy_of(struct str kid)
{
	static struct wire_text names[] = {
		{STR("en"), STR("Applied Statistics")}, {STR("de"), STR("Angewandte Statistik")}};
	static struct wire_text descriptions[] = {
		{STR("en"), STR("Probability, inference and linear models.")},
		{STR("de"), STR("Wahrscheinlichkeit, Schätzen und lineare Modelle.")}};
	static struct wire_text small[] = {{STR(""), STR("Library Tour")}};
	static struct str tags[] = {STR("statistics"), STR("inference")};
	static struct wire_policy_credential credentials[2];

	credentials[0] = (struct wire_policy_credential){
		.achievement = {.id = STR("https://uni.example/a/stat-101"),
			.names = {names, 2},
			.descriptions = {descriptions, 2},
			.type = STR("Course"),
			.criteria_narrative =
				STR("Complete 12 labs.\n\nScore at least **60** in the final."),
			.tags = {tags, 2},
			.human_code = STR("STAT-101"),
			.field_of_study = STR("Statistics"),
			.in_language = STR("en"),
			.version = STR("2026.1")},
		.outputs = OUTPUT_PDF | OUTPUT_PNG | OUTPUT_BADGE | OUTPUT_PASS,
		.status = STR("revocation"),
		.pass = {STR("rgb(16, 42, 84)"), STR("rgb(255, 255, 255)"),
			STR("rgb(200, 210, 230)")}};
	credentials[1] = (struct wire_policy_credential){
		.achievement = {.id = STR("https://uni.example/a/tour"),
			.names = {small, 1},
			.criteria_id = STR("https://uni.example/a/tour#criteria")},
		.outputs = OUTPUT_BADGE,
		.status = STR("1edtech")};
	return (struct wire_policy){.actor = sample_actor(),
		.batch = STR(SAMPLE_BATCH),
		.plan_hash = {7},
		.row_count = 10,
		.kid = kid,
		.issued_s = SAMPLE_NOW_S + 3600,
		.issuer = {.id = STR("did:web:badges.uni.example"),
			.name = STR("Universität Ésempio"),
			.url = STR("https://www.uni.example/"),
			.base_url = STR("https://badges.uni.example")},
		.credentials = {credentials, 2}};
}

static inline struct wire_sign_row sample_row(uint32_t row)
{
	static struct wire_value results[] = {{STR("result.Final grade"), STR("92")}};
	struct wire_sign_row r = {.row = row,
		.name = STR("Ada Nuñez “the first”"),
		.email = STR("ada@example.org"),
		.lang = STR("de-AT"),
		.valid_from_s = SAMPLE_NOW_S,
		.valid_until_s = SAMPLE_NOW_S + 3650 * SAMPLE_DAY_S,
		.awarded_s = SAMPLE_NOW_S - 3 * SAMPLE_DAY_S,
		.status_list = 3,
		.status_index = 94567 + row,
		.evidence_url = STR("https://portfolio.example.org/ada"),
		.external_id = STR("EX-000142"),
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

/* A PNG of 29 by 29 pixels in one colour. */
static const char sample_png[] =
	"89504e470d0a1a0a0000000d494844520000001d0000001d0802000000d9f1f058000000264944415478da63"
	"10d00aa10562183577d4dc517347cd1d3577d4dc517347cd1d357750990b00dec8d28eff7725090000000049"
	"454e44ae426082";

/* pass.strings of the sample policy's first credential. */
static inline struct str sample_strings(struct arena *a, struct str lang)
{
	static const struct pass_text names[] = {
		{STR("en"), STR("Applied Statistics")}, {STR("de"), STR("Angewandte Statistik")}};
	struct pass_words words = {.names = names, .name_count = 2};
	struct buf text = buf_new(PASS_STRINGS_LEN_MAX);
	struct str out;

	CHECK(pass_strings_put(&text, &words, lang, NULL) == RC_OK);
	out = str_dup(a, buf_str(&text));
	buf_free(&text);
	return out;
}

#endif

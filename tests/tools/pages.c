// SPDX-License-Identifier: Apache-2.0
/* pages DIR: writes the public pages with sample content into DIR, one file for each verdict and language. */
#include "base/file.h"
#include "base/text.h"
#include "serve/page.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define DAY 86400

/* The rows a verdict stands on, as serve/look.c makes them: behind a signature or key that fell nothing is looked at. */
static void put_checks(enum verdict verdict, struct view_check rows[CHECK_KIND_COUNT])
{
	static const struct {
		enum check_kind fell;
		enum check_why why;
	} all[VERDICT_COUNT] = {
		[VERDICT_VALID] = {CHECK_KIND_COUNT, WHY_NONE},
		[VERDICT_EXPIRED] = {CHECK_DATES, WHY_NONE},
		[VERDICT_SUSPENDED] = {CHECK_STATUS, WHY_NONE},
		[VERDICT_REVOKED] = {CHECK_STATUS, WHY_NONE},
		[VERDICT_SUPERSEDED] = {CHECK_STATUS, WHY_NONE},
		[VERDICT_NOT_GENUINE] = {CHECK_SIGNATURE, WHY_CHANGED},
		[VERDICT_UNDETERMINED] = {CHECK_KEY, WHY_KEY},
		[VERDICT_EARLY] = {CHECK_DATES, WHY_NONE},
	};

	for (enum check_kind k = 0; k < CHECK_KIND_COUNT; k++) {
		rows[k] = (struct view_check){k, CHECK_OK, WHY_NONE};
		if (k == all[verdict].fell)
			rows[k] = (struct view_check){k, CHECK_FAILED, all[verdict].why};
		else if (k > all[verdict].fell && all[verdict].why != WHY_NONE)
			rows[k] = (struct view_check){k, CHECK_NOT_DONE, WHY_EARLIER};
	}
}

static int save(const char *dir, const char *name, struct buf *page)
{
	AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct err err = {0};

	CHECK(!page->full);
	if (fd < 0 || file_replace(fd, name, 0644, buf_bytes(page), &err) != RC_OK) {
		(void)fprintf(stderr, "cannot write %s: %s\n", name, err.text);
		return 1;
	}
	buf_reset(page);
	return 0;
}

static int save_in(const char *dir, const char *what, enum language l, struct buf *page)
{
	char name[64];

	(void)text_fmt(name, sizeof name, "%s-%s.html", what, language_tag(l));
	return save(dir, name, page);
}

/* Its checks are until the next call. */
static struct verify_view sample(enum verdict verdict)
{
	static struct view_check checks[CHECK_KIND_COUNT];
	static const struct view_field fields[] = {
		{{"field.honours", 13}, {"with <distinction> & praise", 27}},
		{{"field.city", 10}, {"القاهرة", 14}}};
	struct verify_view v = {.standing.verdict = verdict,
		.issuer_name = STR("Universität Beispielstadt"),
		.issuer_url = STR("https://uni.example.edu"),
		.issuer_id = STR("did:web:certs.uni.example.edu"),
		.kid = STR("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
		.recipient = STR("Zoë Lefèvre-Wójcik"),
		.achievement = STR("Bachelor of Science in Applied Mathematics"),
		.achievement_type = STR("BachelorDegree"),
		.criteria = STR("Three years of study and a thesis."),
		.fields = fields,
		.field_count = ARRAY_COUNT(fields),
		.issued_s = 1781222400,
		.standing.expires_s = 1781222400 + (int64_t)3650 * DAY,
		.standing.changed_s = 1781222400 + (int64_t)40 * DAY,
		.checks = checks,
		.check_count = CHECK_KIND_COUNT,
		.credential_url = STR("/credentials/01JZ0000000000000000000000"),
		.permalink =
			STR("https://certs.uni.example.edu/verify/vt_01JZK5Q6E8T7W9Y0A1B2C3D4E5"),
		.checked_s = 1795305600};

	put_checks(verdict, checks);
	if (verdict == VERDICT_REVOKED)
		v.reason = STR("issued-in-error");
	if (verdict == VERDICT_EXPIRED)
		v.standing.expires_s = 1781222400 + 100 * DAY;
	if (verdict == VERDICT_EARLY)
		v.standing.starts_s = 1781222400 + 200 * DAY;
	/* Nothing is said of a record whose signature or key does not hold (serve/look.c). */
	if (verdict == VERDICT_NOT_GENUINE || verdict == VERDICT_UNDETERMINED)
		v = (struct verify_view){.standing.verdict = verdict,
			.kid = v.kid,
			.issued_s = VIEW_NO_TIME,
			.standing.expires_s = VIEW_NO_TIME,
			.standing.changed_s = VIEW_NO_TIME,
			.checks = v.checks,
			.check_count = v.check_count,
			.permalink = v.permalink,
			.checked_s = v.checked_s};
	return v;
}

/* The most that a row may bring: a name without a break, a name of two hundred letters, sixty fields. */
static void stretch(struct arena *a, struct verify_view *v)
{
	struct view_field *fields = arena_zalloc(a, 60, sizeof *fields);
	struct str word = STR("Donaudampfschifffahrtsgesellschaftskapitän");

	v->recipient = str_fmt(a, STR_FMT STR_FMT STR_FMT STR_FMT "en", STR_ARG(word),
		STR_ARG(word), STR_ARG(word), STR_ARG(word));
	v->achievement = str_fmt(a, STR_FMT " " STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(word),
		STR_ARG(word), STR_ARG(word), STR_ARG(word));
	v->issuer_name = v->achievement;
	v->achievement_type = STR("ext:SomethingOfOurOwnThatIsNotInTheStandard");
	for (uint32_t i = 0; i < 60; i++)
		fields[i] = (struct view_field){
			i % 2 == 0 ? word : str_fmt(a, "field.a_rather_long_key_%u", i),
			i % 3 == 0 ? v->recipient : STR("17")};
	v->fields = fields;
	v->field_count = 60;
}

static int save_claim(const char *dir, enum language language, struct buf *page)
{
	struct claim_view v = {
		.standing.verdict = language == LANGUAGE_DE ? VERDICT_REVOKED : VERDICT_VALID,
		.issuer_name = STR("Universität Beispielstadt"),
		.recipient =
			language == LANGUAGE_AR ? STR("محمد عبد الله") : STR("Zoë Lefèvre-Wójcik"),
		.achievement = STR("Bachelor of Science in Applied Mathematics"),
		.issued_s = 1781222400,
		.standing.expires_s = VIEW_NO_TIME,
		.standing.changed_s = 1781222400 + (int64_t)40 * DAY,
		.verify_url =
			STR("https://certs.uni.example.edu/verify/vt_01JZK5Q6E8T7W9Y0A1B2C3D4E5"),
		.linkedin_url =
			STR("https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME"),
		.action = STR("/c/abc"),
		.offers = {true, true, true, true},
		.pass_is_demo = language == LANGUAGE_FR};

	page_put_claim(page, &v, language);
	return save_in(dir, "claim", language, page);
}

static int save_long(const char *dir, struct arena *a, enum language language, struct buf *page)
{
	struct verify_view v = sample(VERDICT_VALID);
	struct claim_view c = {.standing.verdict = VERDICT_VALID,
		.issued_s = v.issued_s,
		.standing.expires_s = v.standing.expires_s,
		.standing.changed_s = VIEW_NO_TIME,
		.verify_url = v.permalink,
		.action = STR("/c/abc"),
		.offers = {[CLAIM_CREDENTIAL] = true}};
	int failed;

	stretch(a, &v);
	c.recipient = v.recipient;
	c.achievement = v.achievement;
	c.issuer_name = v.issuer_name;
	page_put_verify(page, &v, language, STR("/verify/vt_01JZK5Q6E8T7"));
	page_put_checked(page, language, v.checked_s);
	failed = save_in(dir, "long", language, page);
	page_put_claim(page, &c, language);
	return failed || save_in(dir, "long-claim", language, page);
}

int main(int argc, char **argv)
{
	struct buf page = buf_new(PAGE_MAX);
	struct arena *a = arena_new((size_t)1 << 20);
	int failed = argc != 2;

	for (enum language l = 0; l < LANGUAGE_COUNT && !failed; l++) {
		for (enum verdict k = 0; k < VERDICT_COUNT && !failed; k++) {
			struct verify_view v = sample(k);

			page_put_verify(&page, &v, l, STR("/verify/vt_01JZK5Q6E8T7"));
			page_put_checked(&page, l, v.checked_s);
			failed = save_in(argv[1], view_verdict_name(k), l, &page);
		}
		failed = failed || save_claim(argv[1], l, &page);
		failed = failed || save_long(argv[1], a, l, &page);
		page_put_notice(&page, TEXT_LINK_DEAD, l);
		failed = failed || save_in(argv[1], "notice", l, &page);
		page_put_home(&page, l);
		failed = failed || save_in(argv[1], "home", l, &page);
	}
	buf_free(&page);
	arena_free(&a);
	return failed;
}

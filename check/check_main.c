// SPDX-License-Identifier: Apache-2.0
/*
 * Check: parses foreign credentials, pictures, PDFs and passes, and says whether they are genuine.
 *
 * Runs in:  certfill-check, for one command; replaced after some files, and when it dies.
 * Trusts:   the material it is given, as to which keys are whose. Nothing of the files.
 * Holds:    the files under examination. No private keys, no paths, no network.
 * If taken: the verdicts on what it looks at from then on are wrong.
 */
#include "base/file.h"
#include "base/mem.h"
#include "ipc/wire_check.h"
#include "ipc/wire_common.h"
#include "ipc/worker.h"

#include <libxml/parser.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "verify/certfill-verify.h"

/* Beside the calls of every worker (confine_base_calls). Found by strace over all kinds of files. */
static const struct confine_call calls[] = {
	{SYS_getpid, CONFINE_ALLOW, 0,
		"rare: OpenSSL's random generator asks whether it was forked"},
};

static const struct confine_profile profile = {
	.name = "check",
	.calls = calls,
	.call_count = ARRAY_COUNT(calls),
	.memory_max = UINT64_C(2) << 30,
	.file_max = UINT64_C(1) << 20,
	.cpu_max_s = 120,
	.open_max = 16,
};

struct state {
	struct certfill_material *material;
	/*
	 * What is to be checked, as the asker wrote it. It is lent while a request is under way; an asker
	 * that wrote meanwhile would deceive itself alone, for the verdict is its own.
	 */
	struct bytes area;
};

static struct state state;

static enum rc check_len(const struct state *s, uint64_t len, struct err *err)
{
	if (s->area.p == NULL)
		return err_set(err, RC_PEER, "there is nothing to read from");
	if (len > s->area.n)
		return err_set(err, RC_LIMIT, "it is over %zu MiB", CHECK_AREA_LEN >> 20);
	return RC_OK;
}

static enum rc open_area(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct state *s = worker_state(w);
	AUTO_FD fd = -1;
	enum rc rc;

	(void)request;
	if (frame->fd_count != 1 || s->area.p != NULL)
		return err_set(err, RC_PEER, "CHECK_OPEN wants one descriptor, once");
	fd = frame_take_fd(frame, 0);
	rc = file_map(fd, "what is to be checked", CHECK_AREA_LEN, &s->area, err);
	return rc == RC_OK ? worker_done(w, err) : rc;
}

static enum rc take_material(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_check_material *m = request;
	struct state *s = worker_state(w);
	const char *name = NULL;
	char why[ERR_TEXT_LEN];
	enum rc rc = check_len(s, m->len, err);

	(void)frame;
	if (rc == RC_OK && m->name.n != 0)
		rc = str_cz(worker_arena(w), m->name, &name, err);
	if (rc != RC_OK)
		return rc;
	if (!certfill_material_add(s->material, name, s->area.p, (size_t)m->len, why, sizeof why))
		return err_set(err, RC_INPUT, "%s", why);
	return worker_done(w, err);
}

static void fill_lists(
	struct arena *a, const struct certfill_result *result, struct wire_checked *out)
{
	out->checks.count = (uint32_t)certfill_result_check_count(result);
	out->checks.items = arena_zalloc(a, out->checks.count, sizeof *out->checks.items);
	for (uint32_t i = 0; i < out->checks.count; i++) {
		struct certfill_check c = certfill_result_check(result, i);

		out->checks.items[i] =
			(struct wire_check_item){str_of(c.name), (uint8_t)c.outcome, str_of(c.why)};
	}
	out->facts.count = (uint32_t)certfill_result_fact_count(result);
	out->facts.items = arena_zalloc(a, out->facts.count, sizeof *out->facts.items);
	for (uint32_t i = 0; i < out->facts.count; i++) {
		struct certfill_fact f = certfill_result_fact(result, i);

		out->facts.items[i] = (struct wire_check_item){str_of(f.name), 0, str_of(f.value)};
	}
	out->wanted.count = (uint32_t)certfill_result_wanted_count(result);
	out->wanted.items = arena_zalloc(a, out->wanted.count, sizeof *out->wanted.items);
	for (uint32_t i = 0; i < out->wanted.count; i++)
		out->wanted.items[i] = str_of(certfill_result_wanted(result, i));
}

static enum rc check_file(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_check_file *f = request;
	struct state *s = worker_state(w);
	struct certfill_verify_options options = {
		.now_s = f->now_s, .status_age_max_s = f->status_age_s, .material = s->material};
	struct certfill_result *result;
	struct wire_checked answer = {0};
	enum rc rc = RC_OK;

	(void)frame;
	if (f->len > CHECK_AREA_LEN || f->companion_len > CHECK_AREA_LEN - f->len)
		rc = err_set(err, RC_LIMIT, "it is over %zu MiB", CHECK_AREA_LEN >> 20);
	if (rc == RC_OK)
		rc = check_len(s, f->len + f->companion_len, err);
	if (rc == RC_OK && f->page.n != 0)
		rc = str_cz(worker_arena(w), f->page, &options.page_credential, err);
	if (rc != RC_OK)
		return rc;
	if (f->companion_len != 0)
		options.companion = s->area.p + f->len;
	options.companion_len = (size_t)f->companion_len;
	result = certfill_verify(s->area.p, (size_t)f->len, &options);
	answer.verdict = (uint8_t)certfill_result_verdict(result);
	answer.kind = str_of(certfill_result_kind(result));
	answer.summary = str_of(certfill_result_summary(result));
	fill_lists(worker_arena(w), result, &answer);
	rc = worker_reply(w, MESSAGE_CHECKED, &answer, err);
	certfill_result_free(result);
	return rc;
}

/* What libraries set up on first use, they set up now, on bytes of ours. */
static enum rc warm_up(struct worker *w, struct err *err)
{
	static const char *const samples[] = {
		"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
		"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R/Size 2>>\n",
		"eyJhbGciOiJFZERTQSJ9.e30.AA",
	};
	struct state *s = worker_state(w);
	struct certfill_verify_options options = {.now_s = 0};

	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_ADD_ALL_DIGESTS
			    | OPENSSL_INIT_ADD_ALL_CIPHERS | OPENSSL_INIT_LOAD_CRYPTO_STRINGS,
		    NULL)
		!= 1)
		return err_set(err, RC_SYSTEM, "OpenSSL cannot start");
	xmlInitParser();
	s->material = certfill_material_new();
	for (size_t i = 0; i < ARRAY_COUNT(samples); i++) {
		struct certfill_result *result =
			certfill_verify(samples[i], strlen(samples[i]), &options);

		certfill_result_free(result);
	}
	return RC_OK;
}

static const struct worker_message messages[] = {
	{MESSAGE_CHECK_OPEN, open_area},
	{MESSAGE_CHECK_MATERIAL, take_material},
	{MESSAGE_CHECK_FILE, check_file},
};

static const struct worker_role role = {
	.role = ROLE_CHECK,
	.messages = messages,
	.message_count = ARRAY_COUNT(messages),
	.profile = &profile,
	.warm_up = warm_up,
	.frame_arena_len = (size_t)4 << 20,
	.state = &state,
};

int main(int argc, char **argv)
{
	return worker_run(&role, argc, argv);
}

// SPDX-License-Identifier: Apache-2.0
/* KEYS_MAKE, KEYS_LOAD and what must happen before lockdown. Runs in: sign. */
#include "base/text.h"
#include "formats/token.h"
#include "trust/keybox.h"
#include "trust/keystore.h"
#include "trust/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void sign_open(struct sign_state *s)
{
	s->locked = ossl_open();
	s->work = arena_new(DI_ARENA_LEN);
}

enum rc sign_need_keys(const struct sign_state *s, struct err *err)
{
	if (!s->loaded)
		return err_set(err, RC_INPUT, "the signer holds no keys: KEYS_LOAD comes first");
	return RC_OK;
}

static enum rc derive_token_key(struct sign_state *s, struct err *err)
{
	const struct key *key = keyring_find(&s->ring, KEY_TOKEN, STR(""));
	uint64_t version;

	if (!str_to_u64(str_of(key->kid), UINT16_MAX, &version))
		return err_set(err, RC_INPUT, "the token secret has no version number");
	s->token_version = (uint16_t)version;
	s->token_key = secret_new(32);
	token_key(secret_bytes(key->secret), str_of(s->ring.tenant), str_of(key->kid),
		secret_room(s->token_key));
	return RC_OK;
}

/* One line of text: what ends it is no part of a passphrase. */
static size_t line_len(const uint8_t *p, size_t n)
{
	if (n != 0 && p[n - 1] == '\n')
		n--;
	return n != 0 && p[n - 1] == '\r' ? n - 1 : n;
}

static enum rc read_passphrase(int fd, struct secret **out, struct err *err)
{
	AUTO_SECRET raw = secret_new(KEYBOX_PASSPHRASE_MAX + 3);
	ssize_t n = pread(fd, secret_room(raw), KEYBOX_PASSPHRASE_MAX + 3, 0);
	size_t len;

	if (n < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot read the passphrase");
	len = line_len(secret_room(raw), (size_t)n);
	if (len == 0 || len > KEYBOX_PASSPHRASE_MAX)
		return err_set(err, RC_INPUT, "a passphrase has 1 to %d bytes, in one line",
			KEYBOX_PASSPHRASE_MAX);
	*out = secret_dup((struct bytes){secret_bytes(raw).p, len});
	return RC_OK;
}

/* Inherited descriptors are read once and closed. */
static enum rc take_passphrases(struct sign_state *s, struct err *err)
{
	enum rc rc = RC_OK;

	for (int i = 0; i < WORKER_SECRETS; i++) {
		int fd = WORKER_SECRET_FD + i;

		if (fcntl(fd, F_GETFD) < 0)
			continue;
		if (rc == RC_OK)
			rc = read_passphrase(fd, &s->passphrases[i], err);
		(void)close(fd);
	}
	return rc;
}

static struct keystore_place place_of(const struct sign_state *s, struct str tenant)
{
	return (struct keystore_place){.dir_fd = WORKER_DIR_FD,
		.tenant = tenant,
		.passphrase = s->passphrases[0] != NULL ? secret_bytes(s->passphrases[0])
							: (struct bytes){NULL, 0}};
}

static enum rc open_ring(struct sign_state *s, struct str tenant, int64_t now_s, struct err *err)
{
	struct keystore_place place = place_of(s, tenant);
	enum rc rc = keystore_open(&keystore_file, &place, now_s, &s->ring, err);

	if (rc == RC_OK)
		rc = derive_token_key(s, err);
	if (rc != RC_OK) {
		keyring_clear(&s->ring);
		return rc;
	}
	if (!s->locked && s->ring.warnings.count < PASS_IDENTITY_NOTES_MAX)
		(void)text_copy(s->ring.warnings.note[s->ring.warnings.count++], ERR_TEXT_LEN,
			"the memory of the signing keys could not be locked against swapping: "
			"raise RLIMIT_MEMLOCK");
	s->now_s = now_s;
	s->loaded = true;
	return RC_OK;
}

static enum rc describe(struct worker *w, struct err *err)
{
	struct sign_state *s = worker_state(w);
	struct wire_keys_are answer;
	enum rc rc = keyring_describe(&s->ring, worker_arena(w), &answer, err);

	return rc == RC_OK ? worker_reply(w, MESSAGE_KEYS_ARE, &answer, err) : rc;
}

/* One signer, one tenant: what is taken over with it is one tenant's. */
static enum rc check_single_tenant(const struct sign_state *s, struct str tenant, struct err *err)
{
	if (s->loaded && !str_eq_cz(tenant, s->ring.tenant))
		return err_set(err, RC_INPUT,
			"this signer holds the keys of tenant %s: start another for " STR_FMT,
			s->ring.tenant, STR_ARG(tenant));
	return RC_OK;
}

enum rc sign_keys_make(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	const struct wire_keys_make *m = request;
	struct keystore_place place;
	enum rc rc = check_single_tenant(s, m->actor.tenant, err);

	(void)frame;
	if (rc == RC_OK)
		rc = take_passphrases(s, err);
	place = place_of(s, m->actor.tenant);
	if (rc == RC_OK)
		rc = keystore_file.make(&place, m->organization, m->now_s, err);
	if (rc == RC_OK)
		rc = open_ring(s, m->actor.tenant, m->now_s, err);
	return rc == RC_OK ? describe(w, err) : rc;
}

/* Who changes keys is neither who issues nor who reads. */
static enum rc check_manager(struct sign_state *s, const struct wire_actor *actor, struct err *err)
{
	enum rc rc;

	if (!str_eq_cz(actor->role, "certification:keys"))
		return err_set(err, RC_INPUT,
			"role \"" STR_FMT "\" may not change keys: it takes certification:keys",
			STR_ARG(actor->role));
	if (actor->principal.n == 0)
		return err_set(err, RC_INPUT, "the signer wants to know who changes keys");
	rc = take_passphrases(s, err);
	return rc == RC_OK ? check_single_tenant(s, actor->tenant, err) : rc;
}

/* What was loaded before is out of date. */
static enum rc open_again(struct worker *w, struct str tenant, int64_t now_s, struct err *err)
{
	struct sign_state *s = worker_state(w);
	enum rc rc;

	s->loaded = false;
	secret_free(&s->token_key);
	keyring_clear(&s->ring);
	rc = open_ring(s, tenant, now_s, err);
	return rc == RC_OK ? describe(w, err) : rc;
}

enum rc sign_keys_add(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	const struct wire_keys_add *m = request;
	struct keystore_place place;
	struct keystore_add add = {.purposes = m->purposes,
		.jwt_alg = jwk_alg_named(m->alg),
		.now_s = m->now_s,
		.overlap_s = m->overlap_s,
		.fresh = m->fresh};
	enum rc rc = check_manager(s, &m->actor, err);

	(void)frame;
	place = place_of(s, m->actor.tenant);
	if (rc == RC_OK)
		rc = keystore_file.add(&place, &add, err);
	return rc == RC_OK ? open_again(w, m->actor.tenant, m->now_s, err) : rc;
}

enum rc sign_keys_compromise(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	const struct wire_keys_compromise *m = request;
	struct keystore_place place;
	enum rc rc = check_manager(s, &m->actor, err);

	(void)frame;
	place = place_of(s, m->actor.tenant);
	if (rc == RC_OK)
		rc = keystore_file.compromise(&place, m->kid, m->now_s, m->overlap_s, err);
	return rc == RC_OK ? open_again(w, m->actor.tenant, m->now_s, err) : rc;
}

enum rc sign_keys_seal(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	const struct wire_keys_load *m = request;
	struct keystore_place place;
	enum rc rc = check_manager(s, &m->actor, err);

	(void)frame;
	place = place_of(s, m->actor.tenant);
	if (rc == RC_OK && s->passphrases[1] == NULL)
		rc = err_set(err, RC_INPUT, "a new passphrase is needed");
	if (rc == RC_OK)
		rc = keystore_file.seal(&place, secret_bytes(s->passphrases[1]), err);
	return rc == RC_OK ? worker_done(w, err) : rc;
}

enum rc sign_keys_load(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	const struct wire_keys_load *m = request;
	enum rc rc = check_single_tenant(s, m->actor.tenant, err);

	(void)frame;
	if (rc == RC_OK)
		rc = take_passphrases(s, err);
	if (rc == RC_OK && !s->loaded)
		rc = open_ring(s, m->actor.tenant, m->now_s, err);
	return rc == RC_OK ? describe(w, err) : rc;
}

/* OpenSSL fetches, allocates and seeds on first use; all of that happens here. */
static enum rc use_every_key(struct sign_state *s, struct err *err)
{
	uint8_t signature[64];
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < s->ring.key_count; i++) {
		const struct key *key = &s->ring.keys[i];
		struct bytes text = bytes_of(STR("certfill: warming up"));
		struct buf out = buf_new(JWK_PUBLIC_MAX);

		if (key->signs)
			rc = key_sign(key, text, signature, err);
		else if (key->purpose == KEY_JWT && key->compromised_s == KEY_NEVER_S)
			rc = key_sign_jws(key, text, &out, err);
		buf_free(&out);
	}
	return rc;
}

static enum rc use_pass_key(struct sign_state *s, struct err *err)
{
	struct pass_signer *signer = NULL;
	struct buf out = buf_new(65536);
	enum rc rc;

	if (s->ring.pass.problems.count != 0)
		return RC_OK;
	rc = pass_signer_new(&s->ring.pass, s->ring.pass.not_before_s, &signer, err);
	if (rc == RC_OK)
		rc = pass_signer_sign(signer, bytes_of(STR("{}")), &out, err);
	pass_signer_free(&signer);
	buf_free(&out);
	return rc;
}

enum rc sign_warm_up(struct worker *w, struct err *err)
{
	struct sign_state *s = worker_state(w);
	enum rc rc = sign_need_keys(s, err);

	if (rc == RC_OK)
		rc = use_every_key(s, err);
	if (rc == RC_OK)
		rc = use_pass_key(s, err);
	(void)close(WORKER_DIR_FD);
	for (size_t i = 0; i < ARRAY_COUNT(s->passphrases); i++)
		secret_free(&s->passphrases[i]);
	return rc;
}

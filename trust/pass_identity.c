// SPDX-License-Identifier: Apache-2.0
/* Reading and judging a pass certificate. Runs in: sign, before lockdown. */
#include "trust/pass_identity.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "trust/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PEM_LEN_MAX ((size_t)64 * 1024)

static void add_note(struct pass_notes *notes, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void add_note(struct pass_notes *notes, const char *fmt, ...)
{
	va_list args;

	if (notes->count == PASS_IDENTITY_NOTES_MAX)
		return;
	va_start(args, fmt);
	(void)text_vfmt(notes->note[notes->count++], ERR_TEXT_LEN, fmt, args);
	va_end(args);
}

static bool has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7F)
			return true;
	return false;
}

/* The first entry of that kind; empty when there is none, or it cannot be shown or does not fit. */
static void read_name(const X509_NAME *name, int nid, char *out, size_t out_len)
{
	int at = X509_NAME_get_index_by_NID(name, nid, -1);
	unsigned char *text = NULL;
	int n;

	out[0] = '\0';
	if (at < 0)
		return;
	n = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	if (n > 0 && (size_t)n < out_len && memchr(text, 0, (size_t)n) == NULL
		&& str_is_utf8((struct str){(const char *)text, (size_t)n})) {
		memcpy(out, text, (size_t)n);
		out[n] = '\0';
	}
	OPENSSL_free(text);
	if (has_control(out))
		out[0] = '\0';
}

static void read_subject(const X509 *cert, int nid, char *out, size_t out_len)
{
	read_name(X509_get_subject_name(cert), nid, out, out_len);
}

/* A name for sentences, clipped between characters. */
struct shown {
	char text[80];
};
static struct shown show_name(const X509_NAME *name)
{
	char common[256];
	char unit[64];
	char clipped[52];
	struct shown s;

	read_name(name, NID_commonName, common, sizeof common);
	read_name(name, NID_organizationalUnitName, unit, sizeof unit);
	(void)text_copy(clipped, sizeof clipped, common[0] != '\0' ? common : "?");
	(void)text_fmt(s.text, sizeof s.text, "%s%s%s", clipped, unit[0] != '\0' ? ", " : "", unit);
	return s;
}

static struct shown show_text(const char *text)
{
	struct shown s;

	(void)text_copy(s.text, sizeof s.text, text);
	return s;
}

static bool is_team(const char *team)
{
	return strlen(team) == 10 && strspn(team, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == 10;
}

static void check_subject(struct pass_identity *id)
{
	read_subject(id->certificate, NID_userId, id->type_id, sizeof id->type_id);
	read_subject(id->certificate, NID_organizationalUnitName, id->team_id, sizeof id->team_id);
	if (strncmp(id->type_id, "pass.", 5) != 0)
		add_note(&id->problems,
			"the pass certificate names no pass type: its UID is \"%s\" and should "
			"begin with \"pass.\"; is it a Pass Type ID certificate?",
			show_text(id->type_id).text);
	if (!is_team(id->team_id))
		add_note(&id->problems,
			"the pass certificate names no team: its OU is \"%s\" and should be ten "
			"capital letters and digits",
			id->team_id);
}

static void check_dates(struct pass_identity *id, int64_t now_s)
{
	char day[CLOCK_ISO_LEN];
	int64_t from = 0;
	int64_t until = 0;

	if (ossl_time(X509_get0_notBefore(id->certificate), &id->not_before_s, NULL) != RC_OK
		|| ossl_time(X509_get0_notAfter(id->certificate), &id->not_after_s, NULL) != RC_OK
		|| ossl_time(X509_get0_notBefore(id->intermediate), &from, NULL) != RC_OK
		|| ossl_time(X509_get0_notAfter(id->intermediate), &until, NULL) != RC_OK) {
		add_note(&id->problems, "the pass certificates hold dates that cannot be read");
		return;
	}
	clock_iso(id->not_before_s, day);
	if (now_s < id->not_before_s)
		add_note(&id->problems,
			"the pass certificate is not valid yet, only from %.10s on: is this "
			"machine's clock right?",
			day);
	clock_iso(id->not_after_s, day);
	if (now_s > id->not_after_s)
		add_note(&id->problems,
			"the pass certificate ended on %.10s: renew it at developer.apple.com",
			day);
	else if (now_s > id->not_after_s - PASS_IDENTITY_WARN_S)
		add_note(&id->warnings, "the pass certificate ends on %.10s: renew it soon", day);
	clock_iso(until, day);
	if (now_s < from)
		add_note(&id->problems,
			"the WWDR certificate is not valid yet: is this machine's clock right?");
	else if (now_s > until)
		add_note(&id->problems,
			"the WWDR certificate ended on %.10s: fetch the current WWDR G4 from "
			"apple.com/certificateauthority",
			day);
	else if (now_s > until - PASS_IDENTITY_WARN_S)
		add_note(&id->warnings,
			"the WWDR certificate ends on %.10s: fetch the current WWDR G4 soon", day);
}

static void check_intermediate(struct pass_identity *id)
{
	char name[256];
	char generation[64];
	EVP_PKEY *issuer = X509_get0_pubkey(id->intermediate);

	read_subject(id->intermediate, NID_commonName, name, sizeof name);
	read_subject(id->intermediate, NID_organizationalUnitName, generation, sizeof generation);
	if (strstr(name, "Worldwide Developer Relations Certification Authority") == NULL)
		add_note(&id->problems,
			"wwdr.pem is \"%s\", not an Apple Worldwide Developer Relations "
			"certificate: fetch WWDR G4",
			show_name(X509_get_subject_name(id->intermediate)).text);
	else if (strcmp(generation, "G4") != 0)
		add_note(&id->problems,
			"wwdr.pem is generation \"%s\"; phones take passes of WWDR G4 only",
			generation);
	if (X509_check_issued(id->intermediate, id->certificate) != X509_V_OK || issuer == NULL
		|| X509_verify(id->certificate, issuer) != 1)
		add_note(&id->problems,
			"the pass certificate was not issued by the one in wwdr.pem: it names "
			"\"%s\", and wwdr.pem is \"%s\"",
			show_name(X509_get_issuer_name(id->certificate)).text,
			show_name(X509_get_subject_name(id->intermediate)).text);
}

static enum rc add_der(struct hash_stream *h, const X509 *cert, struct err *err)
{
	OSSL_AUTO_DER der = NULL;
	int n = i2d_X509(cert, &der);

	if (n <= 0)
		return ossl_error(err, "cannot encode a certificate");
	hash_add(h, (struct bytes){der, (size_t)n});
	return RC_OK;
}

enum rc pass_identity_digest(
	const struct pass_identity *id, uint8_t out[HASH_SHA256_LEN], struct err *err)
{
	struct hash_stream h;
	enum rc rc;

	memset(out, 0, HASH_SHA256_LEN);
	if (id->certificate == NULL || id->intermediate == NULL)
		return RC_OK;
	hash_start(&h);
	rc = add_der(&h, id->certificate, err);
	if (rc == RC_OK)
		rc = add_der(&h, id->intermediate, err);
	if (rc == RC_OK && id->root != NULL)
		rc = add_der(&h, id->root, err);
	if (rc == RC_OK)
		hash_finish(&h, out);
	return rc;
}

void pass_identity_check(struct pass_identity *id, int64_t now_s)
{
	if (pass_identity_digest(id, id->chain_sha256, NULL) != RC_OK)
		add_note(&id->problems, "the pass certificates cannot be encoded");
	if (id->certificate == NULL || id->intermediate == NULL || id->key == NULL) {
		if (id->problems.count == 0)
			add_note(&id->problems, "there is no certificate for wallet passes");
		return;
	}
	check_subject(id);
	if (X509_check_private_key(id->certificate, id->key) != 1)
		add_note(&id->problems,
			"pass.key does not belong to pass.pem: was the certificate renewed without "
			"its key?");
	if (!EVP_PKEY_is_a(id->key, "RSA"))
		add_note(&id->problems,
			"the pass key is not an RSA key, which Apple's certificates have");
	check_intermediate(id);
	check_dates(id, now_s);
	ossl_forget_errors();
}

static X509 *certificate_of(struct bytes der)
{
	const unsigned char *at = der.p;
	X509 *cert = der.n != 0 ? d2i_X509(NULL, &at, (long)der.n) : NULL;

	if (cert != NULL && at != der.p + der.n) {
		X509_free(cert);
		cert = NULL;
	}
	return cert;
}

enum rc pass_identity_of_der(struct pass_identity *out, struct bytes key, struct bytes certificate,
	struct bytes intermediate, struct bytes root, struct err *err)
{
	const unsigned char *at = key.p;

	*out = (struct pass_identity){.throwaway = root.n != 0};
	out->key = d2i_AutoPrivateKey(NULL, &at, (long)key.n);
	out->certificate = certificate_of(certificate);
	out->intermediate = certificate_of(intermediate);
	out->root = certificate_of(root);
	if (out->key != NULL && out->certificate != NULL && out->intermediate != NULL
		&& (out->root != NULL) == out->throwaway)
		return RC_OK;
	ossl_forget_errors();
	pass_identity_free(out);
	return err_set(err, RC_INPUT, "the pass certificates in the key file cannot be read");
}

/* No passphrase is ever asked for. */
/* NOLINTNEXTLINE(readability-non-const-parameter): OpenSSL's pem_password_cb. */
static int refuse_passphrase(char *out, int out_len, int writing, void *user)
{
	(void)out;
	(void)out_len;
	(void)writing;
	(void)user;
	return -1;
}

/* The whole file in locked memory; NULL and a problem when it is missing, too open or too large. */
static struct secret *read_pem(struct pass_identity *id, int dir_fd, const char *name, bool private)
{
	AUTO_FD fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	struct secret *text;

	if (fd < 0 || fstat(fd, &st) != 0) {
		add_note(&id->problems, "apple/%s cannot be opened: %s", name,
			strerrordesc_np(errno));
		return NULL;
	}
	if (!S_ISREG(st.st_mode) || st.st_size <= 0 || (size_t)st.st_size > PEM_LEN_MAX) {
		add_note(&id->problems, "apple/%s is not a PEM file", name);
		return NULL;
	}
	if (private && (st.st_mode & 077) != 0) {
		add_note(&id->problems, "others on this machine can read apple/%s: chmod 600 it",
			name);
		return NULL;
	}
	text = secret_new((size_t)st.st_size);
	if (file_pread(fd, name, 0, secret_room(text), (size_t)st.st_size, NULL) != RC_OK) {
		add_note(&id->problems, "apple/%s cannot be read", name);
		secret_free(&text);
	}
	return text;
}

static X509 *read_certificate(struct pass_identity *id, int dir_fd, const char *name)
{
	AUTO_SECRET text = read_pem(id, dir_fd, name, false);
	X509 *cert = NULL;

	if (text != NULL) {
		AUTO(BIO) in = BIO_new_mem_buf(secret_bytes(text).p, (int)secret_bytes(text).n);

		cert = in != NULL ? PEM_read_bio_X509(in, NULL, refuse_passphrase, NULL) : NULL;
		if (cert == NULL)
			add_note(&id->problems, "apple/%s holds no certificate in PEM form", name);
	}
	return cert;
}

static EVP_PKEY *read_key(struct pass_identity *id, int dir_fd, const char *name)
{
	AUTO_SECRET text = read_pem(id, dir_fd, name, true);
	EVP_PKEY *key = NULL;

	if (text != NULL) {
		AUTO(BIO) in = BIO_new_mem_buf(secret_bytes(text).p, (int)secret_bytes(text).n);

		key = in != NULL ? PEM_read_bio_PrivateKey(in, NULL, refuse_passphrase, NULL)
				 : NULL;
		if (key == NULL)
			add_note(&id->problems,
				"apple/%s holds no private key in PEM form without a passphrase",
				name);
	}
	return key;
}

void pass_identity_of_directory(struct pass_identity *out, int dir_fd)
{
	*out = (struct pass_identity){.throwaway = false};
	out->certificate = read_certificate(out, dir_fd, "pass.pem");
	out->intermediate = read_certificate(out, dir_fd, "wwdr.pem");
	out->key = read_key(out, dir_fd, "pass.key");
	ossl_forget_errors();
}

void pass_identity_free(struct pass_identity *id)
{
	EVP_PKEY_free(id->key);
	X509_free(id->certificate);
	X509_free(id->intermediate);
	X509_free(id->root);
	*id = (struct pass_identity){0};
}

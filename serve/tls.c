// SPDX-License-Identifier: Apache-2.0
/* TLS of a listener. Runs in: verify, console. */
#include "serve/tls.h"

#include "base/mem.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <time.h>

/* RFC 9325, 4.2: forward secrecy and AEAD only. The suites of 1.3 are all of that kind. */
#define SUITES_12 \
	"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:" \
	"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:" \
	"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
#define CHAIN_MAX 8
#define ROOTS_MAX 64

struct tls_server {
	SSL_CTX *ctx;
};

static void BIO_auto_free(BIO **b)
{
	BIO_free(*b);
}

static void X509_auto_free(X509 **x)
{
	X509_free(*x);
}

static void EVP_PKEY_auto_free(EVP_PKEY **k)
{
	EVP_PKEY_free(*k);
}

static void SSL_CTX_auto_free(SSL_CTX **c)
{
	SSL_CTX_free(*c);
}

/* Drains OpenSSL's queue into the sentence. */
static enum rc refuse(struct err *err, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	enum rc rc = err_set(err, RC_INPUT, "%s (%s)", what, reason != NULL ? reason : "no detail");

	ERR_clear_error();
	return rc;
}

/* A key that asks for a passphrase is refused instead of asking a terminal. */
/* NOLINTNEXTLINE(readability-non-const-parameter): OpenSSL's pem_password_cb. */
static int no_passphrase(char *out, int out_len, int writing, void *unused)
{
	(void)out;
	(void)out_len;
	(void)writing;
	(void)unused;
	return -1;
}

static enum rc load_chain(SSL_CTX *ctx, struct bytes pem, struct err *err)
{
	AUTO(BIO) in = BIO_new_mem_buf(pem.p, (int)pem.n);
	AUTO(X509) leaf = in != NULL ? PEM_read_bio_X509(in, NULL, no_passphrase, NULL) : NULL;

	if (leaf == NULL || SSL_CTX_use_certificate(ctx, leaf) != 1)
		return refuse(
			err, "reading the certificate: it must be PEM, the server's own first");
	if (X509_cmp_current_time(X509_get0_notAfter(leaf)) < 0)
		return err_set(err, RC_INPUT, "the certificate has expired: renew it");
	for (int i = 0; i < CHAIN_MAX; i++) {
		AUTO(X509) next = PEM_read_bio_X509(in, NULL, no_passphrase, NULL);

		if (next == NULL)
			break;
		if (SSL_CTX_add1_chain_cert(ctx, next) != 1)
			return refuse(err, "reading the certificate's chain");
	}
	ERR_clear_error();
	return RC_OK;
}

static enum rc load_key(SSL_CTX *ctx, struct bytes pem, struct err *err)
{
	AUTO(BIO) in = BIO_new_mem_buf(pem.p, (int)pem.n);
	AUTO(EVP_PKEY)
	key = in != NULL ? PEM_read_bio_PrivateKey(in, NULL, no_passphrase, NULL) : NULL;

	if (key == NULL)
		return refuse(err, "reading the private key: it must be PEM, without a passphrase");
	if (SSL_CTX_use_PrivateKey(ctx, key) != 1 || SSL_CTX_check_private_key(ctx) != 1)
		return refuse(err, "the private key does not belong to the certificate");
	return RC_OK;
}

static enum rc load_roots(SSL_CTX *ctx, const struct tls_files *files, struct err *err)
{
	int mode = SSL_VERIFY_PEER;

	if (files->clients == TLS_CLIENTS_NONE)
		return RC_OK;
	AUTO(BIO) in = BIO_new_mem_buf(files->client_roots.p, (int)files->client_roots.n);
	int count = 0;

	for (; in != NULL && count < ROOTS_MAX; count++) {
		AUTO(X509) root = PEM_read_bio_X509(in, NULL, no_passphrase, NULL);

		if (root == NULL)
			break;
		if (X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), root) != 1
			|| SSL_CTX_add_client_CA(ctx, root) != 1)
			return refuse(err, "reading the roots of client certificates");
	}
	if (count == 0)
		return refuse(err, "the roots of client certificates are missing: give PEM");
	ERR_clear_error();
	if (files->clients == TLS_CLIENTS_REQUIRE)
		mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
	SSL_CTX_set_verify(ctx, mode, NULL);
	return RC_OK;
}

/* RFC 7301, 3.2: a client that only speaks something else is told so. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
	const unsigned char *in, unsigned in_len, void *unused)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *chosen;

	(void)ssl;
	(void)unused;
	if (SSL_select_next_proto(&chosen, out_len, ours, sizeof ours - 1, in, in_len)
		!= OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static bool set_rules(SSL_CTX *ctx)
{
	/* The macro takes no const, although nothing is written. */
	static char groups[] = "X25519:P-256:P-384";

	SSL_CTX_set_options(ctx,
		SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET
			| SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA
			| SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(ctx,
		SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE
			| SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
	return SSL_CTX_set_num_tickets(ctx, 0) == 1
		&& SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1
		&& SSL_CTX_set_cipher_list(ctx, SUITES_12) == 1
		&& SSL_CTX_set1_groups_list(ctx, groups) == 1;
}

static enum rc make_context(const struct tls_files *files, SSL_CTX **out, struct err *err)
{
	AUTO(SSL_CTX) ctx = SSL_CTX_new(TLS_server_method());

	if (ctx == NULL || !set_rules(ctx)) {
		(void)refuse(err, "setting up TLS");
		err->kind = RC_SYSTEM;
		return RC_SYSTEM;
	}
	if (load_chain(ctx, files->chain, err) != RC_OK || load_key(ctx, files->key, err) != RC_OK
		|| load_roots(ctx, files, err) != RC_OK)
		return err->kind;
	*out = ctx;
	ctx = NULL;
	return RC_OK;
}

enum rc tls_open(const struct tls_files *files, struct tls_server **out, struct err *err)
{
	SSL_CTX *ctx = NULL;
	struct err own;

	if (make_context(files, &ctx, err != NULL ? err : &own) != RC_OK)
		return (err != NULL ? err : &own)->kind;
	struct tls_server *t = mem_zalloc(1, sizeof *t);

	t->ctx = ctx;
	*out = t;
	return RC_OK;
}

void tls_replace(struct tls_server *t, struct tls_server **by)
{
	/* Sessions hold a count of theirs. */
	SSL_CTX_free(t->ctx);
	t->ctx = (*by)->ctx;
	MEM_FREE(*by);
}

void tls_close(struct tls_server **t)
{
	if (*t == NULL)
		return;
	SSL_CTX_free((*t)->ctx);
	MEM_FREE(*t);
}

struct ssl_st *tls_session_new(struct tls_server *t, int fd)
{
	SSL *ssl = SSL_new(t->ctx);

	/* Only memory can be missing here (docs/adr/0006). */
	CHECK(ssl != NULL && SSL_set_fd(ssl, fd) == 1);
	SSL_set_accept_state(ssl);
	return ssl;
}

void tls_session_free(struct ssl_st **ssl)
{
	SSL_free(*ssl);
	*ssl = NULL;
}

struct str tls_client_name(const struct ssl_st *ssl, struct arena *a)
{
	X509 *cert = SSL_get0_peer_certificate(ssl);
	AUTO(BIO) out = cert != NULL ? BIO_new(BIO_s_mem()) : NULL;
	char *text;

	if (out == NULL || SSL_get_verify_result(ssl) != X509_V_OK
		|| X509_NAME_print_ex(out, X509_get_subject_name(cert), 0, XN_FLAG_RFC2253) < 0)
		return (struct str){NULL, 0};
	long n = BIO_get_mem_data(out, &text);

	return str_dup(a, (struct str){text, n > 0 ? (size_t)n : 0});
}

int64_t tls_expires_in_s(const struct tls_server *t)
{
	X509 *leaf = SSL_CTX_get0_certificate(t->ctx);
	int days;
	int seconds;

	if (leaf == NULL || ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(leaf)) != 1)
		return 0;
	return (int64_t)days * 86400 + seconds;
}

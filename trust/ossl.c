// SPDX-License-Identifier: Apache-2.0
/* What every file here needs of OpenSSL. Runs in: sign. */
#include "trust/ossl.h"

#include "base/clock.h"
#include "trust/lockheap.h"
#include "trust/secret.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Room for private halves and for what an RSA signature needs meanwhile; 32: smallest piece. */
#define SECURE_HEAP_LEN ((size_t)256 * 1024)
/* More than the deepest call of ours and of OpenSSL takes. */
#define STACK_LEN ((size_t)128 * 1024)

static void *give(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return lockheap_alloc(n);
}

static void *give_more(void *p, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return lockheap_resize(p, n);
}

static void give_back(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	lockheap_release(p);
}

/*
 * Numbers are worked on here, too: OpenSSL clears them, but a page must not be swapped out meanwhile.
 * Written to, so that it is there to be locked.
 */
static __attribute__((noinline)) bool lock_stack(void)
{
	uint8_t room[STACK_LEN];
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = (uintptr_t)room / page * page;
	size_t len = ((uintptr_t)room + sizeof room - from + page - 1) / page * page;
	bool locked;

	OPENSSL_cleanse(room, sizeof room);
	locked = mlock((void *)from, len) == 0; // NOLINT(performance-no-int-to-ptr)
	(void)madvise((void *)from, len, MADV_DONTDUMP); // NOLINT(performance-no-int-to-ptr)
	return locked;
}

bool ossl_open(void)
{
	static bool opened;
	static bool locked;

	if (opened)
		return locked;
	opened = true;
	locked = lockheap_open();
	/* Refused when something of OpenSSL was used before: then it is not in our memory. */
	locked &= CRYPTO_set_mem_functions(give, give_more, give_back) == 1;
	CHECK(OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1);
	locked &= CRYPTO_secure_malloc_init(SECURE_HEAP_LEN, 32) == 1;
	locked &= lock_stack();
	return locked;
}

enum rc ossl_error(struct err *err, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return err_set(err, RC_SYSTEM, "%s: %s", what,
		reason != NULL ? reason : "OpenSSL gives no reason");
}

void ossl_forget_errors(void)
{
	ERR_clear_error();
}

EVP_PKEY *ossl_load_ed25519(struct bytes seed)
{
	/* PKCS #8 of RFC 8410, section 7, up to the seed. */
	static const uint8_t head[16] = {0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B,
		0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
	AUTO_SECRET der = secret_new(sizeof head + 32);
	const unsigned char *at = secret_room(der);

	if (seed.n != 32)
		return NULL;
	memcpy(secret_room(der), head, sizeof head);
	memcpy(secret_room(der) + sizeof head, seed.p, 32);
	return d2i_PrivateKey(EVP_PKEY_ED25519, NULL, &at, (long)sizeof head + 32);
}

bool ossl_has_public(EVP_PKEY *key, struct bytes public_half)
{
	uint8_t own[512];
	size_t n = 0;
	BIGNUM *modulus = NULL;

	if (EVP_PKEY_is_a(key, "RSA")) {
		if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &modulus) == 1
			&& (size_t)BN_num_bytes(modulus) <= sizeof own)
			n = (size_t)BN_bn2bin(modulus, own);
		BN_free(modulus);
	} else if (EVP_PKEY_get_octet_string_param(
			   key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, own, sizeof own, &n)
		!= 1) {
		n = 0;
	}
	ERR_clear_error();
	return n == public_half.n && n != 0 && memcmp(own, public_half.p, n) == 0;
}

enum rc ossl_time(const ASN1_TIME *t, int64_t *out, struct err *err)
{
	struct tm tm = {0};
	struct clock_date d;

	if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1)
		return err_set(err, RC_INPUT, "the certificate holds a date that cannot be read");
	d = (struct clock_date){.year = tm.tm_year + 1900,
		.month = tm.tm_mon + 1,
		.day = tm.tm_mday,
		.hour = tm.tm_hour,
		.minute = tm.tm_min,
		.second = tm.tm_sec};
	*out = clock_join(&d);
	return RC_OK;
}

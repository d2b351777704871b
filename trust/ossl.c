// SPDX-License-Identifier: Apache-2.0
/* What every file here needs of OpenSSL. Runs in: sign. */
#include "trust/ossl.h"

#include "base/clock.h"

#include <openssl/err.h>
#include <time.h>

/* Room for private halves and for what an RSA signature needs meanwhile; 32: smallest piece. */
#define SECURE_HEAP_LEN ((size_t)256 * 1024)

bool ossl_open(void)
{
	CHECK(OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL) == 1);
	if (CRYPTO_secure_malloc_initialized())
		return true;
	return CRYPTO_secure_malloc_init(SECURE_HEAP_LEN, 32) == 1;
}

enum rc ossl_error(struct err *err, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return err_set(err, RC_SYSTEM, "%s: %s", what, reason != NULL ? reason : "OpenSSL gives no reason");
}

void ossl_forget_errors(void)
{
	ERR_clear_error();
}

enum rc ossl_time(const ASN1_TIME *t, int64_t *out, struct err *err)
{
	struct tm tm = {0};
	struct clock_date d;

	if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1)
		return err_set(err, RC_INPUT, "the certificate holds a date that cannot be read");
	d = (struct clock_date){.year = tm.tm_year + 1900, .month = tm.tm_mon + 1, .day = tm.tm_mday,
		.hour = tm.tm_hour, .minute = tm.tm_min, .second = tm.tm_sec};
	*out = clock_join(&d);
	return RC_OK;
}

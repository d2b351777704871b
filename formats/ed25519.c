// SPDX-License-Identifier: Apache-2.0
/* Ed25519 verification by libcrypto, with the checks it leaves out. Runs in: check, the command line. */
#include "formats/ed25519.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

/*
 * The points whose order divides 8, by their y without the sign of x: 0 (order 4), 1 (the neutral
 * element), -1 (order 2), two of order 8. Little-endian, as keys are written.
 */
static const uint8_t small_order[][ED25519_KEY_LEN] = {{0}, {1},
	{0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0x7f},
	{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
		0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d,
		0x53, 0xfc, 0x05},
	{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
		0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92,
		0xac, 0x03, 0x7a}};

/* y below 2^255 - 19. */
static bool is_canonical(const uint8_t y[ED25519_KEY_LEN])
{
	if (y[31] != 0x7f || y[0] < 0xed)
		return true;
	for (size_t i = 1; i < 31; i++) {
		if (y[i] != 0xff)
			return true;
	}
	return false;
}

bool ed25519_is_sound_key(const uint8_t key[ED25519_KEY_LEN])
{
	uint8_t y[ED25519_KEY_LEN];

	memcpy(y, key, sizeof y);
	y[31] &= 0x7f;
	for (size_t i = 0; i < ARRAY_COUNT(small_order); i++) {
		if (memcmp(y, small_order[i], sizeof y) == 0)
			return false;
	}
	return is_canonical(y);
}

bool ed25519_verify(const uint8_t key[ED25519_KEY_LEN], struct bytes message,
	const uint8_t signature[ED25519_SIGNATURE_LEN])
{
	EVP_PKEY *pkey;
	EVP_MD_CTX *ctx;
	bool fine;

	/* R is a point too; libcrypto checks S against the order, and R by its bytes. */
	if (!ed25519_is_sound_key(key) || !ed25519_is_sound_key(signature))
		return false;
	pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, ED25519_KEY_LEN);
	ctx = EVP_MD_CTX_new();
	fine = pkey != NULL && ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1
		&& EVP_DigestVerify(ctx, signature, ED25519_SIGNATURE_LEN,
			   message.p != NULL ? message.p : (const uint8_t *)"", message.n)
			== 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return fine;
}

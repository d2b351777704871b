// SPDX-License-Identifier: Apache-2.0
/* QR codes. Runs in: render. */
#include "render/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

/* Digits that version 40-M holds: nothing longer fits (ISO/IEC 18004, table 7). */
#define TEXT_MAX 5596

static bool all_in(struct str text, const char *set)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\0' || strchr(set, text.p[i]) == NULL)
			return false;
	return true;
}

static QRencodeMode mode_of(struct str text)
{
	if (all_in(text, "0123456789"))
		return QR_MODE_NUM;
	return all_in(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:") ? QR_MODE_AN
									     : QR_MODE_8;
}

enum rc qr_encode(
	struct str text, struct arena *a, const uint8_t **modules, uint32_t *side, struct err *err)
{
	enum rc rc = RC_OK;
	QRcode *code = NULL;
	QRinput *input;
	int why = 0;

	if (text.n == 0)
		return err_set(err, RC_INPUT, "QR code: there is no text to encode");
	if (text.n > TEXT_MAX)
		return err_set(
			err, RC_LIMIT, "QR code: %zu bytes are more than a code can hold", text.n);
	input = QRinput_new2(0, QR_ECLEVEL_M);
	if (input == NULL)
		return err_errno(err, RC_SYSTEM, errno, "QR code");
	if (QRinput_append(input, mode_of(text), (int)text.n, (const unsigned char *)text.p) == 0)
		code = QRcode_encodeInput(input);
	why = errno;
	if (code != NULL) {
		*side = (uint32_t)code->width;
		*modules = arena_dup(a, code->data, (size_t)code->width * (size_t)code->width);
	} else if (why == ERANGE || why == EINVAL) {
		rc = err_set(
			err, RC_LIMIT, "QR code: %zu bytes are more than a code can hold", text.n);
	} else {
		rc = err_errno(err, RC_SYSTEM, why, "QR code");
	}
	QRcode_free(code);
	QRinput_free(input);
	return rc;
}

// SPDX-License-Identifier: Apache-2.0
/*
 * Any text as a document to rely on, and as a credential to verify with it; a line of dashes parts
 * them. Runs in: fuzz.
 */
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

#include "verify/certfill-verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct str parting = STR("\n----\n");
	struct certfill_material *m = certfill_material_new();
	struct certfill_verify_options options = {.now_s = 1800000000, .material = m};
	struct certfill_result *r;
	size_t at = 0;

	for (size_t next = str_find_str(text, parting); next < text.n;) {
		(void)certfill_material_add(m, NULL, text.p + at, next - at, NULL, 0);
		at = next + parting.n;
		next = at + str_find_str(str_slice(text, at, text.n), parting);
	}
	r = certfill_verify(text.p + at, text.n - at, &options);
	CHECK(certfill_result_summary(r)[0] != '\0');
	for (size_t i = 0; i < certfill_result_check_count(r); i++)
		CHECK(str_is_utf8(str_of(certfill_result_check(r, i).why)));
	if (certfill_result_verdict(r) == CERTFILL_NOT_GENUINE)
		CHECK(certfill_result_fact_count(r) == 0);
	certfill_result_free(r);
	certfill_material_free(m);
	return 0;
}

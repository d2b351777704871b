// SPDX-License-Identifier: Apache-2.0
/* Memory for secrets: locked, out of dumps, cleared. */
#include "base/text.h"
#include "tests/harness/harness.h"
#include "trust/secret.h"

#include <stdio.h>
#include <string.h>

/* The flags that the kernel keeps for the mapping at p, from smaps. */
static void flags_of(const void *p, char *out, size_t out_len)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	char line[512];
	bool inside = false;

	assert_non_null(f);
	out[0] = '\0';
	while (fgets(line, sizeof line, f) != NULL) {
		unsigned long from;
		unsigned long to;

		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = (uintptr_t)p >= from && (uintptr_t)p < to;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			(void)text_fmt(out, out_len, "%s ", line);
	}
	(void)fclose(f);
}

static void is_locked_and_not_dumped(void **state)
{
	struct secret *s = secret_new(100);
	char flags[512];

	(void)state;
	flags_of(secret_bytes(s).p, flags, sizeof flags);
	assert_non_null(strstr(flags, " dd ")); /* left out of core dumps */
#ifndef WITH_SANITIZER /* AddressSanitizer makes mlock(2) do nothing */
	assert_true(strstr(flags, " lo ") != NULL || !secret_all_locked());
#endif
	secret_free(&s);
	assert_null(s);
	secret_free(&s);
}

static void holds_a_copy(void **state)
{
	char text[] = "correct horse";
	struct secret *s = secret_dup(bytes_of(str_of(text)));

	(void)state;
	text[0] = 'x';
	assert_int_equal(secret_bytes(s).n, 13);
	assert_memory_equal(secret_bytes(s).p, "correct horse", 13);
	secret_free(&s);
}

static void fills_in_place(void **state)
{
	struct secret *s = secret_new(8);
	struct buf b = secret_buf(s);

	(void)state;
	buf_put_cz(&b, "12345");
	assert_ptr_equal(b.p, secret_bytes(s).p);
	assert_memory_equal(secret_bytes(s).p, "12345\0\0\0", 8);
	buf_put_cz(&b, "6789");
	assert_true(b.full);
	assert_ptr_equal(b.p, secret_bytes(s).p);
	secret_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_locked_and_not_dumped),
		cmocka_unit_test(holds_a_copy),
		cmocka_unit_test(fills_in_place),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

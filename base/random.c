// SPDX-License-Identifier: Apache-2.0
/* Randomness. Runs in: control (ids, keys of recipients), sign (init). */
#include "base/random.h"

#include "base/err.h"

#include <errno.h>
#include <sys/random.h>

void random_fill(uint8_t *out, size_t out_len)
{
	size_t done = 0;

	while (done < out_len) {
		ssize_t n = getrandom(out + done, out_len - done, 0);

		if (n < 0 && errno == EINTR)
			continue;
		CHECK(n > 0);
		done += (size_t)n;
	}
}

// SPDX-License-Identifier: Apache-2.0
/* Finds and makes the attempt that a PING names. Runs in: certfill-null of VARIANT=confine. */
#include "ipc/probe.h"

#include "base/buf.h"
#include "base/text.h"
#include "tests/confine/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern const struct attempt *const __start_attempts[];
extern const struct attempt *const __stop_attempts[];

int probe_memory_fd = -1;
int probe_program_fd = -1;

void probe_prepare(void)
{
	probe_memory_fd = memfd_create("probe", MFD_CLOEXEC);
	probe_program_fd = open("/bin/true", O_RDONLY | O_CLOEXEC);
}

static struct str next_word(struct str *rest)
{
	size_t end = str_find(*rest, ' ', 0);
	struct str word = str_slice(*rest, 0, end);

	*rest = str_slice(*rest, end + 1, rest->n);
	return word;
}

static struct target parse_target(struct str rest)
{
	struct target t = {0};
	struct str file = next_word(&rest);
	uint64_t number = 0;

	(void)text_fmt(t.file, sizeof t.file, STR_FMT, STR_ARG(file));
	if (str_to_u64(next_word(&rest), INT32_MAX, &number))
		t.parent = (pid_t)number;
	if (str_to_u64(next_word(&rest), UINT16_MAX, &number))
		t.tcp_port = (uint16_t)number;
	if (str_to_u64(next_word(&rest), UINT16_MAX, &number))
		t.udp_port = (uint16_t)number;
	return t;
}

static struct str list_attempts(struct arena *a)
{
	struct buf b = buf_new(16384);
	struct str out;

	for (const struct attempt *const *p = __start_attempts; p < __stop_attempts; p++)
		buf_fmt(&b, "%s %c %d\n", (*p)->name, (char)(*p)->kind, (*p)->free);
	out = str_dup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static struct str make_attempt(struct arena *a, struct str name, const struct target *t)
{
	for (const struct attempt *const *p = __start_attempts; p < __stop_attempts; p++) {
		long result;

		if (!str_eq_cz(name, (*p)->name))
			continue;
		errno = 0;
		result = (*p)->make(t);
		if (result < 0)
			return str_fmt(a, "refused %s", strerrorname_np(errno));
		return str_fmt(a, PROBE_BREACH " %ld", result);
	}
	return str_fmt(a, "unknown " STR_FMT, STR_ARG(name));
}

struct bytes probe_run(struct arena *a, struct str request)
{
	struct str rest = str_slice(request, strlen(PROBE_PREFIX), request.n);
	struct str name = next_word(&rest);
	struct target t = parse_target(rest);

	return bytes_of(str_eq_cz(name, PROBE_LIST) ? list_attempts(a) : make_attempt(a, name, &t));
}

// SPDX-License-Identifier: Apache-2.0
/* Time. Everything that decides output takes it from the plan; only control asks the clock for it. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/str.h"

#include <sys/types.h>

/* Seconds, milliseconds since 1970-01-01T00:00:00Z. */
int64_t clock_wall_s(void);
int64_t clock_wall_ms(void);
/* Never goes back; only differences mean something. */
int64_t clock_mono_ms(void);
/* CPU time of this process, microseconds. */
int64_t clock_cpu_us(void);
/* The same of another process; 0 when there is none. */
int64_t clock_cpu_of_us(pid_t pid);

/* Proleptic Gregorian, UTC. month and day from 1. */
struct clock_date {
	int year;
	int month;
	int day;
	int hour;
	int minute;
	int second;
};

struct clock_date clock_split(int64_t wall_s);
int64_t clock_join(const struct clock_date *d);

/* The same day so many calendar months on; the month's last day when it is shorter. */
int64_t clock_add_months(int64_t wall_s, uint32_t months);

/* "YYYY-MM-DDTHH:MM:SSZ" (RFC 3339) and a NUL. */
#define CLOCK_ISO_LEN 21
void clock_iso(int64_t wall_s, char out[CLOCK_ISO_LEN]);
/* "YYYY-MM-DD" only, years 0001 to 9999, real days only. INPUT otherwise. *out is midnight UTC. */
enum rc clock_parse_day(struct str s, int64_t *out, struct err *err) MUST_CHECK;
/* RFC 3339 with Z or an offset, whole or fractional seconds (cut). INPUT otherwise. */
enum rc clock_parse_iso(struct str s, int64_t *out, struct err *err) MUST_CHECK;

#endif

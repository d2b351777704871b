// SPDX-License-Identifier: Apache-2.0
/* Header fields with a grammar of their own: dates, entity tags, ranges (RFC 9110). */
#ifndef SERVE_FIELD_H
#define SERVE_FIELD_H

#include "base/str.h"

#include <stdint.h>

#define FIELD_DATE_LEN 30
/* IMF-fixdate (5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT" and a NUL. */
void field_put_date(int64_t wall_s, char out[FIELD_DATE_LEN]);
/* Any of the three forms; *wall_s is untouched or of no meaning when it is none. */
bool field_parse_date(struct str s, int64_t *wall_s);

/* Whether the list (If-Match, If-None-Match) has "*" or etag. weak: compare weakly (8.8.3.2). */
bool field_has_etag(struct str list, struct str etag, bool weak);

enum field_range {
	FIELD_RANGE_NONE, /* no bytes range, several, or nonsense: the whole is sent (14.2) */
	FIELD_RANGE_ONE,
	FIELD_RANGE_UNSATISFIABLE,
};
/* value: of Range. One range within len bytes: *from and *n, n > 0; untouched otherwise. */
enum field_range field_parse_range(struct str value, uint64_t len, uint64_t *from, uint64_t *n);

/*
 * How much a client wants a media type by its Accept (12.5.1): 0 to 1000, the most specific range that
 * matches wins. An empty value accepts everything. type: "text/html".
 */
unsigned field_accepts(struct str accept, struct str type);
/*
 * Whether type is wanted more than other. Of equal wishes, one that is named goes before one that a
 * wildcard takes along, then the one named first; false when there is no difference.
 */
bool field_prefers(struct str accept, struct str type, struct str other);

#endif

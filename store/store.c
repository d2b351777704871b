// SPDX-License-Identifier: Apache-2.0
/* Artifacts at rest, whatever the driver. Runs in: store. */
#include "store/store.h"

/* One line for each driver; the first is the default. */
static const struct store_driver *const drivers[] = {
	&store_segments,
};

enum rc store_open(const struct store_options *o, struct store **out, struct err *err)
{
	return drivers[0]->open(o, out, err);
}

void store_free(struct store **s)
{
	if (*s != NULL)
		(*s)->driver->free(*s);
	*s = NULL;
}

enum rc store_put_begin(struct store *s, struct err *err)
{
	return s->driver->put_begin(s, err);
}

enum rc store_put(struct store *s, const struct store_artifact *a, struct err *err)
{
	return s->driver->put(s, a, err);
}

void store_put_undo(struct store *s)
{
	s->driver->put_undo(s);
}

enum rc store_commit(struct store *s, struct err *err)
{
	return s->driver->commit(s, err);
}

enum rc store_fetch(struct store *s, const struct store_want *want, store_sink *sink, void *arg,
	bool *found, struct err *err)
{
	return s->driver->fetch(s, want, sink, arg, found, err);
}

void store_list_files(struct store *s, struct arena *a, uint32_t max, struct store_list *out)
{
	s->driver->list(s, a, max, out);
}

// SPDX-License-Identifier: Apache-2.0
/*
 * The index of the write-ahead log is a mapping that all processes share. When somebody cuts its file, whoever
 * touches the mapping gets SIGBUS. A process that only reads need not end of it: zeros are put in the place
 * of what was cut, the handle fails from then on, and its owner opens another. A process that writes does end:
 * it must not go on from an index that was read as zeros. Runs in: serve, verify.
 */
#include "base/err.h"
#include "base/mem.h"
#include "ledger/ledger_reader.h"
#include "ledger/ledger_sqlite.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

struct region {
	struct region *next;
	uint8_t *start; /* of whole pages */
	size_t len;
};

/* A handle whose mappings are known. */
struct sqlite_guard {
	sqlite3_io_methods methods; /* SQLite's own but for one; first, so that it leads here */
	const sqlite3_io_methods *own;
	struct sqlite_guard *next;
	struct region *regions;
	volatile sig_atomic_t cut;
};

static struct sqlite_guard *guards;
static bool reading_only;
static size_t page_len;

static bool cover(const struct region *r)
{
	return mmap(r->start, r->len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
		!= MAP_FAILED;
}

/* One thread, and the fault is in SQLite's code, so the lists are whole; mmap is but a system call. */
static void on_cut(int number, siginfo_t *info, void *context)
{
	const uint8_t *at = info->si_addr;

	(void)context;
	for (struct sqlite_guard *g = guards; g != NULL; g = g->next)
		for (struct region *r = g->regions; r != NULL; r = r->next)
			if (at >= r->start && at < r->start + r->len && cover(r)) {
				g->cut = 1;
				return;
			}
	/* Not ours: the instruction is tried again, and this time it ends us. */
	(void)signal(number, SIG_DFL);
}

void ledger_reader_survive_cuts(void)
{
	struct sigaction a = {.sa_sigaction = on_cut, .sa_flags = SA_SIGINFO | SA_NODEFER};

	page_len = (size_t)sysconf(_SC_PAGESIZE);
	CHECK(sigaction(SIGBUS, &a, NULL) == 0);
	reading_only = true;
}

static void keep_region(struct sqlite_guard *g, void volatile *start, size_t len)
{
	uintptr_t first = (uintptr_t)start & ~(uintptr_t)(page_len - 1);
	uintptr_t end = ((uintptr_t)start + len + page_len - 1) & ~(uintptr_t)(page_len - 1);
	struct region *r;

	for (r = g->regions; r != NULL; r = r->next)
		if (r->start == (uint8_t *)first)
			return;
	r = mem_zalloc(1, sizeof *r);
	*r = (struct region){g->regions, (uint8_t *)first, end - first};
	g->regions = r;
}

static int map_index(
	sqlite3_file *file, int region, int region_len, int extend, void volatile **out)
{
	struct sqlite_guard *g = (struct sqlite_guard *)(uintptr_t)file->pMethods;
	int r = g->own->xShmMap(file, region, region_len, extend, out);

	/* "Read-only" comes with a mapping as good as any. */
	if ((r == SQLITE_OK || r == SQLITE_READONLY) && *out != NULL)
		keep_region(g, *out, (size_t)region_len);
	return r;
}

void ledger_sqlite_guard(struct sqlite_db *db)
{
	sqlite3_file *file = NULL;
	struct sqlite_guard *g;

	if (!reading_only
		|| sqlite3_file_control(
			   db->handle, "main", SQLITE_FCNTL_FILE_POINTER, (void *)&file)
			!= SQLITE_OK
		|| file == NULL || file->pMethods == NULL || file->pMethods->iVersion < 2)
		return;
	/* What was read of a cut index must not be written anywhere. */
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	g = mem_zalloc(1, sizeof *g);
	g->own = file->pMethods;
	g->methods = *g->own;
	g->methods.xShmMap = map_index;
	g->next = guards;
	guards = g;
	db->guard = g;
	file->pMethods = &g->methods;
}

void ledger_sqlite_unguard(struct sqlite_db *db)
{
	struct sqlite_guard *g = db->guard;

	if (g == NULL)
		return;
	for (struct sqlite_guard **at = &guards; *at != NULL; at = &(*at)->next)
		if (*at == g) {
			*at = g->next;
			break;
		}
	while (g->regions != NULL) {
		struct region *r = g->regions;

		g->regions = r->next;
		MEM_FREE(r);
	}
	MEM_FREE(g);
	db->guard = NULL;
}

bool ledger_sqlite_is_cut(const struct sqlite_db *db)
{
	return db->guard != NULL && db->guard->cut != 0;
}

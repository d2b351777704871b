// SPDX-License-Identifier: Apache-2.0
/*
 * The index of the write-ahead log is a mapping that all processes share. When somebody cuts its file, whoever
 * touches the mapping gets SIGBUS. A process that only reads need not end of it: zeros are put in the place
 * of what was cut, the handle fails from then on, and its owner opens another. A process that writes does end:
 * it must not go on from an index that was read as zeros. Nor may anybody go on from a part that the header
 * says is there and that is not, or was made anew from zeros: its frames would not be found, and old pages read
 * instead. Who meets such a part takes the header away, and the next to read makes the index again from the log.
 * Runs in: all that open a ledger.
 */
#include "base/err.h"
#include "base/mem.h"
#include "ledger/ledger_reader.h"
#include "ledger/ledger_sqlite.h"

#include <signal.h>
#include <string.h>
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
	sqlite3_file *file;
	struct region *regions;
	uint8_t *header; /* of the index; NULL until it is mapped */
	bool read_only; /* the index is, for this process */
	volatile sig_atomic_t cut;
};

/* The format of the index (sqlite.org/walformat.html, 2), in this machine's byte order. */
#define PART_LEN 32768
#define HEADER_LEN 48u /* of which there are two, one after the other */
#define HEADER_MADE_AT 12u
#define HEADER_FRAMES_AT 16u
#define FRAMES 4096u /* of a part */
#define FRAMES_FIRST 4062u /* of the first, which has the headers */
#define SLOTS 8192u /* of its hash table, behind the page numbers */
#define LOCK_WRITE 0

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

static void keep_region(struct sqlite_guard *g, const uint8_t *start, size_t len)
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

/* How many frames of part the header speaks of; none while it is being written. */
static uint32_t frames_of(const uint8_t *header, int part)
{
	uint32_t before = part == 0 ? 0 : FRAMES_FIRST + FRAMES * ((uint32_t)part - 1);
	uint32_t most = part == 0 ? FRAMES_FIRST : FRAMES;
	uint32_t frames;

	if (header[HEADER_MADE_AT] == 0 || memcmp(header, header + HEADER_LEN, HEADER_LEN) != 0)
		return 0;
	memcpy(&frames, header + HEADER_FRAMES_AT, sizeof frames);
	if (frames <= before)
		return 0;
	return frames - before < most ? frames - before : most;
}

/* Has each frame its page's number, and its place in the hash table? */
static bool has_frames(const uint8_t *bytes, int part, uint32_t frames)
{
	const uint32_t *pages = (const uint32_t *)(const void *)bytes;
	const uint16_t *slots = (const uint16_t *)(const void *)(pages + FRAMES);
	uint32_t taken = 0;

	pages += part == 0 ? FRAMES - FRAMES_FIRST : 0;
	for (uint32_t i = 0; i < frames; i++)
		if (pages[i] == 0)
			return false;
	for (uint32_t i = 0; i < SLOTS; i++)
		taken += slots[i] != 0;
	return taken >= frames;
}

/* bytes: NULL when the file ends before part. */
static bool is_missing(const struct sqlite_guard *g, int part, const uint8_t *bytes)
{
	uint32_t frames;

	/* Without its first part there is no index, and SQLite knows. */
	if (g->header == NULL)
		return false;
	/* Again when the log went on, or was begun anew, meanwhile. */
	do {
		frames = frames_of(g->header, part);
		if (frames == 0 || (bytes != NULL && has_frames(bytes, part, frames)))
			return false;
	} while (frames_of(g->header, part) != frames);
	return true;
}

/* Under the lock of writers nobody else changes it. */
static void take_header_away(
	struct sqlite_guard *g, sqlite3_file *file, int part, const uint8_t *bytes, bool locked)
{
	if (g->read_only
		|| (!locked
			&& g->own->xShmLock(
				   file, LOCK_WRITE, 1, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE)
				!= SQLITE_OK))
		return;
	if (is_missing(g, part, bytes))
		memset(g->header, 0, (size_t)2 * HEADER_LEN);
	g->own->xShmBarrier(file);
	if (!locked)
		(void)g->own->xShmLock(
			file, LOCK_WRITE, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
}

/* extend: who asks has the lock of writers. */
static int map_index(sqlite3_file *file, int part, int len, int extend, void volatile **out)
{
	struct sqlite_guard *g = (struct sqlite_guard *)(uintptr_t)file->pMethods;
	int r = g->own->xShmMap(file, part, len, extend, out);
	uint8_t *bytes = (uint8_t *)(uintptr_t)*out;

	/* "Read-only" comes with a mapping as good as any. */
	if (r != SQLITE_OK && r != SQLITE_READONLY)
		return r;
	g->read_only = r == SQLITE_READONLY;
	if (bytes != NULL && reading_only)
		keep_region(g, bytes, (size_t)len);
	if (part == 0)
		g->header = bytes;
	if (!is_missing(g, part, bytes))
		return r;
	take_header_away(g, file, part, bytes, extend != 0);
	/* Who maps the first part looks at the header next, and makes the index again. */
	if (part == 0 && extend != 0)
		return r;
	g->cut = 1;
	return SQLITE_IOERR_SHMMAP;
}

void ledger_sqlite_check_index(struct sqlite_db *db)
{
	struct sqlite_guard *g = db->guard;
	void volatile *any;

	if (!reading_only || g == NULL || g->header == NULL)
		return;
	for (int part = 0; g->cut == 0 && (part == 0 || frames_of(g->header, part) != 0); part++)
		(void)map_index(g->file, part, PART_LEN, 0, &any);
}

void ledger_sqlite_guard(struct sqlite_db *db)
{
	sqlite3_file *file = NULL;
	struct sqlite_guard *g;

	if (sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, (void *)&file)
			!= SQLITE_OK
		|| file == NULL || file->pMethods == NULL || file->pMethods->iVersion < 2)
		return;
	/* What was read of a cut index must not be written anywhere. */
	if (reading_only)
		(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	g = mem_zalloc(1, sizeof *g);
	g->file = file;
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

bool ledger_sqlite_only_reads(void)
{
	return reading_only;
}

bool ledger_sqlite_is_cut(const struct sqlite_db *db)
{
	return db->guard != NULL && db->guard->cut != 0;
}

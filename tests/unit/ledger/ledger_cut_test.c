// SPDX-License-Identifier: Apache-2.0
/*
 * The index of the write-ahead log, cut at many places under processes that have it open or open it then: nobody
 * who only reads dies, nobody reads what is out of date, and it is made again. Runs in: make check.
 */
#include "ledger/ledger_db.h"
#include "ledger/ledger_inside.h"
#include "ledger/ledger_reader.h"
#include "tests/unit/ledger/fixture.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAILED INT64_C(-1)

struct peer {
	pid_t pid;
	int fd;
};

static int64_t latest(struct ledger *l)
{
	int64_t n;
	struct err err;

	return ledger_db_number(l->db, "SELECT max(n) FROM latest", NULL, 0, &n, &err) == RC_OK
		? n
		: FAILED;
}

/* Says what it reads each time it is asked; after a failure it opens the ledger anew, as serve does. */
static void answer(const char *dir, int fd, bool survives)
{
	struct ledger *l = NULL;
	struct err err;
	char any;

	if (survives)
		ledger_reader_survive_cuts();
	while (read(fd, &any, 1) == 1) {
		uint32_t version;
		int64_t n = FAILED;

		if (l != NULL || ledger_open(dir, STR("demo"), 0, &l, &err) == RC_OK)
			n = ledger_version(l, &version, &err) == RC_OK ? latest(l) : FAILED;

		if (n == FAILED)
			ledger_free(&l);
		if (write(fd, &n, sizeof n) != (ssize_t)sizeof n)
			break;
	}
}

static struct peer start(const char *dir, bool survives)
{
	int fds[2];
	struct peer p;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	p = (struct peer){.pid = fork(), .fd = fds[0]};
	if (p.pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(fds[0]);
		answer(dir, fds[1], survives);
		_exit(0);
	}
	close(fds[1]);
	return p;
}

static int64_t ask(const struct peer *p)
{
	int64_t n;

	assert_int_equal(write(p->fd, "?", 1), 1);
	if (read(p->fd, &n, sizeof n) != (ssize_t)sizeof n)
		fail_msg("the reader died");
	return n;
}

/* Until it can read: it fails where the index was cut, and then once more at most. */
static int64_t insist(const struct peer *p)
{
	int64_t n = FAILED;

	for (int k = 0; k < 3 && n == FAILED; k++)
		n = ask(p);
	return n;
}

static void stop(const struct peer *p)
{
	int status;

	close(p->fd);
	assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
	assert_int_equal(status, 0);
}

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
		(void)fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
		_exit(1);
	}
}

/* In a process that leaves without a checkpoint: n, then so many pages, all of them in the log alone. */
static void write_pages(const char *path, int64_t n, int pages)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		char sql[300];
		sqlite3 *db;

		if (sqlite3_open(path, &db) != SQLITE_OK)
			_exit(1);
		run(db,
			"PRAGMA busy_timeout=30000; PRAGMA wal_autocheckpoint=0; PRAGMA "
			"synchronous=OFF;"
			"CREATE TABLE IF NOT EXISTS latest(n INTEGER);"
			"CREATE TABLE IF NOT EXISTS much(b BLOB)");
		(void)text_fmt(sql, sizeof sql,
			"BEGIN; INSERT INTO latest VALUES(%lld); DELETE FROM much; "
			"WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < "
			"%d)"
			" INSERT INTO much SELECT zeroblob(3000) FROM c; COMMIT",
			(long long)n, pages);
		run(db, sql);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void nobody_dies_or_reads_old_pages(void **state)
{
	/* Parts of the index are 32 KiB long and have 4,062 pages, the next ones 4,096. */
	static const struct {
		int len;
		int pages;
	} cuts[] = {{0, 500}, {100, 500}, {4096, 500}, {16384, 500}, {20480, 500}, {32767, 4500},
		{32768, 50}, {36864, 50}, {49152, 50}, {65535, 50}, {40961, 4500}, {65536, 50}};
	struct fixture *f = *state;
	char path[4200];
	char index[4300];
	struct peer reader;

	assert_true(text_fmt(path, sizeof path, "%s/ledger/demo.db", f->dir));
	assert_true(text_fmt(index, sizeof index, "%s-shm", path));
	/* SQLite's state must not be handed on by fork. */
	ledger_free(&f->l);
	reader = start(f->dir, true);
	for (int64_t i = 0; i < (int64_t)ARRAY_COUNT(cuts); i++) {
		struct peer opener;

		write_pages(path, i, cuts[i].pages);
		assert_int_equal(ask(&reader), i);
		assert_int_equal(truncate(index, cuts[i].len), 0);
		/* Who opens it now, to write or to read, makes the index again, or who has it open does. */
		if (i % 3 != 0) {
			opener = start(f->dir, i % 3 == 1);
			assert_int_equal(insist(&opener), i);
			stop(&opener);
		}
		assert_int_equal(insist(&reader), i);
	}
	stop(&reader);
	OK(ledger_open(f->dir, STR("demo"), 0, &f->l, &f->err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			nobody_dies_or_reads_old_pages, fixture_open, fixture_close),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

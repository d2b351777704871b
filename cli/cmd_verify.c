// SPDX-License-Identifier: Apache-2.0
/* certfill verify: files, directories, addresses and tokens to verdicts. Runs in: the command line. */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/bundle.h"
#include "cli/checker.h"
#include "cli/commands.h"
#include "cli/fetch.h"
#include "cli/tree.h"
#include "cli/verdict.h"
#include "formats/token.h"
#include "ipc/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Lists of a batch's output directory that verification can rely on. */
static const char *const batch_lists[] = {
	"did.json", "jwks.json", "proofs.jsonl", "events.jsonl", "pass-chain.pem", "bundle.json"};

#define ROUNDS_MAX 4
#define ASKED_MAX 64

struct job {
	struct cli *cli;
	bool online;
	bool tokens; /* some word is a token: one process, which learns as it goes */
	struct fetch_terms fetch;
	struct str asked[ASKED_MAX]; /* names that were fetched, or tried */
	size_t asked_count;
	struct checker *checker;
	struct checker_input inputs[CHECKER_WORKERS_MAX]; /* open while a process looks at them */
	struct checker_terms terms;
	struct tree_paths files;
	struct arena *answer; /* of one file */
	bool many;
	enum exit_code code;
	size_t counts[3]; /* good, bad, unknown */
};

/* ---- what to rely on ---- */

static enum exit_code add_failed(struct job *j, const char *path, const struct err *err)
{
	if (checker_is_unconfined(j->checker))
		return cli_fail(j->cli, EXIT_SANDBOX, "%s", err->text);
	return cli_fail(j->cli, EXIT_INPUT, "%s: %s", path, err->text);
}

static enum exit_code add_file(struct job *j, const char *path)
{
	struct buf text = buf_new(CHECK_AREA_LEN);
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct err err;
	enum rc rc;

	if (fd < 0)
		return cli_fail(j->cli, errno == ENOENT ? EXIT_NOT_FOUND : EXIT_INPUT,
			"cannot open %s: %s", path, strerrordesc_np(errno));
	rc = file_read_all(fd, path, CHECK_AREA_LEN, &text, &err);
	/* The buffer stays: the checker gives it to every process that it starts. */
	if (rc == RC_OK)
		rc = checker_add(j->checker, (struct str){NULL, 0}, buf_bytes(&text), &err);
	return rc == RC_OK ? EXIT_DONE : add_failed(j, path, &err);
}

static int is_status_list(const struct dirent *e)
{
	struct str name = str_of(e->d_name);

	return str_ends(name, STR(".json"))
		&& (str_starts(name, STR("status-list-"))
			|| str_starts(name, STR("revocation-list-")));
}

static enum exit_code add_status_lists(struct job *j, const char *path, size_t *found)
{
	struct dirent **names = NULL;
	int count = scandir(path, &names, is_status_list, alphasort);
	enum exit_code code = EXIT_DONE;

	for (int i = 0; i < count; i++) {
		if (code == EXIT_DONE)
			code = add_file(
				j, str_fmt(j->cli->arena, "%s/%s", path, names[i]->d_name).p);
		(*found)++;
		MEM_FREE(names[i]);
	}
	MEM_FREE(names);
	return code;
}

static enum exit_code add_folder(struct job *j, const char *path)
{
	enum exit_code code = EXIT_DONE;
	size_t found = 0;

	for (size_t i = 0; code == EXIT_DONE && i < ARRAY_COUNT(batch_lists); i++) {
		const char *file = str_fmt(j->cli->arena, "%s/%s", path, batch_lists[i]).p;

		if (access(file, F_OK) != 0)
			continue;
		found++;
		code = add_file(j, file);
	}
	if (code == EXIT_DONE)
		code = add_status_lists(j, path, &found);
	if (code == EXIT_DONE && found == 0)
		return cli_fail(j->cli, EXIT_INPUT,
			"%s holds nothing to rely on: no bundle.json, did.json or jwks.json", path);
	return code;
}

static enum exit_code add_offline(struct job *j)
{
	enum exit_code code = EXIT_DONE;

	for (size_t i = 0; code == EXIT_DONE && i < j->cli->value_count; i++) {
		const char *path = j->cli->values[i].value;
		struct stat st;

		if (strcmp(j->cli->values[i].name, "offline") != 0)
			continue;
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			code = add_folder(j, path);
		else
			code = add_file(j, path);
	}
	return code;
}

/* ---- files ---- */

static void count(struct job *j, enum exit_code code)
{
	j->counts[code == EXIT_DONE ? 0 : code == EXIT_VERIFY_BAD ? 1 : 2]++;
	j->code = verdict_worse(j->code, code);
}

static void unknown(struct job *j, const char *label, const char *why)
{
	verdict_print_unknown(j->cli, label, why, j->many);
	count(j, EXIT_VERIFY_UNKNOWN);
}

/* The bytes of an address, as a file. */
static int open_address(struct job *j, const char *address, struct err *err)
{
	struct buf text = buf_new(CHECK_AREA_LEN);
	int fd = -1;
	enum rc rc = fetch_name(j->cli, &j->fetch, str_of(address), &text, err);

	if (rc == RC_OK)
		rc = file_memory_of("fetched", buf_bytes(&text), &fd, err);
	buf_free(&text);
	return rc == RC_OK ? fd : -1;
}

/* QR codes hold addresses in capitals. */
static bool is_address(const char *word)
{
	return strncasecmp(word, "https://", 8) == 0;
}

/*
 * A verify page: its server is asked whether the token is one of its own, then for the credential, which
 * is what is verified, and not by whoever answered but by its issuer's keys.
 */
static void open_page(struct job *j, const char *origin, const char *token,
	struct checker_input *in, struct err *err)
{
	struct arena *a = j->cli->arena;
	struct str name = str_of(token);
	uint8_t ulid[ULID_LEN];
	uint8_t tag[TOKEN_TAG_LEN];
	char id[ULID_TEXT_LEN + 1];
	char whole[TOKEN_TEXT_LEN + 1];

	if (str_ends(name, STR(".json")))
		name = str_slice(name, 0, name.n - strlen(".json"));
	if (token_parse(name, ulid, tag, err) != RC_OK)
		return;
	ulid_text(ulid, id);
	token_text(ulid, tag, whole);
	in->beside_fd = open_address(j, str_fmt(a, "%s/verify/%s.json", origin, whole).p, err);
	if (in->beside_fd < 0) {
		(void)err_wrap(err, "the verify page");
		return;
	}
	in->page = str_fmt(a, "%s/credentials/%s", origin, id);
	in->fd = open_address(j, str_fmt(a, STR_FMT ".json", STR_ARG(in->page)).p, err);
}

/* "https://host" in lower case and what stands behind /verify/; false: another kind of address. */
static bool split_page(
	struct arena *a, const char *address, const char **origin, const char **token)
{
	size_t host_len = strcspn(address + 8, "/?#");
	const char *path = address + 8 + host_len;
	char *text;

	if (strncasecmp(path, "/verify/", 8) != 0 || strpbrk(path + 8, "/?#") != NULL)
		return false;
	text = arena_alloc(a, 8 + host_len + 1);
	for (size_t i = 0; i < 8 + host_len; i++)
		text[i] = (char)(address[i] >= 'A' && address[i] <= 'Z' ? address[i] + ('a' - 'A')
									: address[i]);
	text[8 + host_len] = '\0';
	*origin = text;
	*token = path + 8;
	return true;
}

/* A token's credential out of the data directory, with all that its verification relies on. */
static int open_token(struct job *j, const char *token, struct err *err)
{
	struct bundle_ask ask = {{token}, 1};
	struct bundle bundle = {0};
	enum exit_code code = bundle_make(j->cli, &ask, &bundle);
	int fd = -1;

	/* Why not was said on stderr already. */
	if (code != EXIT_DONE)
		(void)err_set(err, RC_INPUT,
			code == EXIT_NOT_FOUND ? "the data directory knows no such credential"
					       : "it could not be looked up");
	else if (checker_add(j->checker, (struct str){NULL, 0}, buf_bytes(&bundle.text), err)
			== RC_OK
		&& file_memory_of("credential", bytes_of(bundle.credential), &fd, err) == RC_OK)
		(void)lseek(fd, 0, SEEK_SET);
	if (fd < 0)
		buf_free(&bundle.text);
	return fd;
}

/* A pass names its credential and does not hold it; whoever got both has them side by side. */
static int open_beside(struct job *j, const char *path)
{
	static const char *const names[] = {"credential.json", "credential.jwt"};
	const char *slash = strrchr(path, '/');
	int folder_len = slash != NULL ? (int)(slash - path) + 1 : 0;
	struct stat st;
	int fd = -1;

	if (!str_ends(str_of(path), STR(".pkpass")))
		return -1;
	for (size_t i = 0; fd < 0 && i < ARRAY_COUNT(names); i++)
		fd = open(str_fmt(j->cli->arena, "%.*s%s", folder_len, path, names[i]).p,
			O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)))
		file_auto_close(&fd);
	return fd;
}

/* in->fd: -1 when it cannot be opened; err then says why, or errno does. */
static void open_input(struct job *j, const char *word, struct checker_input *in, struct err *err)
{
	const char *origin;
	const char *token;

	*in = (struct checker_input){.fd = -1, .beside_fd = -1};
	if (is_address(word)) {
		if (split_page(j->cli->arena, word, &origin, &token))
			open_page(j, origin, token, in, err);
		else
			in->fd = open_address(j, word, err);
		return;
	}
	if (access(word, F_OK) != 0 && bundle_is_id(word)) {
		in->fd = open_token(j, word, err);
		return;
	}
	in->beside_fd = open_beside(j, word);
	in->fd = open(word, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

static void close_inputs(struct checker_input *in)
{
	file_auto_close(&in->fd);
	file_auto_close(&in->beside_fd);
}

/* What a process is to look at, from its beginning: again, when there is more to rely on. */
static bool ask(struct job *j, size_t which, const char *path)
{
	struct checker_input *in = &j->inputs[which];
	struct err err;

	if (lseek(in->fd, 0, SEEK_SET) == 0
		&& (in->beside_fd < 0 || lseek(in->beside_fd, 0, SEEK_SET) == 0)) {
		if (checker_start(j->checker, which, in, &err) == RC_OK)
			return true;
	} else {
		(void)err_errno(&err, RC_INPUT, errno, "cannot read it");
	}
	close_inputs(in);
	unknown(j, path, err.text);
	return false;
}

static bool start(struct job *j, size_t which, const char *path)
{
	struct checker_input *in = &j->inputs[which];
	struct err err = {0};
	struct stat st;

	open_input(j, path, in, &err);
	if (in->fd >= 0 && fstat(in->fd, &st) == 0 && S_ISREG(st.st_mode))
		return ask(j, which, path);
	if (in->fd >= 0)
		(void)err_set(&err, RC_INPUT, "it is not a plain file");
	else if (err.text[0] == '\0')
		(void)err_errno(&err, RC_INPUT, errno, "cannot open it");
	close_inputs(in);
	unknown(j, path, err.text);
	return false;
}

/* ---- the network, only when asked ---- */

static bool was_asked(struct job *j, struct str name)
{
	for (size_t i = 0; i < j->asked_count; i++)
		if (str_eq(j->asked[i], name))
			return true;
	if (j->asked_count == ASKED_MAX)
		return true;
	j->asked[j->asked_count++] = str_dup(j->cli->arena, name);
	return false;
}

/* True when there is something new to rely on. What could not be had is said and not tried again. */
static bool fetch_wanted(struct job *j, const struct wire_checked *checked)
{
	bool found = false;

	for (uint32_t i = 0; i < checked->wanted.count; i++) {
		struct str name = checked->wanted.items[i];
		struct buf text = buf_new(CHECK_AREA_LEN);
		struct err err;

		if (was_asked(j, name))
			continue;
		/* The checker keeps a good text for the processes that it starts. */
		if (fetch_name(j->cli, &j->fetch, name, &text, &err) == RC_OK
			&& checker_add(
				   j->checker, str_dup(j->cli->arena, name), buf_bytes(&text), &err)
				== RC_OK) {
			found = true;
			continue;
		}
		cli_say(j->cli, "could not fetch " STR_FMT ": %s", STR_ARG(name), err.text);
		buf_free(&text);
	}
	return found;
}

static void finish(struct job *j, size_t which, const char *path)
{
	struct wire_checked checked;
	struct err err;

	for (int round = 0;; round++) {
		arena_reset(j->answer);
		if (checker_finish(j->checker, which, j->answer, &checked, &err) != RC_OK) {
			close_inputs(&j->inputs[which]);
			unknown(j, path, err.text);
			return;
		}
		if (!j->online || round == ROUNDS_MAX || !fetch_wanted(j, &checked))
			break;
		if (!ask(j, which, path))
			return;
	}
	close_inputs(&j->inputs[which]);
	verdict_print(j->cli, path, &checked, j->many);
	count(j, verdict_exit(checked.verdict));
}

/* One file for each process at a time; answers come out in the order of the files. */
static void check_files(struct job *j)
{
	const char *under_way[CHECKER_WORKERS_MAX] = {NULL};
	size_t workers = checker_count(j->checker);

	for (size_t i = 0; i < j->files.count + workers; i++) {
		size_t which = i % workers;

		if (under_way[which] != NULL)
			finish(j, which, under_way[which]);
		under_way[which] = NULL;
		if (i < j->files.count && !checker_is_unconfined(j->checker)
			&& start(j, which, j->files.items[i]))
			under_way[which] = j->files.items[i];
	}
}

static const char *without_slash(struct cli *cli, const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	return str_fmt(cli->arena, "%.*s", (int)n, path).p;
}

static enum exit_code collect(struct job *j)
{
	for (size_t i = 0; i < j->cli->word_count; i++) {
		const char *path = j->cli->words[i];
		struct stat st;
		struct err err;

		if (is_address(path)) {
			if (!j->online)
				return cli_fail(j->cli, EXIT_USAGE,
					"verify uses the network only when asked to: add --online");
			tree_add(&j->files, path);
			continue;
		}
		if (stat(path, &st) != 0 && bundle_is_id(path)) {
			j->tokens = true;
			tree_add(&j->files, path);
			continue;
		}
		if (stat(path, &st) != 0 && strncasecmp(path, "http://", 7) == 0)
			return cli_fail(j->cli, EXIT_USAGE,
				"only https:// is fetched: give such an address, the file, or the "
				"token behind /verify/");
		if (stat(path, &st) != 0)
			return cli_fail(j->cli, EXIT_NOT_FOUND, "cannot open %s: %s", path,
				strerrordesc_np(errno));
		if (!S_ISDIR(st.st_mode)) {
			tree_add(&j->files, path);
			continue;
		}
		j->many = true;
		if (tree_walk(j->cli->arena, without_slash(j->cli, path), &j->files, &err) != RC_OK)
			return cli_fail(j->cli, EXIT_INPUT, "%s", err.text);
	}
	j->many |= j->files.count > 1;
	if (j->files.count == 0)
		return cli_fail(j->cli, EXIT_NOT_FOUND, "there is no file to verify");
	return EXIT_DONE;
}

static enum exit_code read_terms(struct job *j)
{
	const char *at = cli_value(j->cli, "at");
	struct err err;

	j->online = cli_value(j->cli, "online") != NULL;
	j->fetch.allow_private = cli_value(j->cli, "allow-private") != NULL;
	j->fetch.ca_file = cli_value(j->cli, "ca-file");
	j->terms.now_s = clock_wall_s();
	if (at == NULL)
		return EXIT_DONE;
	if (clock_parse_day(str_of(at), &j->terms.now_s, &err) == RC_OK
		|| clock_parse_iso(str_of(at), &j->terms.now_s, &err) == RC_OK)
		return EXIT_DONE;
	return cli_fail(j->cli, EXIT_USAGE,
		"--at wants a day (2026-11-22) or a time (2026-11-22T10:00:00Z)");
}

static size_t worker_count(const struct job *j)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	/* What is fetched for one file is there for the next. */
	if (j->files.count < 8 || cores < 2 || j->online || j->tokens)
		return 1;
	return cores > CHECKER_WORKERS_MAX ? CHECKER_WORKERS_MAX : (size_t)cores;
}

static void sum_up(struct job *j)
{
	if (j->many && !j->cli->json)
		cli_say(j->cli, "%zu files: %zu valid, %zu not, %zu could not be determined",
			j->files.count, j->counts[0], j->counts[1], j->counts[2]);
}

static enum exit_code run(struct job *j)
{
	enum exit_code code = read_terms(j);

	if (code == EXIT_DONE)
		code = collect(j);
	if (code != EXIT_DONE)
		return code;
	cgroup_want(j->cli->verbose ? LOG_WARN : LOG_INFO);
	j->checker = checker_new(j->cli->arena, worker_count(j), &j->terms);
	code = add_offline(j);
	if (code != EXIT_DONE)
		return code;
	check_files(j);
	sum_up(j);
	return checker_is_unconfined(j->checker) ? EXIT_SANDBOX : j->code;
}

enum exit_code cmd_verify(struct cli *cli)
{
	struct job j = {.cli = cli, .answer = arena_new((size_t)4 << 20), .code = EXIT_DONE};
	enum exit_code code = run(&j);

	if (j.checker != NULL)
		checker_free(&j.checker);
	cgroup_close();
	tree_free(&j.files);
	arena_free(&j.answer);
	return code;
}

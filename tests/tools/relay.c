// SPDX-License-Identifier: Apache-2.0
/*
 * A worker that was taken over. It stands in the place of certfill-ROLE, starts the real one beside it as
 * ROLE.real, and passes everything on, both ways, until an attack is due: then it answers control with what no
 * honest worker would. Two ways to say which:
 *   a value "attack:NAME" in a row of MEASURE or DRAW (so that one batch can hold many), or
 *   a file ROLE.attack beside it: "MESSAGE NAME", the answer to attack and how.
 * Runs in: tests (tests/e2e/traitor.test.mjs). Nothing confines it but the namespaces it is started in.
 */
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "ipc/channel.h"
#include "ipc/wire_common.h"
#include "ipc/wire_intake.h"
#include "ipc/wire_render.h"
#include "ipc/wire_sign.h"
#include "ipc/wire_store.h"
#include "ipc/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define ATTACK "attack:"
#define ROOM ((size_t)64 << 20)
/* The real worker may add as much while control looks at an answer. */
#define GROWTH ((uint32_t)8 << 20)

static struct {
	enum role role;
	struct channel *control;
	struct channel *real;
	struct arena *a;
	char message[64]; /* of the file */
	char by_file[64];
	char due[64]; /* "": none */
	int result_fd; /* the last descriptor of the opening message */
	uint32_t under_way; /* requests without an answer */
	uint32_t asked_row; /* the one that carries the attack */
	uint32_t first_row; /* another one that was seen before */
} relay = {.result_fd = -1};

/* ---- raw frames ---- */

static void send_raw(const void *p, size_t n, const int *fds, size_t fd_count)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(253 * sizeof(int))] = {0};
	struct iovec iov = {(void *)(uintptr_t)p, n};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	if (fd_count != 0) {
		struct cmsghdr *h;

		m.msg_control = room;
		m.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
		h = CMSG_FIRSTHDR(&m);
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
		memcpy(CMSG_DATA(h), fds, fd_count * sizeof(int));
	}
	if (sendmsg(channel_fd(relay.control), &m, MSG_NOSIGNAL) < 0)
		_exit(3);
}

struct head {
	uint32_t number;
	uint32_t len;
	uint32_t request;
	uint32_t fd_count;
};

/* A frame whose header says h, with n bytes of fill behind it. */
static void send_frame(const struct head *h, size_t n, int fill)
{
	struct buf b = buf_new((size_t)1 << 20);

	cursor_put_u16(&b, MESSAGE_VERSION);
	cursor_put_u16(&b, (uint16_t)h->number);
	cursor_put_u32(&b, h->len);
	cursor_put_u32(&b, h->request);
	cursor_put_u32(&b, h->fd_count);
	for (size_t i = 0; i < n; i++)
		buf_put_char(&b, (char)fill);
	send_raw(b.p, b.n, NULL, 0);
	buf_free(&b);
}

static void send_descriptors(const struct frame *f, size_t count)
{
	const struct head h = {f->info->number, 0, f->request, (uint32_t)count};
	int fds[253];
	uint8_t head[MESSAGE_HEADER_LEN];
	struct buf b = buf_new(64);

	for (size_t i = 0; i < count; i++)
		fds[i] = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	cursor_put_u16(&b, MESSAGE_VERSION);
	cursor_put_u16(&b, (uint16_t)h.number);
	cursor_put_u32(&b, h.len);
	cursor_put_u32(&b, h.request);
	cursor_put_u32(&b, h.fd_count);
	memcpy(head, b.p, sizeof head);
	send_raw(head, sizeof head, fds, count);
	buf_free(&b);
}

static void send_fault(const struct frame *f, uint8_t kind, const char *text)
{
	struct buf b = buf_new(1024);
	struct buf out = buf_new(2048);

	/* By hand: our own encoder refuses what is not UTF-8. */
	cursor_put_u8(&b, kind);
	cursor_put_u32(&b, (uint32_t)strlen(text));
	buf_put_cz(&b, text);
	cursor_put_u16(&out, MESSAGE_VERSION);
	cursor_put_u16(&out, MESSAGE_FAULT);
	cursor_put_u32(&out, (uint32_t)b.n);
	cursor_put_u32(&out, f->request);
	cursor_put_u32(&out, 0);
	buf_put_bytes(&out, buf_bytes(&b));
	send_raw(out.p, out.n, NULL, 0);
	buf_free(&b);
	buf_free(&out);
}

/* ---- attacks on the protocol, by any role ---- */

static bool is(const char *name)
{
	return strcmp(relay.due, name) == 0;
}

static void pass_on(const struct frame *f, const void *record, uint32_t request)
{
	struct err err;

	if (channel_send(relay.control, f->info->number, request, record, NULL, 0, &err) != RC_OK)
		_exit(3);
}

/* True when it was one of these. */
static bool attack_protocol(const struct frame *f, const void *record)
{
	struct head h = {f->info->number, 64, f->request, 0};

	if (is("foreign")) /* what only another role may say */
		send_frame(
			&(struct head){relay.role == ROLE_STORE ? MESSAGE_DRAWN : MESSAGE_PUT_DONE,
				64, f->request, 0},
			64, 0);
	else if (is("to-workers")) /* what only control may say */
		send_frame(&(struct head){MESSAGE_KEYS_LOAD, 64, f->request, 0}, 64, 0);
	else if (is("unknown"))
		send_frame(&(struct head){4711, 0, f->request, 0}, 0, 0);
	else if (is("claims-much"))
		h.len = UINT32_MAX, send_frame(&h, 64, 0);
	else if (is("claims-little"))
		h.len = 1, send_frame(&h, 64, 0);
	else if (is("too-long"))
		h.len = 150000, send_frame(&h, 150000, 0);
	else if (is("zeros"))
		send_frame(&h, 64, 0);
	else if (is("ones"))
		send_frame(&h, 64, 0xFF);
	else if (is("version"))
		send_raw("\377\377", 2, NULL, 0);
	else if (is("other-request"))
		pass_on(f, record, f->request + 1);
	else if (is("twice"))
		pass_on(f, record, f->request), pass_on(f, record, f->request);
	else if (is("flood"))
		for (int i = 0; i < 300; i++)
			pass_on(f, record, f->request);
	else if (is("claims-descriptors"))
		h.len = 0, h.fd_count = 7, send_frame(&h, 0, 0);
	else if (is("descriptor"))
		send_descriptors(f, 1);
	else if (is("descriptors"))
		send_descriptors(f, 250);
	else if (is("half"))
		send_raw("\1\0\3", 3, NULL, 0), _exit(0);
	else if (is("empty"))
		send_raw("", 0, NULL, 0);
	else if (is("hang"))
		for (;;)
			(void)pause();
	else if (is("exit"))
		_exit(0);
	else if (is("trap"))
		__builtin_trap();
	else if (is("fault-kind"))
		send_fault(f, 200, "no such kind");
	else if (is("fault-bytes"))
		send_fault(f, RC_INPUT, "\xff\xfe not text");
	else if (is("fault-colours"))
		send_fault(f, RC_LIMIT, "\033]0;title\a\033[2Jwarn control: forged line");
	else
		return false;
	return true;
}

/* ---- attacks by what is said ---- */

static struct wire_drawn_row *row_of(struct wire_drawn *d)
{
	for (uint32_t i = 0; i < d->rows.count; i++)
		if (d->rows.items[i].row == relay.asked_row)
			return &d->rows.items[i];
	_exit(4);
}

static struct wire_artifact *add_artifact(struct wire_drawn_row *row, uint8_t kind)
{
	struct wire_artifact *all = arena_zalloc(relay.a, 8, sizeof *all);
	struct wire_artifact *x;

	memcpy(all, row->artifacts.items, row->artifacts.count * sizeof *all);
	row->artifacts.items = all;
	x = &all[row->artifacts.count++];
	*x = all[0];
	x->kind = kind;
	return x;
}

static struct wire_piece *one_piece(
	struct wire_drawn_row *row, uint8_t source, uint64_t offset, uint32_t len)
{
	struct wire_artifact *x = &row->artifacts.items[0];

	x->pieces.count = 1;
	x->pieces.items = arena_zalloc(relay.a, 400, sizeof *x->pieces.items);
	x->pieces.items[0] = (struct wire_piece){source, offset, len};
	return x->pieces.items;
}

static void many_pieces(struct wire_drawn_row *row)
{
	struct wire_piece *p = one_piece(row, PIECE_RESULT, 0, 1U << 16);

	for (uint32_t i = 1; i < 400; i++)
		p[i] = p[0];
	row->artifacts.items[0].pieces.count = 400;
	/* 400 x 1 MiB of what is there: no single one is too long. */
	for (uint32_t i = 0; i < 400; i++)
		p[i].len = 1U << 18;
}

static void attack_drawn(const struct frame *f, struct wire_drawn *d)
{
	struct wire_drawn_row *row = row_of(d);
	uint64_t len = 0;

	(void)file_len(relay.result_fd, &len);
	if (is("kind-badge"))
		row->artifacts.items[0].kind = ARTIFACT_BADGE;
	else if (is("kind-jwt"))
		(void)add_artifact(row, ARTIFACT_JWT);
	else if (is("kind-twice"))
		(void)add_artifact(row, row->artifacts.items[0].kind);
	else if (is("kind-200"))
		row->artifacts.items[0].kind = 200;
	else if (is("no-files"))
		row->artifacts.count = 0;
	else if (is("one-file"))
		row->artifacts.count = 1;
	else if (is("eight-files"))
		while (row->artifacts.count < 8)
			(void)add_artifact(row, ARTIFACT_PDF);
	else if (is("no-rows"))
		d->rows.count = 0;
	else if (is("row-other"))
		row->row += 1000;
	else if (is("row-first"))
		row->row = relay.first_row;
	else if (is("beyond-result"))
		(void)one_piece(row, PIECE_RESULT, len + GROWTH, 100);
	else if (is("over-result"))
		(void)one_piece(row, PIECE_RESULT, len - 1, GROWTH);
	else if (is("beyond-compiled"))
		(void)one_piece(row, PIECE_COMPILED, 1U << 30, 100);
	else if (is("wraps"))
		(void)one_piece(row, PIECE_RESULT, UINT64_MAX - 10, 100);
	else if (is("negative"))
		(void)one_piece(row, PIECE_RESULT, (uint64_t)1 << 63, 100);
	else if (is("inline"))
		(void)one_piece(row, PIECE_INLINE, 0, 100);
	else if (is("source-99"))
		(void)one_piece(row, 99, 0, 100);
	else if (is("nothing"))
		(void)one_piece(row, PIECE_RESULT, 0, 0);
	else if (is("too-many"))
		many_pieces(row);
	else if (is("says-no"))
		row->ok = false, row->message = STR("\033[31mred\nwarn control: forged");
	pass_on(f, d, f->request);
	/* After the answer: the bytes are in the store's hands by now, or are not yet. */
	if (is("shrinks") && ftruncate(relay.result_fd, 0) == 0)
		_exit(5);
	if (is("rewrites"))
		for (uint64_t at = 0; at < len; at += 4096)
			(void)!pwrite(relay.result_fd, "REWRITTEN", 9, (off_t)at);
}

static void attack_measured(const struct frame *f, struct wire_measured *m)
{
	for (uint32_t i = 0; i < m->rows.count; i++) {
		struct wire_measured_row *r = &m->rows.items[i];

		if (r->row != relay.asked_row)
			continue;
		if (is("measures-first"))
			r->row = 0; /* of another credential, or of none */
		else if (is("measures-far"))
			r->row = 4000000000U;
		else if (is("measures-none"))
			m->rows.count = 0;
		break;
	}
	pass_on(f, m, f->request);
}

static void attack_rows(const struct frame *f, struct wire_rows *r)
{
	struct wire_row *first = r->rows.count != 0 ? r->rows.items : NULL;

	if (is("endless"))
		r->rows.count = 0, r->errors.count = 0, r->end = false;
	else if (first == NULL)
		;
	else if (is("day-far"))
		first->issued_on = INT64_MAX - 1;
	else if (is("day-early"))
		first->issued_on = INT64_MIN + 1;
	else if (is("until-far"))
		first->valid_until = INT64_MAX;
	else if (is("record-twice") && r->rows.count > 1)
		first[1].record = first->record;
	else if (is("record-max"))
		first->record = UINT32_MAX;
	else if (is("no-credential"))
		first->credential = STR("no such one");
	else if (is("id-path"))
		first->recipient_id = STR("../../../../tmp/planted");
	else if (is("id-nul"))
		first->recipient_id = (struct str){"a\0b", 3};
	else if (is("name-controls"))
		first->name = STR("A\033[2J\nB\r{{recipient.email}}");
	else if (is("no-id"))
		first->recipient_id = STR("");
	pass_on(f, r, f->request);
}

static void attack_manifest(const struct frame *f, struct wire_manifest *m)
{
	if (is("lives-for-ever"))
		m->credentials.items[0].valid_for_s = INT64_MAX;
	else if (is("months"))
		m->credentials.items[0].valid_for_months = UINT32_MAX;
	else if (is("no-credentials"))
		m->credentials.count = 0;
	else if (is("other-tenant"))
		m->tenant = STR("victim");
	else if (is("outputs"))
		m->credentials.items[0].outputs = UINT32_MAX;
	else if (is("dpi"))
		m->credentials.items[0].png_dpi = 65535;
	else if (is("template-path"))
		m->credentials.items[0].template_name = STR("/etc/passwd");
	pass_on(f, m, f->request);
}

static void attack_template(const struct frame *f, struct wire_template *t)
{
	struct wire_note note = {.element = STR("a\033[2J"),
		.what = STR("b\nerror: forged"),
		.why = STR("\302\2332Jc")};

	if (is("art-beyond"))
		t->art_offset = (uint64_t)1 << 40;
	else if (is("art-huge"))
		t->art_len = UINT64_MAX;
	else if (is("art-large"))
		t->art_len = (uint64_t)500 << 20;
	else if (is("design-beyond"))
		t->design_offset = UINT64_MAX - 1;
	else if (is("design-is-art"))
		t->design_offset = t->art_offset, t->design_len = t->art_len;
	else if (is("page"))
		t->width = 1e300, t->height = -1;
	else if (is("notes-colours"))
		t->notes.items = &note, t->notes.count = 1, t->notes_total = 1;
	pass_on(f, t, f->request);
}

static void attack_compiled(const struct frame *f, struct wire_compiled_is *c)
{
	if (is("len-huge"))
		c->len = UINT64_MAX;
	else if (is("len-large"))
		c->len = (uint64_t)500 << 20;
	else if (is("len-none"))
		c->len = 0;
	else if (is("garbage"))
		for (int i = 0; i < 4096; i += 8)
			(void)!pwrite(relay.result_fd, "\377\377\377\377\0\0\0\1", 8, i);
	pass_on(f, c, f->request);
}

static void attack_signed(const struct frame *f, struct wire_signed_rows *s)
{
	if (s->rows.count == 0)
		;
	else if (is("row-other"))
		s->rows.items[0].row += 1000;
	else if (is("rows-none"))
		s->rows.count = 0;
	else if (is("row-twice") && s->rows.count > 1)
		s->rows.items[1].row = s->rows.items[0].row;
	pass_on(f, s, f->request);
}

static void attack_stored(const struct frame *f, struct wire_put_done *p)
{
	/* Answers for a row may come later, with those of another. */
	if (p->rows.count == 0)
		;
	else if (is("rows-none"))
		p->rows.count = 0;
	else if (is("other-ulid"))
		p->rows.items[0].ulid[0] ^= 1;
	else if (is("file-out"))
		p->rows.items[0].artifacts.count--;
	else if (is("other-kind"))
		p->rows.items[0].artifacts.items[0].kind = ARTIFACT_JWT;
	pass_on(f, p, f->request);
}

static void attack_fetched(const struct frame *f, struct wire_fetched *x)
{
	if (x->items.count == 0)
		;
	else if (is("none"))
		x->items.count = 0;
	else if (is("beyond"))
		x->items.items[0].offset = (uint64_t)1 << 50;
	else if (is("huge"))
		x->items.items[0].len = UINT64_MAX;
	else if (is("many"))
		x->items.items = arena_zalloc(relay.a, 500, sizeof *x->items.items),
		x->items.count = 500;
	pass_on(f, x, f->request);
}

static void attack_answer(const struct frame *f, void *record)
{
	if (attack_protocol(f, record))
		return;
	switch ((int)f->info->number) {
	case MESSAGE_DRAWN:
		attack_drawn(f, record);
		break;
	case MESSAGE_MEASURED:
		attack_measured(f, record);
		break;
	case MESSAGE_ROWS_ARE:
		attack_rows(f, record);
		break;
	case MESSAGE_MANIFEST_IS:
		attack_manifest(f, record);
		break;
	case MESSAGE_TEMPLATE_IS:
		attack_template(f, record);
		break;
	case MESSAGE_COMPILED_IS:
		attack_compiled(f, record);
		break;
	case MESSAGE_SIGNED_ROWS:
		attack_signed(f, record);
		break;
	case MESSAGE_PUT_DONE:
		attack_stored(f, record);
		break;
	case MESSAGE_FETCHED:
		attack_fetched(f, record);
		break;
	default:
		_exit(6);
	}
}

/* ---- both ways ---- */

static bool look_at_values(
	uint32_t row, const struct wire_value *values, uint32_t count, bool measuring)
{
	for (uint32_t i = 0; i < count; i++) {
		struct str name = str_slice(values[i].text, strlen(ATTACK), values[i].text.n);

		if (!str_starts(values[i].text, STR(ATTACK))
			|| str_starts(name, STR("measures")) != measuring)
			continue;
		(void)text_fmt(relay.due, sizeof relay.due, STR_FMT, STR_ARG(name));
		relay.asked_row = row;
		return true;
	}
	return false;
}

/* A row may say what its answer is to be; those of measuring begin with "measures". */
static void look_at_request(const struct frame *f, const void *record)
{
	const struct wire_draw *d = record;
	const struct wire_measure *m = record;
	bool found = false;

	relay.due[0] = '\0';
	if (f->info->number == MESSAGE_DRAW)
		for (uint32_t i = 0; i < d->rows.count && !found; i++) {
			const struct wire_draw_row *r = &d->rows.items[i];

			found = look_at_values(r->row, r->values.items, r->values.count, false);
			if (!found && relay.first_row == 0)
				relay.first_row = r->row;
		}
	if (f->info->number == MESSAGE_MEASURE)
		for (uint32_t i = 0; i < m->rows.count && !found; i++)
			found = look_at_values(m->rows.items[i].row, m->rows.items[i].values.items,
				m->rows.items[i].values.count, true);
}

static void pass_request(void)
{
	struct frame f;
	struct err err;
	void *record;

	if (channel_receive(relay.control, &f, &err) != RC_OK)
		_exit(0);
	record = arena_zalloc(relay.a, 1, f.info->type->size);
	if (frame_decode(&f, relay.a, record, &err) != RC_OK)
		_exit(2);
	look_at_request(&f, record);
	relay.under_way++;
	if (f.fd_count != 0)
		relay.result_fd = dup(f.fds[f.fd_count - 1]);
	if (channel_send(relay.real, f.info->number, f.request, record, f.fds, f.fd_count, &err)
		!= RC_OK)
		_exit(2);
	frame_close_fds(&f);
}

static void pass_answer(void)
{
	struct frame f;
	struct err err;
	void *record;

	if (channel_receive(relay.real, &f, &err) != RC_OK)
		_exit(1);
	record = arena_zalloc(relay.a, 1, f.info->type->size);
	if (frame_decode(&f, relay.a, record, &err) != RC_OK)
		_exit(2);
	if (relay.by_file[0] != '\0' && strcmp(f.info->name, relay.message) == 0)
		(void)text_copy(relay.due, sizeof relay.due, relay.by_file);
	if (relay.due[0] != '\0' && f.info->number != MESSAGE_FAULT)
		attack_answer(&f, record);
	else
		pass_on(&f, record, f.request);
	relay.due[0] = '\0';
	relay.under_way--;
	frame_close_fds(&f);
}

/* ---- the beginning ---- */

static void find_role(const char *name)
{
	for (int r = 0; r < ROLE_COUNT; r++)
		if (str_ends(str_of(name), str_of(role_name((enum role)r))))
			relay.role = (enum role)r;
}

/* The folder that we lie in, and a name in it. */
static void beside(const char *ending, char *out, size_t out_len)
{
	char own[3072] = "";
	ssize_t n = readlink("/proc/self/exe", own, sizeof own - 1);
	char *slash = n > 0 ? strrchr(own, '/') : NULL;

	if (slash == NULL)
		_exit(7);
	*slash = '\0';
	(void)text_fmt(out, out_len, "%s/%s.%s", own, role_name(relay.role), ending);
}

static void read_attack(void)
{
	char path[4096];
	char text[128] = "";
	char *space;
	AUTO_FD fd = -1;

	beside("attack", path, sizeof path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof text - 1) <= 0)
		return;
	text[strcspn(text, "\n")] = '\0';
	space = strchr(text, ' ');
	if (space == NULL)
		_exit(7);
	*space = '\0';
	(void)text_copy(relay.message, sizeof relay.message, text);
	(void)text_copy(relay.by_file, sizeof relay.by_file, space + 1);
}

static void start_real(char **argv)
{
	char path[4096];
	int pair[2];
	pid_t pid;

	beside("real", path, sizeof path);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		_exit(7);
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)dup2(pair[1], WORKER_CHANNEL_FD);
		(void)execv(path, argv);
		_exit(8);
	}
	(void)close(pair[1]);
	relay.real = channel_new(pair[0], ROLE_CONTROL, relay.role);
}

int main(int argc, char **argv)
{
	struct pollfd fds[2];

	if (argc < 1)
		return 1;
	find_role(argv[0]);
	read_attack();
	start_real(argv);
	relay.control = channel_new(WORKER_CHANNEL_FD, relay.role, ROLE_CONTROL);
	fds[0] = (struct pollfd){.fd = channel_fd(relay.control), .events = POLLIN};
	fds[1] = (struct pollfd){.fd = channel_fd(relay.real), .events = POLLIN};
	for (;;) {
		relay.a = arena_new(ROOM);
		if (poll(fds, 2, -1) < 0)
			return 1;
		if (fds[1].revents != 0)
			pass_answer();
		else if (fds[0].revents != 0)
			pass_request();
		/* One at a time, so that an attack meets the answer it is meant for. */
		fds[0].events = relay.under_way != 0 ? 0 : POLLIN;
		arena_free(&relay.a);
	}
}

// SPDX-License-Identifier: Apache-2.0
/* Reading options. Runs in: the command line. */
#include "cli/options.h"

#include "base/text.h"

#include <string.h>

const struct cli_option options_global[] = {
	{"data", "DIR", "data directory (CERTFILL_DATA)"},
	{"tenant", "T", "which tenant (CERTFILL_TENANT)"},
	{"passphrase-file", "FILE",
		"opens sealed keys; /dev/fd/N is a descriptor (CERTFILL_PASSPHRASE_FILE)"},
	{"json", NULL, "JSON lines on stdout instead of words"},
	{"yes", NULL, "answer yes to every question"},
	{"no-input", NULL, "never ask; fail with exit 10 instead"},
	{"no-progress", NULL, "no progress bar"},
	{"no-color", NULL, "no colours (also NO_COLOR)"},
	{"quiet", NULL, "-q: only errors on stderr"},
	{"verbose", NULL, "-v: say more"},
	{"config", "FILE", "-C: read this configuration file too"},
	{"help", NULL, "-h: this text"},
	{NULL, NULL, NULL},
};

static const struct cli_option *find(const struct cli_option *list, const char *name, size_t len)
{
	for (; list->name != NULL; list++)
		if (strlen(list->name) == len && strncmp(list->name, name, len) == 0)
			return list;
	return NULL;
}

/* "-C" and friends to their long names; NULL when there is no such letter. */
static const char *long_name(char letter)
{
	static const struct {
		char letter;
		const char *name;
	} table[] = {{'C', "config"}, {'q', "quiet"}, {'v', "verbose"}, {'h', "help"},
		{'o', "output"}, {'y', "yes"}};

	for (size_t i = 0; i < ARRAY_COUNT(table); i++)
		if (table[i].letter == letter)
			return table[i].name;
	return NULL;
}

static bool set_switch(struct options *o, const char *name)
{
	const struct {
		const char *name;
		bool *flag;
	} table[] = {
		{"json", &o->cli->json},
		{"yes", &o->cli->yes},
		{"no-input", &o->no_input},
		{"no-progress", &o->no_progress},
		{"no-color", &o->no_color},
		{"quiet", &o->cli->quiet},
		{"verbose", &o->cli->verbose},
		{"help", &o->help},
	};

	for (size_t i = 0; i < ARRAY_COUNT(table); i++)
		if (strcmp(table[i].name, name) == 0) {
			*table[i].flag = true;
			return true;
		}
	return false;
}

static enum rc set_option(
	struct options *o, const struct cli_option *option, const char *value, struct err *err)
{
	struct cli *cli = o->cli;

	if (option->value == NULL && set_switch(o, option->name))
		return RC_OK;
	if (strcmp(option->name, "data") == 0) {
		cli->data = value;
		return RC_OK;
	}
	if (strcmp(option->name, "tenant") == 0) {
		cli->tenant = value;
		return RC_OK;
	}
	if (strcmp(option->name, "passphrase-file") == 0) {
		cli->passphrase_file = value;
		return RC_OK;
	}
	if (strcmp(option->name, "config") == 0) {
		o->config = value;
		return RC_OK;
	}
	if (cli->value_count == CLI_VALUES_MAX)
		return err_set(err, RC_LIMIT, "too many options");
	cli->values[cli->value_count++] = (struct cli_value){option->name, value};
	return RC_OK;
}

/* One option at argv[*i]; steps over its value when that is a word of its own. */
static enum rc take_option(struct options *o, const struct cli_option *known, int argc, char **argv,
	int *i, struct err *err)
{
	const char *word = argv[*i];
	const char *name = word[1] == '-' ? word + 2 : long_name(word[1]);
	size_t len = name != NULL ? strcspn(name, "=") : 0;
	const struct cli_option *option = NULL;

	if (name != NULL && (word[1] == '-' || word[2] == '\0')) {
		option = known != NULL ? find(known, name, len) : NULL;
		if (option == NULL)
			option = find(options_global, name, len);
	}
	if (option == NULL)
		return err_set(err, RC_INPUT, "there is no option %s", word);
	if (option->value == NULL) {
		if (name[len] == '=')
			return err_set(err, RC_INPUT, "--%s takes no value", option->name);
		return set_option(o, option, "", err);
	}
	if (name[len] == '=')
		return set_option(o, option, name + len + 1, err);
	if (*i + 1 >= argc)
		return err_set(
			err, RC_INPUT, "--%s wants a value (%s)", option->name, option->value);
	*i += 1;
	return set_option(o, option, argv[*i], err);
}

/* What is empty names nothing, and nobody types it. */
static enum rc take_word(struct options *o, const char *word, struct err *err)
{
	if (o->cli->word_count == CLI_WORDS_MAX)
		return err_set(err, RC_LIMIT, "too many words");
	if (str_trim(str_of(word)).n == 0)
		return err_set(err, RC_INPUT,
			"one of the words is empty; a variable of a script is perhaps not set");
	o->cli->words[o->cli->word_count++] = word;
	return RC_OK;
}

int options_leading(struct options *o, int argc, char **argv)
{
	int i = 0;

	while (i < argc && argv[i][0] == '-' && argv[i][1] != '\0')
		if (take_option(o, NULL, argc, argv, &i, NULL) == RC_OK)
			i++;
		else
			break;
	return i;
}

/* One id in 64 begins with a dash (RFC 7638: 43 letters of base64url); no option is as long. */
static bool is_key_id(const char *word)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	return strlen(word) == 43 && strspn(word, letters) == 43;
}

enum rc options_parse(
	struct options *o, const struct cli_option *known, int argc, char **argv, struct err *err)
{
	bool words_only = false;

	for (int i = 0; i < argc; i++) {
		enum rc rc = RC_OK;

		if (!words_only && strcmp(argv[i], "--") == 0) {
			words_only = true;
		} else if (!words_only && argv[i][0] == '-' && argv[i][1] != '\0'
			&& !is_key_id(argv[i])) {
			rc = take_option(o, known, argc, argv, &i, err);
		} else {
			rc = take_word(o, argv[i], err);
		}
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

void options_print(const struct cli_option *list, FILE *to)
{
	for (; list->name != NULL; list++) {
		char left[64];

		text_fmt(left, sizeof left, "--%s%s%s", list->name, list->value != NULL ? " " : "",
			list->value != NULL ? list->value : "");
		(void)fprintf(to, "  %-28s %s\n", left, list->help);
	}
}

// SPDX-License-Identifier: Apache-2.0
/* The commands; one file each, or one per family. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/cli.h"

enum exit_code cmd_init(struct cli *cli);
enum exit_code cmd_doctor(struct cli *cli);
enum exit_code cmd_issue(struct cli *cli);
enum exit_code cmd_template_lint(struct cli *cli);
enum exit_code cmd_template_clean(struct cli *cli);
enum exit_code cmd_template_preview(struct cli *cli);
enum exit_code cmd_template_import(struct cli *cli);
enum exit_code cmd_template_list(struct cli *cli);
enum exit_code cmd_template_show(struct cli *cli);
enum exit_code cmd_template_diff(struct cli *cli);
enum exit_code cmd_csv_inspect(struct cli *cli);
enum exit_code cmd_csv_map(struct cli *cli);
enum exit_code cmd_csv_check(struct cli *cli);
enum exit_code cmd_csv_convert(struct cli *cli);
enum exit_code cmd_batch_list(struct cli *cli);
enum exit_code cmd_batch_status(struct cli *cli);
enum exit_code cmd_batch_report(struct cli *cli);
enum exit_code cmd_batch_export(struct cli *cli);
enum exit_code cmd_cred_show(struct cli *cli);
enum exit_code cmd_cred_rerender(struct cli *cli);
enum exit_code cmd_cred_find(struct cli *cli);
enum exit_code cmd_cred_link(struct cli *cli);
enum exit_code cmd_cred_bundle(struct cli *cli);
enum exit_code cmd_verify(struct cli *cli);
enum exit_code cmd_cred_revoke(struct cli *cli);
enum exit_code cmd_cred_suspend(struct cli *cli);
enum exit_code cmd_cred_restore(struct cli *cli);
enum exit_code cmd_cred_correct(struct cli *cli);
enum exit_code cmd_cred_renew(struct cli *cli);
enum exit_code cmd_status_refresh(struct cli *cli);
enum exit_code cmd_status_export(struct cli *cli);
enum exit_code cmd_backup(struct cli *cli);
enum exit_code cmd_serve(struct cli *cli);
enum exit_code cmd_restore(struct cli *cli);
enum exit_code cmd_key_list(struct cli *cli);
enum exit_code cmd_key_new(struct cli *cli);
enum exit_code cmd_key_rotate(struct cli *cli);
enum exit_code cmd_key_compromise(struct cli *cli);
enum exit_code cmd_key_seal(struct cli *cli);
enum exit_code cmd_key_publish(struct cli *cli);
enum exit_code cmd_key_check(struct cli *cli);
enum exit_code cmd_version(struct cli *cli);

#endif

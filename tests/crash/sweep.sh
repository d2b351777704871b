#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Some hundred kills of the whole process tree, two in each round; the end-to-end test with more moments.
set -eu
cd "$(dirname "$0")/../.."
export CERTFILL_KILLS=${CERTFILL_KILLS:-320}
exec node --test --test-name-pattern=SIGKILL tests/e2e/same.test.mjs

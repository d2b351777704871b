#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# make bench: figures for people; see bench.mjs.
set -eu
cd "$(dirname "$0")/../.."
make --no-print-directory -s build/release/tests/worker/starts_test
STARTS=300 build/release/tests/worker/starts_test | grep 'worker start'
node tests/bench/bench.mjs ${BENCH_ARGS:---growth}
# The signer alone: CPU per row of badges in both forms, of passes, of both.
build/release/tests/worker/sign_test --bench 2000
exec node tests/bench/verify.mjs

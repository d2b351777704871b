#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# make bench: figures for people; see bench.mjs.
set -eu
cd "$(dirname "$0")/../.."
node tests/bench/bench.mjs ${BENCH_ARGS:---growth}
exec node tests/bench/verify.mjs

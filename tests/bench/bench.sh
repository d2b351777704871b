#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# make bench: figures for people; see bench.mjs.
set -eu
cd "$(dirname "$0")/../.."
exec node tests/bench/bench.mjs ${BENCH_ARGS:---growth}

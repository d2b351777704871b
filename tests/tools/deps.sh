#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Debian packages that building, running and testing need.
#   deps.sh check build|test|browser     says which are missing, with one apt line; exit 1 when any is
#   deps.sh install build|test|browser   shows the list, then installs it (root, or through sudo)
# browser: test, and what make browser, make bench-serve and make test-all need besides.
set -u
build="build-essential pkg-config libuv1-dev libhpdf-dev libcairo2-dev libxml2-dev libjansson-dev libzip-dev
libssl-dev node-llhttp libsqlite3-dev libcsv-dev libicu-dev librsvg2-dev libqpdf-dev libharfbuzz-dev libfribidi-dev
libfreetype-dev libqrencode-dev libisal-dev libdeflate-dev libseccomp-dev libpng-dev libturbojpeg0-dev
zlib1g-dev libcurl4-openssl-dev libargon2-dev fonts-noto-core fonts-noto-cjk"
test="libcmocka-dev clang libclang-rt-14-dev clang-format-14 nodejs npm qpdf poppler-utils pngcheck zbar-tools
librsvg2-bin zip unzip curl openssl universal-ctags strace bubblewrap python3 sqlite3 procps faketime valgrind nginx-light"
browser="chromium wrk user-mode-linux"

wanted=$build
[ "${2:-build}" = test ] && wanted="$build $test"
[ "${2:-build}" = browser ] && wanted="$build $test $browser"
missing=()
for p in $wanted; do
	# node may come from elsewhere than Debian.
	case $p in nodejs) command -v node >/dev/null && continue ;; npm) command -v npm >/dev/null && continue ;; esac
	[ "$(dpkg-query -W -f '${Status}' "$p" 2>/dev/null)" = "install ok installed" ] || missing+=("$p")
done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "These Debian packages are missing:" >&2
printf '  %s\n' "${missing[@]}" >&2
line="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "${1:-check}" = check ]; then
	echo "Install them with: sudo $line   (or run: make demo)" >&2
	exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq && $line
elif command -v sudo >/dev/null; then
	sudo apt-get update -qq && sudo env DEBIAN_FRONTEND=noninteractive $line
else
	echo "You are not root and there is no sudo: ask an administrator to run: $line" >&2
	exit 1
fi

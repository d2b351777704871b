#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The privilege map, checked on what was built: the libraries that each program needs (DT_NEEDED) and the
# undefined symbols of its own objects, against tests/tools/links.txt. Not by ldd: Debian's libzip itself
# needs libcrypto (ADR 0001). Exit 1 with one line for every breach.
#   check_links.sh [BUILD]   default build/release
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${1:-build/release}
# Families of calls. A program may call only the families that its line names.
declare -A family=(
	[signing]='^(EVP_PKEY_(sign|keygen|Q_keygen)|CMS_(sign$|signed_add|add|final|encrypt)|PKCS7_sign|EVP_DigestSign|EVP_Sign|ECDSA_(do_)?sign|RSA_|ED25519_|X509_sign|d2i_PrivateKey|PEM_read_bio_PrivateKey)'
	[verifying]='^(EVP_PKEY|CMS_|PKCS7_|EVP_DigestVerify|EVP_Verify|ECDSA_|X509_)'
	[network-local]='^(socket|connect|accept4?|bind|listen)$'
	[network]='^(getaddrinfo|gethostbyname|SSL_|curl_|res_query)'
	[process]='^(fork|vfork|exec[lv]p?e?|fexecve|execveat|posix_spawnp?|system|popen|clone)$'
	[threads]='^(pthread_create|thrd_create)$'
	[loading]='^(dlopen|dlmopen)$'
	[banned]='^(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|strtok|atoi|gmtime|localtime|rand|srand|_?setjmp|__sigsetjmp|longjmp|alloca|mktemp|tmpnam)$'
)
bad=0
count=0
breach() {
	echo "$1"
	bad=$((bad + 1))
}

check_program() { # program, libraries, families
	local path=$build/$1 needed symbol name
	count=$((count + 1))
	while read -r needed; do
		name=$(sed -E 's/^lib//; s/\.so.*$//' <<<"$needed")
		case $name in c | m | gcc_s | ld-linux-*) continue ;; esac
		[[ " $2 " == *" $name "* ]] || breach "$1 needs $needed, which its line in links.txt does not name"
	done < <(readelf -d "$path" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
	while read -r symbol; do
		for name in "${!family[@]}"; do
			[[ $symbol =~ ${family[$name]} ]] || continue
			[[ " $3 " == *" $name "* ]] || breach "$1 calls $symbol ($name)"
		done
	done < <(nm -D --undefined-only "$path" | awk '{ sub(/@.*/, "", $2); print $2 }')
}

while IFS='|' read -r program libraries families; do
	program=$(xargs <<<"$program")
	[[ -z $program || $program == \#* ]] && continue
	if [ -x "$build/$program" ]; then
		check_program "$program" "$(xargs <<<"$libraries")" "$(xargs <<<"$families")"
	else
		echo "links: $build/$program is not built" >&2
	fi
done <tests/tools/links.txt
for path in "$build"/certfill "$build"/certfill-*; do
	[[ -f $path && -x $path ]] || continue
	grep -q "^$(basename "$path")[[:space:]]" tests/tools/links.txt ||
		breach "$(basename "$path") has no line in tests/tools/links.txt"
done
echo "links: $count programs, $bad breaches"
[ "$bad" -eq 0 ] && [ "$count" -gt 0 ]

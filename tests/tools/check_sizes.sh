#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Sizes that keep the code readable: functions at most 80 lines and 6 parameters (besides struct err *err),
# files at most 700 lines, headers 200 (wire headers excepted). tests/tools/sizes_allow.txt names exceptions: "path[:function]  reason".
# Needs universal-ctags. Exit 1 with one line for every breach.
#   check_sizes.sh [-v]   -v: also the median and the 95th percentile by folder
set -u
cd "$(dirname "$0")/../.." || exit 1
allow=tests/tools/sizes_allow.txt
command -v ctags >/dev/null || { echo "sizes: ctags is missing: apt-get install universal-ctags" >&2; exit 1; }
mapfile -t files < <(git ls-files '*.c' '*.h')
bad=0

allowed() { # path or path:function
	grep -q "^$1[[:space:]][[:space:]]*[^[:space:]]" "$allow"
}
breach() { # key, sentence
	allowed "$1" && return
	echo "$2"
	bad=$((bad + 1))
}
while read -r key rest; do
	[[ -z $key || $key == \#* ]] && continue
	[ -n "$rest" ] || { echo "$allow: $key has no reason"; bad=$((bad + 1)); }
	[ -f "${key%%:*}" ] || { echo "$allow: ${key%%:*} does not exist"; bad=$((bad + 1)); }
done <"$allow"

for f in "${files[@]}"; do
	[ -f "$f" ] || continue
	lines=$(wc -l <"$f")
	max=700
	[[ $f == *.h && $f != */wire_*.h ]] && max=200
	[ "$lines" -gt "$max" ] && breach "$f" "$f: $lines lines, at most $max"
done

functions=$(ctags --languages=C --langmap=C:.c --kinds-C=f --fields=+neS -o - "${files[@]}" 2>/dev/null |
	awk -F'\t' '{
		line = end = 0; parameters = ""
		for (i = 4; i <= NF; i++) {
			if ($i ~ /^line:/) line = substr($i, 6)
			else if ($i ~ /^end:/) end = substr($i, 5)
			else if ($i ~ /^signature:/) parameters = substr($i, 11)
		}
		if (end == 0) next
		# Commas inside a parameter that is a function do not count.
		sub(/, *struct err \* *err\)$/, ")", parameters)
		depth = 0; count = (parameters ~ /^\((void)?\)$/) ? 0 : 1
		for (k = 1; k <= length(parameters); k++) {
			c = substr(parameters, k, 1)
			if (c == "(") depth++
			else if (c == ")") depth--
			else if (c == "," && depth == 1) count++
		}
		print $2, $1, end - line + 1, count, line
	}')
while read -r file name lines parameters at; do
	[ -z "$file" ] && continue
	[ "$lines" -gt 80 ] && breach "$file:$name" "$file:$at: $name has $lines lines, at most 80"
	[ "$parameters" -gt 6 ] && breach "$file:$name" "$file:$at: $name has $parameters parameters, at most 6"
done <<<"$functions"

if [ "${1:-}" = -v ]; then
	awk '{ split($1, part, "/"); print part[1], $3 }' <<<"$functions" | sort -k1,1 -k2,2n | awk '
		function tell() { if (n) printf "  %-10s %4d functions, median %d, 95th percentile %d, longest %d\n",
			folder, n, v[int((n + 1) / 2)], v[int((n * 95 + 99) / 100)], v[n] }
		$1 != folder { tell(); folder = $1; n = 0 }
		{ v[++n] = $2 }
		END { tell() }'
fi
echo "sizes: ${#files[@]} files, $(grep -c . <<<"$functions") functions, $bad too large"
[ "$bad" -eq 0 ]

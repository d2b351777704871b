#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The include table of ARCHITECTURE.md, enforced from #include "..." lines; and render, trust, store, serve
# never include each other, which the table says too. Exit 1 with one line for every breach.
set -u
cd "$(dirname "$0")/../.." || exit 1
declare -A may=(
	[base]=""
	[ipc]="base"
	[templates]="base"
	[formats]="base"
	[verify]="base formats"
	[jobs]="base ipc templates formats"
	[ledger]="base"
	[pipeline]="base ipc jobs ledger"
	[render]="base ipc templates formats"
	[trust]="base ipc formats"
	[store]="base ipc formats"
	[fetch]="base ipc"
	[check]="base ipc formats verify"
	[serve]="base ipc formats ledger"
	[cli]="base ipc formats"
)
bad=0
count=0
for folder in "${!may[@]}"; do
	[ -d "$folder" ] || continue
	while IFS=: read -r file line text; do
		count=$((count + 1))
		target=$(sed -E 's/.*"([^"]*)".*/\1/' <<<"$text")
		top=${target%%/*}
		if [ "$top" = "$target" ]; then
			echo "$file:$line: \"$target\": write the folder too"
			bad=$((bad + 1))
		elif [ "$top" != "$folder" ] && [[ " ${may[$folder]} " != *" $top "* ]]; then
			echo "$file:$line: $folder/ may not include $target"
			bad=$((bad + 1))
		fi
	done < <(grep -nH '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$folder"/*.[ch] 2>/dev/null)
done
echo "layers: $count includes, $bad against the table"
[ "$bad" -eq 0 ]

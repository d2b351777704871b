// SPDX-License-Identifier: Apache-2.0
/* The style sheet of the pages, and the policy that allows it. Runs in: verify. */
#include "base/hash.h"
#include "base/text.h"
#include "serve/page_parts.h"

/* Logical properties only, so that right-to-left pages mirror; states never by colour alone. */
const char page_style[] =
	":root{color-scheme:light dark;--ink:#1b1f27;--soft:#545b69;--line:#d8dce4;--paper:#fff;"
	"--ground:#f3f4f8;--link:#1a4fa3;--good:#14623a;--goodbg:#e7f5ec;--bad:#9c1f1f;--badbg:#"
	"fcebea;"
	"--wait:#7a4b00;--waitbg:#fdf3df}"
	"@media(prefers-color-scheme:dark){:root{--ink:#eceef3;--soft:#aab1c0;--line:#3a4150;--"
	"paper:"
	"#1c212b;--ground:#12151c;--link:#9cc3ff;--good:#8fdcae;--goodbg:#12301f;--bad:#ffb3ad;--"
	"badbg:"
	"#3d1716;--wait:#f5cf86;--waitbg:#352708}}"
	"*{box-sizing:border-box}"
	"body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,\"Segoe "
	"UI\",Roboto,"
	"\"Noto Sans\",\"Noto Sans Arabic\",sans-serif;overflow-wrap:anywhere}"
	"main,header,footer{max-inline-size:46rem;margin-inline:auto;padding-inline:1rem}"
	"header{display:flex;flex-wrap:wrap;gap:.25rem "
	"1rem;justify-content:space-between;align-items:baseline;"
	"padding-block:1.25rem .75rem}"
	".who{font-weight:600;font-size:1.05rem;min-inline-size:0}"
	"nav "
	"ul{display:flex;flex-wrap:wrap;gap:.15rem;margin:0;margin-inline-start:-.5rem;padding:0;"
	"list-style:none}"
	"nav a{display:inline-block;padding:.3rem "
	".5rem;min-block-size:1.75rem;border-radius:.35rem}"
	"nav a[aria-current]{font-weight:600;color:var(--ink);text-decoration:none}"
	"a{color:var(--link)}"
	":focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:.2rem}"
	".card{background:var(--paper);border:1px solid "
	"var(--line);border-radius:.9rem;padding:1.25rem;"
	"margin-block:0 1rem}"
	".verdict{display:flex;gap:1rem;align-items:flex-start;border-width:2px}"
	".verdict svg{flex:none;inline-size:3rem;block-size:3rem}"
	".verdict h1{margin:0 0 .25rem;font-size:1.45rem;line-height:1.25}"
	".verdict p{margin:0}"
	".good{background:var(--goodbg);border-color:var(--good)}.good h1,.good "
	"svg{color:var(--good)}"
	".bad{background:var(--badbg);border-color:var(--bad)}.bad h1,.bad svg{color:var(--bad)}"
	".wait{background:var(--waitbg);border-color:var(--wait)}.wait h1,.wait "
	"svg{color:var(--wait)}"
	".demo{border:2px dashed var(--wait);color:var(--wait);font-weight:600;padding:.6rem "
	"1.25rem}"
	"dl{margin:0}dl div{display:grid;grid-template-columns:minmax(min(8rem,30%),1fr) "
	"minmax(0,2.4fr);gap:.25rem "
	"1rem;"
	"padding-block:.55rem;border-block-end:1px solid var(--line)}"
	"dl "
	"div:last-child{border:0}dt{color:var(--soft);min-inline-size:0}dd{margin:0;min-"
	"inline-size:0}"
	".big dd{font-size:1.3rem;font-weight:650;line-height:1.3}"
	"h2{font-size:1.1rem;margin:0 0 .6rem}"
	"table{inline-size:100%;border-collapse:collapse}"
	"th,td{text-align:start;padding:.5rem .25rem;border-block-end:1px solid "
	"var(--line);vertical-align:top}"
	"tr>:first-child{padding-inline-start:0}tr>:last-child{padding-inline-end:0}"
	"tr>:last-child{overflow-wrap:break-word;min-inline-size:5rem}"
	"tr:last-child>*{border:0}tbody th{font-weight:400}td{font-weight:600}"
	"td.ok{color:var(--good)}td.failed{color:var(--bad)}td.not-checked{color:var(--wait)}"
	"caption{text-align:start;font-size:1.1rem;font-weight:700;padding-block-end:.4rem}"
	"code{overflow-wrap:anywhere;font-family:ui-monospace,Menlo,Consolas,"
	"monospace;font-size:.9em;direction:ltr;unicode-bidi:isolate}"
	"pre{margin:.5rem "
	"0;padding:.7rem;background:var(--ground);border-radius:.5rem;white-space:pre-wrap}"
	"summary{cursor:pointer;font-weight:700;padding-block:.3rem}"
	"figure{margin:0 0 1rem}figure img{display:block;inline-size:auto;block-size:auto;"
	"max-inline-size:100%;max-block-size:34rem;margin-inline:auto;border-radius:.6rem;"
	"border:1px solid var(--line)}"
	".hello{text-align:center;padding-block:1.5rem}.hello "
	"h1,.hello h2{margin:0;font-size:1.6rem;line-height:1.3}"
	".hello p{margin:.4rem 0}.hello .award{font-size:1.25rem;font-weight:650}"
	".get{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),"
	"1fr));margin:0;"
	"padding:0;list-style:none}"
	".get form{margin:0}"
	"button,.button{display:block;inline-size:100%;min-block-size:3rem;padding:.7rem "
	"1rem;border:2px solid "
	"var(--link);border-radius:.6rem;background:var(--link);color:var(--paper);font:inherit;"
	"font-weight:650;"
	"text-align:center;text-decoration:none;cursor:pointer}"
	".second{background:transparent;color:var(--link)}"
	"button:hover,.button:hover{filter:brightness(1.1)}"
	".hint{color:var(--soft);font-size:.92rem;margin:.35rem 0 "
	"0}.get+.hint{margin-block-start:1rem}"
	".link{display:block;padding:.6rem "
	".75rem;background:var(--ground);border-radius:.5rem;margin-block:.6rem}"
	"footer{color:var(--soft);font-size:.92rem;padding-block:.5rem 2rem}footer p{margin:.3rem "
	"0}"
	"@media(max-width:30rem){dl "
	"div{grid-template-columns:minmax(0,1fr)}.card{padding:1rem;border-radius:.7rem}"
	".verdict svg{inline-size:2.25rem;block-size:2.25rem}.verdict h1{font-size:1.25rem}}"
	"@media(forced-colors:active){.card{border:2px solid CanvasText}button,.button{border:2px "
	"solid ButtonText}}"
	"@media(prefers-reduced-motion:no-preference){button,.button{transition:filter .15s}}"
	"@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;"
	"--ground:#fff;--link:#000;--good:#14623a;--goodbg:#fff;--bad:#9c1f1f;--badbg:#fff;--wait:#"
	"7a4b00;"
	"--waitbg:#fff}body{background:#fff;color:#000}nav,.get,.nope{display:none}.card{border:"
	"1px "
	"solid #888;"
	"break-inside:avoid}details>*{display:block}a{color:#000}}";

void page_put_policy(struct buf *out, struct str form_targets)
{
	static uint8_t sha256[HASH_SHA256_LEN];
	static bool known;

	if (!known)
		hash_sha256(bytes_of(str_of(page_style)), sha256);
	known = true;
	buf_put_cz(out, "default-src 'none'; style-src 'sha256-");
	text_put_base64(out, (struct bytes){sha256, sizeof sha256});
	buf_put_cz(out, "'; img-src 'self'; form-action 'self'");
	if (form_targets.n != 0) {
		buf_put_char(out, ' ');
		buf_put_str(out, form_targets);
	}
	buf_put_cz(out, "; frame-ancestors 'none'; base-uri 'none'");
}

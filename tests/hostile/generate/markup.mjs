// SPDX-License-Identifier: Apache-2.0
// Attacks by markup: what must not stand in a template, in every place it could stand, under every spelling of a namespace.
export const SVG = 'http://www.w3.org/2000/svg';
const XLINK = 'http://www.w3.org/1999/xlink';
const XHTML = 'http://www.w3.org/1999/xhtml';
export const OUT = 'http://evil.example/x';
export const head = `<svg xmlns="${SVG}" xmlns:xlink="${XLINK}" xmlns:s="${SVG}" xmlns:h="${XHTML}" width="100" height="100">`;
export const svg = (body) => `${head}\n${body}\n</svg>\n`;

// What must not come through. N: where the prefix goes.
const elements = {
  script: '<Nscript>alert(1)</Nscript>', 'script-href': `<Nscript href="${OUT}"/>`, 'script-cdata': '<Nscript><![CDATA[a<b]]></Nscript>',
  'script-type': '<Nscript type="text/ecmascript" xlink:href="data:text/javascript,1"/>', SCRIPT: '<NSCRIPT>1</NSCRIPT>',
  foreign: `<NforeignObject width="9" height="9"><h:iframe src="${OUT}"/></NforeignObject>`, 'foreign-case': '<Nforeignobject><rect width="1" height="1"/></Nforeignobject>',
  iframe: `<Niframe src="${OUT}"/>`, embed: `<Nembed src="${OUT}"/>`, object: `<Nobject data="${OUT}" type="text/html"/>`,
  video: `<Nvideo src="${OUT}" onerror="x"/>`, audio: `<Naudio src="${OUT}" autoplay="1"/>`, canvas: '<Ncanvas id="c"/>', source: `<Nsource srcset="${OUT}"/>`,
  img: `<Nimg src="${OUT}" onerror="alert(1)"/>`, input: '<Ninput autofocus="" onfocus="alert(1)"/>', form: `<Nform action="${OUT}"><Nbutton/></Nform>`,
  base: `<Nbase href="${OUT}"/>`, meta: `<Nmeta http-equiv="refresh" content="0;url=${OUT}"/>`, link: `<Nlink rel="stylesheet" href="${OUT}"/>`,
  template: '<Ntemplate><Nscript/></Ntemplate>', noscript: '<Nnoscript><Nstyle>*{fill:red}</Nstyle></Nnoscript>', math: '<Nmath><Nmtext><Nscript/></Nmtext></Nmath>',
  set: '<Nset attributeName="href" to="javascript:alert(1)"/>', animate: `<Nanimate attributeName="xlink:href" values="${OUT}" dur="1s"/>`,
  'animate-style': '<Nanimate attributeName="style" values="fill:url(http://evil.example)"/>', motion: `<NanimateMotion><Nmpath href="${OUT}"/></NanimateMotion>`,
  'animate-transform': '<NanimateTransform attributeName="transform" type="scale" to="1e9" begin="0s"/>', colour: '<NanimateColor attributeName="fill" onbegin="x"/>', discard: '<Ndiscard begin="1s"/>',
  handler: '<Nhandler type="text/javascript" ev:event="load" xmlns:ev="http://www.w3.org/2001/xml-events">1</Nhandler>', listener: `<Nlistener handler="${OUT}#a"/>`,
  use: `<Nuse href="${OUT}#a"/>`, 'use-data': '<Nuse href="data:image/svg+xml;base64,PHN2Zy8+#a"/>', 'use-file': '<Nuse xlink:href="file:///etc/passwd#a"/>',
  image: `<Nimage href="${OUT}" width="9" height="9"/>`, 'image-file': '<Nimage xlink:href="file:///etc/passwd" width="9" height="9"/>',
  'image-relative': '<Nimage href="../../etc/passwd" width="9" height="9"/>', 'image-both': `<Nimage href="${OUT}" xlink:href="${OUT}" width="9" height="9"/>`,
  'image-svg': '<Nimage href="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E" width="9" height="9"/>',
  anchor: `<Na href="javascript:alert(1)"><Nrect width="9" height="9"/></Na>`, 'anchor-target': `<Na xlink:href="${OUT}" target="_blank" ping="${OUT}"><Ntext>x</Ntext></Na>`,
  'font-face': `<Nfont-face font-family="E"><Nfont-face-src><Nfont-face-uri href="${OUT}"/></Nfont-face-src></Nfont-face>`, tref: `<Ntref href="${OUT}#a"/>`,
  font: '<Nfont><Nglyph unicode="a" d="M0 0h9"/></Nfont>', 'alt-glyph': `<NaltGlyph href="${OUT}">a</NaltGlyph>`, cursor: `<Ncursor href="${OUT}"/>`, profile: `<Ncolor-profile href="${OUT}"/>`,
  view: '<Nview viewBox="0 0 1 1" viewTarget="x"/>', 'fe-image': `<Nfilter id="ffe"><NfeImage href="${OUT}"/></Nfilter><Nrect width="9" height="9" filter="url(#ffe)"/>`,
  'fe-image-self': '<Nfilter id="ffs"><NfeImage href="#ffs"/></Nfilter><Nrect width="9" height="9" filter="url(#ffs)"/>',
  gradient: `<NlinearGradient id="gx" href="${OUT}#g"><Nstop/></NlinearGradient><Nrect width="9" height="9" fill="url(#gx)"/>`,
  pattern: `<Npattern id="px" href="${OUT}#p" width="9" height="9"/><Nrect width="9" height="9" fill="url(#px)"/>`, 'text-path': `<Ntext><NtextPath href="${OUT}#p">x</NtextPath></Ntext>`,
  'style-import': `<Nstyle>@import url(${OUT});rect{fill:red}</Nstyle>`, 'style-type': `<Nstyle type="text/x" media="all">*{background:url(${OUT})}</Nstyle>`,
  metadata: `<Nmetadata><Nscript/><x xmlns="urn:x" on="${OUT}"/></Nmetadata>`, hatch: `<Nhatch id="ha"><Nhatchpath/></Nhatch>`, mesh: `<Nmeshgradient href="${OUT}"/>`,
  include: '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>', prefetch: `<Nprefetch href="${OUT}"/>`, switch: `<Nswitch><NforeignObject requiredExtensions="${XHTML}"><h:script/></NforeignObject><Ng/></Nswitch>`,
};
// Where: @ is the payload.
const places = {
  root: '@', group: '<g>@</g>', defs: '<defs>@</defs>', symbol: '<symbol id="sy">@</symbol><use href="#sy"/>', text: '<text x="1" y="9">a@b</text>', tspan: '<text><tspan>@</tspan></text>',
  'text-path': '<path id="tp" d="M0 0h9"/><text><textPath href="#tp">@</textPath></text>', pattern: '<pattern id="pa" width="9" height="9">@</pattern><rect width="9" height="9" fill="url(#pa)"/>',
  mask: '<mask id="ma">@</mask><rect width="9" height="9" mask="url(#ma)"/>', clip: '<clipPath id="cl">@</clipPath><rect width="9" height="9" clip-path="url(#cl)"/>',
  marker: '<marker id="mk">@</marker><path d="M0 0h9" marker-start="url(#mk)"/>', filter: '<filter id="fi">@</filter><rect width="9" height="9" filter="url(#fi)"/>',
  gradient: '<linearGradient id="gr">@</linearGradient><rect width="9" height="9" fill="url(#gr)"/>', switch: '<switch>@<rect width="1" height="1"/></switch>', anchor: '<a>@</a>',
  title: '<title>@</title>', desc: '<desc>@</desc>', style: '<style>@</style>', rect: '<rect width="9" height="9">@</rect>', image: '<image width="1" height="1">@</image>', nested: '<svg width="9" height="9">@</svg>',
  unknown: '<unknown>@</unknown>', foreign: '<foreignObject>@</foreignObject>', metadata: '<metadata>@</metadata>', html: '<h:div>@</h:div>', flow: '<flowRoot><flowRegion><rect width="9" height="9"/></flowRegion><flowPara>@</flowPara></flowRoot>',
};
// How the namespace is said: [prefix, before, after].
const spellings = {
  plain: ['', '', ''], prefixed: ['s:', '', ''], html: ['h:', '', ''], 'default-html': ['', `<g xmlns="${XHTML}">`, '</g>'], none: ['', '<g xmlns="">', '</g>'],
  'back-again': ['', `<x xmlns="${XHTML}"><g xmlns="${SVG}">`, '</g></x>'], rebound: ['h:', `<g xmlns:h="${SVG}">`, '</g>'], 'rebound-twice': ['h:', `<g xmlns:h="urn:x"><g xmlns:h="${SVG}">`, '</g></g>'],
  charref: ['q:', '<g xmlns:q="http&#58;//www.w3.org/2000/sv&#103;">', '</g>'], newline: ['q:', '<g xmlns:q="http://www.w3.org/2000/svg\n">', '</g>'], upper: ['q:', '<g xmlns:q="HTTP://WWW.W3.ORG/2000/SVG">', '</g>'],
  https: ['q:', '<g xmlns:q="https://www.w3.org/2000/svg">', '</g>'], unbound: ['zz:', '', ''], xml: ['xml:', '', ''], 'xlink-is-svg': ['xlink:', `<g xmlns:xlink="${SVG}">`, '</g>'], ink: ['ink:', '<g xmlns:ink="http://www.inkscape.org/namespaces/inkscape">', '</g>'],
};

// Handlers, addresses and the like as attributes: on every kind of element.
const attributes = {
  onload: 'onload="alert(1)"', onLOAD: 'onLOAD="alert(1)"', ONCLICK: 'ONCLICK="1"', 'on-tab': 'onclick\t=\t"1"', 'on-charref': 'onclick="&#97;lert(1)"', onany: 'onbegin="1" onend="1" onrepeat="1" onzoom="1" onscroll="1" onunload="1" onfocusin="1" onactivate="1"',
  'on-prefixed': 's:onload="1"', 'on-html': 'h:onclick="1"', 'ev-on': 'xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load" ev:handler="#a"', 'xlink-on': 'xlink:onclick="1"', onpointer: 'onpointerrawupdate="1" onbeforetoggle="1" onwebkitanimationend="1"',
  'href-js': 'href="javascript:alert(1)"', 'href-tab': 'href="java&#9;script:alert(1)"', 'href-nl': 'href="java&#10;script&#58;alert(1)"', 'href-lead': 'href="&#1; javascript:alert(1)"'.replace('&#1;', '&#x20;'), 'href-upper': 'href="JaVaScRiPt:alert(1)"',
  'href-vb': 'href="vbscript:x"', 'href-blob': 'href="blob:https://evil.example/1"', 'href-fs': 'href="filesystem:http://evil.example/"', 'href-ftp': 'href="ftp://evil.example/"', 'href-unc': 'href="\\\\evil.example\\x"', 'href-slashes': 'href="//evil.example/x"', 'href-entity': 'href="&amp;#106;avascript:1"',
  'href-both': `href="#a" xlink:href="${OUT}"`, 'xlink-both': `xlink:href="#a" href="${OUT}"`, 'href-two-prefixes': `xmlns:l="${XLINK}" l:href="${OUT}"`, 'href-own-prefix': `xmlns:xlink2="${XLINK}" xlink2:href="javascript:1"`, 'href-svg-ns': `s:href="${OUT}"`, 'href-html-ns': `h:href="${OUT}" h:src="${OUT}"`,
  'href-fragment-tail': 'href="#a&quot;onload=1"', 'href-fragment-space': 'href="# a"', 'href-fragment-empty': 'href="#"', 'href-empty': 'href=""', 'href-xpointer': 'href="#xpointer(id(\'a\'))"', 'href-svgview': 'href="#svgView(viewBox(0,0,9,9))"', 'href-relative': 'href="a.svg#b"', 'href-query': 'href="?x#a"', 'href-percent': 'href="%23a"',
  'data-html': 'href="data:text/html,%3Cscript%3E1%3C/script%3E"', 'data-svg': 'href="data:image/svg+xml;utf8,&lt;svg onload=1/>"', 'data-svg64': 'href="data:image/svg+xml;base64,PHN2Zy8+"', 'data-param': 'href="data:image/png;charset=x;base64,AAAA"', 'data-upper': 'href="DATA:IMAGE/SVG+XML,x"', 'data-tab': 'href="da&#9;ta:image/png;base64,AAAA"', 'data-xml': 'href="data:text/xml,x"', 'data-css': 'href="data:text/css,x"', 'data-none': 'href="data:,x"', 'data-junk': 'href="data:image/png;base64,!!!&lt;script>"', 'data-comma': 'href="data:image/png,base64"',
  base: 'xml:base="http://evil.example/"', 'xml-id': 'xml:id="a" id="b"', lang: 'xml:lang="&quot;&gt;&lt;x"', space: 'xml:space="evil"', 'xlink-all': `xlink:type="simple" xlink:actuate="onLoad" xlink:show="embed" xlink:role="${OUT}" xlink:arcrole="${OUT}" xlink:title="x"`,
  src: `src="${OUT}" srcset="${OUT}" poster="${OUT}" data="${OUT}" background="${OUT}" dynsrc="${OUT}" lowsrc="${OUT}"`, action: `action="${OUT}" formaction="${OUT}" ping="${OUT}" manifest="${OUT}" cite="${OUT}" longdesc="${OUT}"`, cursor: `cursor="url(${OUT}), auto"`, profile: `color-profile="url(${OUT})" filterRes="1e9"`,
  clip: `clip="rect(url(${OUT}))"`, 'clip-path': `clip-path="url(${OUT}#a)"`, mask: `mask="url('${OUT}#a')"`, filter: `filter="url(&quot;${OUT}#a&quot;)"`, fill: `fill="url(${OUT}#a) red"`, stroke: 'stroke="url(javascript:1)"', marker: `marker-start="url(${OUT}#m)" marker="url(${OUT})"`, font: `font="9px url(${OUT})"`, 'font-family': `font-family="a';}@import url(${OUT});b{"`, style: `style="background:url(${OUT});behavior:url(x);-moz-binding:url(x);fill:url(${OUT}#a)"`,
  'style-ns': `s:style="fill:red" h:style="fill:url(${OUT})"`, schema: `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${OUT} ${OUT}"`, required: `requiredExtensions="${XHTML}" requiredFeatures="x" systemLanguage="en" externalResourcesRequired="true"`, class: 'class="a&quot;&gt;&lt;script&gt;"', id: 'id="a&quot; onload=&quot;1"', 'id-ctl': 'id="a\u200bb\u202e"', role: 'role="img" aria-label="&lt;script&gt;" tabindex="1" focusable="true" nonce="x" is="x-y"', attributeName: 'attributeName="href" to="javascript:1" begin="0"',
  'xmlns-many': Array.from({ length: 40 }, (_, i) => `xmlns:n${i}="urn:${i}" n${i}:onload="1"`).join(' '), 'xmlns-empty': 'xmlns:e=""', 'xmlns-self': 'xmlns:xmlns="urn:x"', 'xmlns-xml': 'xmlns:xml="urn:x"', 'xmlns-twice': 'xmlns:a="urn:1" xmlns:a="urn:2"', twice: 'fill="red" fill="blue"', 'twice-ns': `xmlns:l="${XLINK}" xlink:href="#a" l:href="#b"`,
};
const hosts = {
  svg: null, g: '<g @><rect width="1" height="1"/></g>', rect: '<rect width="9" height="9" @/>', path: '<path d="M0 0h9v9z" @/>', text: '<text y="9" @>x</text>', tspan: '<text><tspan @>x</tspan></text>', use: '<rect id="a" width="1" height="1"/><use @/>', image: '<image width="9" height="9" @/>', a: '<a @><rect width="1" height="1"/></a>',
  linearGradient: '<linearGradient id="g1" @><stop offset="0"/></linearGradient><rect width="9" height="9" fill="url(#g1)"/>', pattern: '<pattern id="p1" width="9" height="9" @><rect width="9" height="9"/></pattern><rect width="9" height="9" fill="url(#p1)"/>', stop: '<linearGradient id="g1"><stop @/></linearGradient><rect width="9" height="9" fill="url(#g1)"/>', filter: '<filter id="f1" @><feFlood/></filter><rect width="9" height="9" filter="url(#f1)"/>', feFlood: '<filter id="f1"><feFlood @/></filter><rect width="9" height="9" filter="url(#f1)"/>', feImage: '<filter id="f1"><feImage @/></filter><rect width="9" height="9" filter="url(#f1)"/>',
  mask: '<mask id="m1" @><rect width="9" height="9"/></mask><rect width="9" height="9" mask="url(#m1)"/>', marker: '<marker id="m1" @><rect width="9" height="9"/></marker><path d="M0 0h9" marker-end="url(#m1)"/>', clipPath: '<clipPath id="m1" @><rect width="9" height="9"/></clipPath><rect width="9" height="9" clip-path="url(#m1)"/>', symbol: '<symbol id="s1" @><rect width="9" height="9"/></symbol><use href="#s1"/>', style: '<style @>rect{fill:red}</style><rect width="9" height="9"/>', title: '<title @>x</title>', textPath: '<path id="a" d="M0 0h9"/><text><textPath @>x</textPath></text>', switch: '<switch @><rect width="1" height="1"/></switch>', script: '<script @/>', animate: '<rect width="1" height="1"><animate @/></rect>', unknown: '<unknown @/>',
};

export function* markup() {
  for (const [e, body] of Object.entries(elements))
    for (const [p, place] of Object.entries(places))
      for (const [s, [prefix, before, after]] of Object.entries(spellings))
        yield [`markup-${e}-${p}-${s}`, svg(place.replace('@', () => before + body.replace(/<(\/?)N/g, `<$1${prefix}`) + after))];
  for (const [a, text] of Object.entries(attributes))
    for (const [h, host] of Object.entries(hosts))
      yield [`attr-${a}-${h}`, host === null ? svg('<rect id="a" width="9" height="9"/>').replace('>', () => ` ${text}>`) : svg(host.replace('@', () => text))];
}

// SPDX-License-Identifier: Apache-2.0
// The PDF from outside: PDF/A-3a and PDF/UA-1 rules, single faults, text and fonts as poppler sees them, and
// the picture beside the PNG.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { checkPdf, mutatePdf } from './pdf-check.mjs';
import { comparePictures, drawPdf, inkOffset, readPng } from './pictures.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const build = process.env.CERTFILL_BUILD ?? join(root, 'build', 'release');
const dir = mkdtempSync(join(tmpdir(), 'certfill-pdf-'));
after(() => rmSync(dir, { recursive: true }));

function sample(name, options = [], env = {}) {
  execFileSync(join(build, 'tools', 'page_sample'), [join(dir, name), ...options.map(String)], { env: { ...process.env, ...env } });
  return join(dir, name);
}

const plain = sample('plain');
const pdf = `${plain}.pdf`;
const text = (path) => execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' });
// Arabic marks and direction marks aside: pdftotext puts the latter around lines from right to left.
const bare = (s) => s.normalize('NFC').replace(/[\u200b\u200e\u200f\u202a-\u202e\u064b-\u0652]/g, '');

test('a document keeps every rule, with and without the DEMO marking', () => {
  assert.deepEqual(checkPdf(pdf), []);
  assert.deepEqual(checkPdf(`${sample('demo', [], { PAGE_DEMO: '1' })}.pdf`), []);
});

// The sample has no image: one is put among the page's XObjects, with more entries.
function image(s, more) {
  const dict = `<<\n  /Type /XObject\n  /Subtype /Image\n  /Width 1\n  /Height 1\n  ${more}\n  ${/Bits/.test(more) ? '' : '/BitsPerComponent 8\n'}  ${
    /ColorSpace/.test(more) ? '' : '/ColorSpace /DeviceGray\n'}  /Length 1\n>>\nstream\nx\nendstream`;
  const number = Number(s.match(/\nxref\n0 (\d+)/)[1]);
  return s.replace(/\nxref\n/, `\n${number} 0 obj\n${dict}\nendobj\n\nxref\n`).replace('/Art0 ', `/Im0 ${number} 0 R\n      /Art0 `);
}

const mutations = [
  ['no language', (s) => s.replace(/\n  \/Lang \(en\)\n(?=  \/MarkInfo)/, '\n'), /UA 7\.2: catalog/],
  ['a language that is none', (s) => s.replace('/Lang (hi)', '/Lang (h!)'), /6\.7\.4/],
  ['not marked', (s) => s.replace('/Marked true', '/Marked false'), /6\.7\.2\.2/],
  ['title not displayed', (s) => s.replace('/DisplayDocTitle true', '/DisplayDocTitle false'), /UA 7\.1: title/],
  ['no structure tree', (s) => s.replace(/\n  \/StructTreeRoot \d+ 0 R/, ''), /6\.7\.3\.3/],
  ['PDF/A of another part', (s) => s.replace('<pdfaid:part>3<', '<pdfaid:part>2<'), /6\.6\.4/],
  ['conformance B', (s) => s.replace('conformance>A<', 'conformance>B<'), /6\.6\.4/],
  ['no PDF/UA', (s) => s.replace('<pdfuaid:part>1<', '<pdfuaid:part>2<'), /UA 5/],
  ['pdfuaid not described', (s) => s.replace('namespaceURI>http://www.aiim.org/pdfua/', 'namespaceURI>http://www.aiim.org/pdfub/'), /6\.6\.2\.3/],
  ['XMP not well-formed', (s) => s.replace('&lt;&amp;&gt;', '<&amp;&gt;'), /6\.6\.2\.1/],
  ['another title in XMP', (s) => s.replace('Certificate - Mar\xc3', 'Certificate = Mar\xc3'), /6\.6\.3: Title/],
  ['another producer in XMP', (s) => s.replace('<pdf:Producer>certfill', '<pdf:Producer>Certfill'), /6\.6\.3: Producer/],
  ['another date in XMP', (s) => s.replace('<xmp:ModifyDate>2026', '<xmp:ModifyDate>2025'), /6\.6\.3: ModDate/],
  ['no output intent', (s) => s.replace('/S /GTS_PDFA1', '/S /GTS_PDFX'), /6\.2\.3/],
  ['a profile of four components', (s) => s.replace('/N 3\n', '/N 4\n'), /6\.2\.3/],
  ['a profile of another class', (s) => s.replace('mntrRGB XYZ ', 'scnrRGB XYZ '), /6\.2\.3/],
  ['attachment of no relation', (s) => s.replace('/AFRelationship /Data', '/AFRelationship /Dato'), /6\.8: AFRel/],
  ['attachment not associated', (s) => s.replace(/\n  \/AF \[\n    \d+ 0 R\n  \]/, ''), /6\.8/],
  ['attachment without type', (s) => s.replace('/Subtype /application#2fld+json', '/Subtype /json'), /6\.8: attachment without MIME/],
  ['attachment of another checksum', (s) => s.replace(/\/CheckSum <..../, '/CheckSum <0000'), /ef: checksum/],
  ['attachment of another size', (s) => s.replace(/\/Size (\d+)(?=\n\s+>>)/, '/Size 1$1'), /ef: size/],
  ['Figure without text', (s) => s.replace(/\n  \/Alt \([^)]*\)/, ''), /UA 7\.3/],
  ['a type of our own', (s) => s.replace('/S /P\n', '/S /Para\n'), /UA 7\.1: type/],
  ['a skipped heading', (s) => s.replace('/S /H1\n', '/S /H2\n'), /UA 7\.4\.2/],
  ['an element with another parent', (s) => s.replace(/(\/Lang \(ka\)\n  \/P )\d+/, '$11'), /UA 7\.1: .*parent/],
  ['an MCID of no element', (s) => s.replace(/(\/K )4\n/, '$17\n'), /UA 7\.1: MCID/],
  ['an MCID twice', (s) => s.replace('/MCID 5>>', '/MCID 4>>'), /14\.7\.4/],
  ['an artifact that is none', (s) => s.replace('/Artifact <</Type /Background>> BDC', '/Span <</Type /Background>> BDC'), /UA 7\.1: Do/],
  ['marked content left open', (s) => s.replace('Q\nEMC\n', 'Q\n'), /14\.6/],
  ['a state left open', (s) => s.replace('Q\nEMC\n', 'EMC\n'), /8\.4\.2/],
  ['no tab order', (s) => s.replace('/Tabs /S', '/Tabs /R'), /UA 7\.18\.3/],
  ['a link that is not printed', (s) => s.replace('/F 4\n', '/F 2\n'), /6\.3\.2/],
  ['a link without words', (s) => s.replace(/\n  \/Contents \([^)]*\)/, ''), /UA 7\.18\.5/],
  ['a link outside its element', (s) => s.replace('/StructParent 1\n', '/StructParent 0\n'), /UA 7\.18\.5/],
  ['a link off the page', (s) => s.replace(/(\/Rect \[\n\s+)\d+/, '$19999'), /annotation: rectangle/],
  ['a simple font', (s) => s.replace('/Subtype /Type0', '/Subtype /TrueType'), /font:/],
  ['no map of glyphs', (s) => s.replace('\n  /CIDToGIDMap /Identity', ''), /6\.2\.11\.3\.2/],
  ['a font not embedded', (s) => s.replace(/\n  \/FontFile2 \d+ 0 R/, ''), /6\.2\.11\.4\.1/],
  ['a CFF font not embedded', (s) => s.replace(/\n  \/FontFile3 \d+ 0 R/, ''), /6\.2\.11\.4\.1/],
  ['a CFF program of another kind', (s) => s.replace('/Subtype /CIDFontType0C', '/Subtype /OpenType'), /6\.2\.11\.2/],
  ['names that differ', (s) => s.replace(/(\/FontName \/)[A-Z]/, '$1_'), /9\.6\.4/],
  ['a width off by two', (s) => s.replace(/\/W \[\n    (\d+)\n    \[\n      (\d+)/, (m, code, w) => m.slice(0, -w.length) + (Number(w) + 2)), /6\.2\.11\.5/],
  ['no ToUnicode', (s) => s.replace(/\n  \/ToUnicode \d+ 0 R/, ''), /6\.2\.11\.7\.2/],
  ['a code without Unicode', (s) => s.replace(/(beginbfchar\n<0001> )<[0-9A-F]+>/, '$1<>'), /6\.2\.11\.7\.2/],
  ['private use in ToUnicode', (s) => s.replace(/(beginbfchar\n<0001> )<[0-9A-F]+>/, '$1<E000>'), /6\.2\.11\.7\.2/],
  ['a count that is wrong', (s) => s.replace(/(\d)( beginbfchar)/, '$11$2'), /9\.10\.3/],
  ['a glyph that is not there', (s) => s.replace(/\[<0001/, '[<0fff'), /6\.2\.11\.4\.1/],
  ['a font that is not in the resources', (s) => s.replace('/V2 22 Tf', '/V99 22 Tf'), /6\.2\.2/],
  ['CMYK', (s) => s.replace(/[\d. ]+ rg\n/, '0 0 0 1 k\n'), /6\.2\.4\.3/],
  ['a script', (s) => s.replace('/S /URI', '/S /JavaScript'), /6\.5\.1/],
  ['no ID', (s) => s.replace(/\n  \/ID \[[^\]]*\]/, ''), /6\.1\.3: trailer/],
  ['no metadata', (s) => s.replace(/\n  \/Metadata \d+ 0 R/, ''), /6\.6\.2\.1: no metadata/],
  ['metadata of another type', (s) => s.replace('/Subtype /XML', '/Subtype /XMP'), /6\.6\.2\.1: no metadata/],
  ['a packet with an encoding', (s) => s.replace(/<\?xpacket begin="[^"]*"/, (m) => `${m} encoding="UTF-8"`), /6\.6\.2\.1: xpacket with/],
  ['no packet', (s) => s.replace('<?xpacket end="r"?>', '<!-- the end -->'), /6\.6\.2\.1: no xpacket/],
  ['no title in XMP', (s) => s.replace('<dc:title>', '<dc:label>').replace('</dc:title>', '</dc:label>'), /UA 7\.1: no title/],
  ['an author that XMP does not know', (s) => s.replace('\n  /Producer (', '\n  /Author (Ada)\n  /Producer ('), /6\.6\.3: \/Author/],
  ['no title in Info', (s) => s.replace(/\n  \/Title <[^>]*>/, ''), /6\.6\.3: Title/],
  ['another creation date', (s) => s.replace('/CreationDate (D:2026', '/CreationDate (D:2025'), /6\.6\.3: CreationDate/],
  ['no output intent at all', (s) => s.replace(/\n  \/OutputIntents \[[^\]]*\]/, ''), /6\.2\.3: no output intent/],
  ['an output intent without a profile', (s) => s.replace(/\n  \/DestOutputProfile \d+ 0 R/, ''), /6\.2\.3: no output intent/],
  ['a profile of another colour space', (s) => s.replace('mntrRGB XYZ ', 'mntrCMYKXYZ '), /6\.2\.3: class or space/],
  ['no viewer preferences', (s) => s.replace(/\n  \/ViewerPreferences <<[^>]*>>/, ''), /UA 7\.1: title/],
  ['no MarkInfo', (s) => s.replace(/\n  \/MarkInfo <<[^>]*>>/, ''), /6\.7\.2\.2/],
  ['marked as suspect', (s) => s.replace('/Marked true', '/Marked true\n    /Suspects true'), /UA 7\.1: marked as suspect/],
  ['attachment without /UF', (s) => s.replace('\n  /UF (credential.json)', ''), /6\.8: names/],
  ['attachment without /AFRelationship', (s) => s.replace('\n  /AFRelationship /Data', ''), /6\.8: AFRel/],
  ['attachment without a date', (s) => s.replace(/\n    \/ModDate \([^)]*\)\n    \/Size/, '\n    /Size'), /ef: attachment without date/],
  ['attachment not among the names', (s) => s.replace(/\n  \/Names <<\n[^]*?\n  >>/, ''), /6\.8: \/AF and/],
  ['a file of another type', (s) => s.replace('/Type /Filespec', '/Type /File'), /6\.8: attachment without \/Type/],
  ['a Figure with blank text', (s) => s.replace(/\/Alt \([^)]*\)/, '/Alt ( )'), /UA 7\.3/],
  ['a Figure without a place', (s) => s.replace(/(\n  \/A <<\n)    \/BBox /, '$1    /Box '), /14\.8\.5\.4\.3: Figure/],
  ['a Figure off the page', (s) => s.replace(/(\n  \/A <<\n    \/BBox \[\n\s+)[\d.]+/, '$19999'), /14\.8\.5\.4\.3: place/],
  ['a standard type mapped', (s) => s.replace('/Type /StructTreeRoot', '/RoleMap <</P /H1>>\n  /Type /StructTreeRoot'), /UA 7\.1: \/P is a standard type/],
  ['a type mapped to none', (s) => s.replace('/S /P\n', '/S /Para\n').replace('/Type /StructTreeRoot', '/RoleMap <</Para /Absatz>>\n  /Type /StructTreeRoot'), /UA 7\.1: \/Para is mapped/],
  ['a hole in the parent tree', (s) => s.replace(/(\/Nums \[\n\s+0\n\s+\[\n\s+)\d+ 0 R/, '$1null'), /UA 7\.1: hole/],
  ['a parent tree out of order', (s) => s.replace(/(\n\s+)1(\n\s+\d+ 0 R\n\s+)2(\n\s+\d+ 0 R\n\s+\]\n\s+>>\n\s+\/ParentTreeNextKey)/, '$12$21$3'), /7\.9\.7/],
  ['no StructParents', (s) => s.replace('\n  /StructParents 0', ''), /UA 7\.1: MCID 0 is not in the parent tree/],
  ['an element without its content', (s) => s.replace(/(\/S \/P\n(?:  \/Type \/StructElem\n)?)/, '$1').replace('/K 3\n', '/K [ 3 40 ]\n'), /14\.7\.4: MCID 40/],
  ['an element twice the same parent', (s) => s.replace(/(\/P )\d+( 0 R\n  \/S \/Document)/, '$13$2'), /UA 7\.1: .*parent/],
  ['text beside all marks', (s) => s.replace('/Artifact <</Type /Background>> BDC', 'BT\n/V2 1 Tf\n[<0001>] TJ\nET\n/Artifact <</Type /Background>> BDC'), /UA 7\.1: TJ/],
  ['a language in the page that is none', (s) => s.replace('/Lang (ar)', '/Lang (12)'), /6\.7\.4/],
  ['a link whose place is unknown', (s) => s.replace(/\n  \/StructParent 2\n/, '\n'), /UA 7\.18\.5/],
  ['no tab order at all', (s) => s.replace('\n  /Tabs /S', ''), /UA 7\.18\.3/],
  ['a hidden link', (s) => s.replace('/F 4\n', '/F 6\n'), /6\.3\.2/],
  ['an annotation without flags', (s) => s.replace(/\n  \/F 4\n/, '\n'), /6\.3\.2/],
  ['a link element without its link', (s) => s.replace(/\/Obj \d+ 0 R/, '/Obj 13 0 R'), /UA 7\.18\.5: Link element/],
  ['a graphics state with a transfer function', (s) => s.replace('/ca 1\n', '/ca 1\n        /TR2 /Identity\n'), /6\.2\.5/],
  ['a halftone', (s) => s.replace('/ca 1\n', '/ca 1\n        /HTP [0 0]\n'), /6\.2\.5/],
  ['a blend mode that is none', (s) => s.replace('/ca 1\n', '/ca 1\n        /BM /Dissolve\n'), /6\.2\.10/],
  ['a group of CMYK', (s) => s.replace('  /MediaBox [', '  /Group <</S /Transparency /CS /DeviceCMYK>>\n  /MediaBox ['), /6\.2\.4\.3: .*CMYK/],
  ['an image that interpolates', (s) => image(s, '/Interpolate true'), /6\.2\.8: .*interpolates/],
  ['an image with alternates', (s) => image(s, '/Alternates []'), /6\.2\.8: .*other pictures/],
  ['an image in CMYK', (s) => image(s, '/ColorSpace /DeviceCMYK'), /6\.2\.4\.3: .*CMYK/],
  ['an image of odd depth', (s) => image(s, '/BitsPerComponent 7'), /6\.2\.8: .*bits/],
  ['an image packed by LZW', (s) => image(s, '/Filter /LZWDecode'), /6\.1\.7\.2/],
  ['data in another file', (s) => image(s, '/F (elsewhere.bin)'), /6\.1\.7\.1/],
  ['a form that is elsewhere', (s) => s.replace('/Subtype /Form', '/Subtype /Form\n  /Ref <<>>'), /6\.2\.9/],
  ['an intent that is none', (s) => s.replace('/Artifact <</Type /Background>> BDC', '/Vivid ri\n/Artifact <</Type /Background>> BDC'), /6\.2\.6/],
  ['an operator that is none', (s) => s.replace('/Artifact <</Type /Background>> BDC', '1 1 shine\n/Artifact <</Type /Background>> BDC'), /6\.2\.2: operator/],
  ['states nested too deeply', (s) => s.replace('Q\nEMC\n', `Q\n${'q '.repeat(29)}${'Q '.repeat(29)}\nEMC\n`), /6\.1\.13: nesting/],
  ['a size that no page has', (s) => s.replace(/(\/MediaBox \[\n\s+0\n\s+0\n\s+)[\d.]+/, '$115000'), /6\.1\.13: size/],
  ['a page that turns', (s) => s.replace('/StructParents 0', '/StructParents 0\n  /Rotate 30'), /7\.7\.3/],
  ['a page that acts', (s) => s.replace('/StructParents 0', '/StructParents 0\n  /AA <<>>'), /6\.5\.1/],
  ['a document that acts', (s) => s.replace('/Type /Catalog', '/OpenAction <</S /Launch>>\n  /Type /Catalog'), /6\.5\.1/],
  ['a named action of our own', (s) => s.replace('/Type /Catalog', '/OpenAction <</S /Named /N /Print>>\n  /Type /Catalog'), /6\.5\.1/],
  ['a dynamic form', (s) => s.replace('/Type /Catalog', '/AcroForm <</XFA []>>\n  /Type /Catalog'), /6\.4\.2/],
  ['fields that readers draw', (s) => s.replace('/Type /Catalog', '/AcroForm <</NeedAppearances true>>\n  /Type /Catalog'), /6\.4\.1/],
  ['requirements', (s) => s.replace('/Type /Catalog', '/Requirements []\n  /Type /Catalog'), /6\.11/],
  ['a CIDSet', (s) => s.replace('/FontFile2 ', '/CIDSet 4 0 R\n  /FontFile2 '), /6\.2\.11\.4\.2/],
  ['another encoding', (s) => s.replace('/Encoding /Identity-H', '/Encoding /Identity-V'), /font:/],
  ['no widths', (s) => s.replace(/\/W \[/, '/Wn ['), /6\.2\.11\.5: .*no width/],
  ['a font program of another length', (s) => s.replace(/\/Length1 (\d+)/, '/Length1 1$1'), /9\.9/],
  ['a glyph without meaning shown', (s) => s.replace(/\[<0001/, '[<0000'), /6\.2\.11\.8/],
  ['a mark of byte order in ToUnicode', (s) => s.replace(/(beginbfchar\n<0001> )<[0-9A-F]+>/, '$1<FEFF>'), /6\.2\.11\.7\.2/],
  ['a large number', (s) => s.replace('/StructParents 0', '/StructParents 99999999999'), /6\.1\.13/],
];

test('an edit that breaks nothing is no fault', () => {
  const out = join(dir, 'harmless.pdf');
  mutatePdf(pdf, out, (s) => s.replace('Open Badges 3.0 credential', 'Open Badges 3.0 Credential'));
  assert.deepEqual(checkPdf(out), []);
});

for (const [name, edit, expected] of mutations) {
  test(`a single fault is found: ${name}`, () => {
    const out = join(dir, 'mutant.pdf');
    mutatePdf(pdf, out, edit);
    const faults = checkPdf(out);
    assert.ok(faults.some((f) => expected.test(f)), `expected ${expected}, found ${JSON.stringify(faults)}`);
  });
}

test('an encrypted file is found', () => {
  const out = join(dir, 'locked.pdf');
  execFileSync('qpdf', ['--encrypt', '', 'owner', '256', '--', pdf, out]);
  assert.ok(checkPdf(out).some((f) => /6\.1\.3: encrypted/.test(f)));
});

test('bytes after the end and a changed header are found', () => {
  const raw = readFileSync(pdf);
  for (const [bytes, expected] of [[Buffer.concat([raw, Buffer.from('more')]), /6\.1\.3/],
    [Buffer.concat([Buffer.from('%PDF-2.0'), raw.subarray(8)]), /6\.1\.2/]]) {
    const out = join(dir, 'bytes.pdf');
    execFileSync('sh', ['-c', 'cat > "$1"', 'sh', out], { input: bytes });
    assert.ok(checkPdf(out).some((f) => expected.test(f)));
  }
});

test('poppler sees every font embedded, a subset, with Unicode', () => {
  const fonts = execFileSync('pdffonts', [pdf], { encoding: 'utf8' }).trim().split('\n').slice(2);
  assert.ok(fonts.length >= 12);
  for (const line of fonts) assert.match(line, /(CID TrueType|CID Type 0C) +Identity-H +yes yes yes/, line);
});

test('poppler gives the text of every script back', () => {
  const lines = bare(text(pdf)).split('\n').map((l) => l.trim());
  const wanted = ['Certificate of Affluent Office', 'María José Álvarez', 'Zoë Łukasiewicz-O’Neill', 'Nguyễn Văn Ấn',
    'شهادة صلاح الإسلام', 'תעודת סיום', 'क्षत्रिय किर्ती', 'কৃষ্ণেন্দু', 'น้ำทิพย์ อยู่เย็น', 'გიორგი', 'Ευάγγελος', 'Ёлкин Андрей', '王小明骨',
    '山田太郎カタ', '김민수', 'Արամ', 'https://v.example.edu/verify/01H'];
  for (const line of wanted) assert.ok(lines.includes(bare(line)), `"${line}" is not a line of ${JSON.stringify(lines)}`);
});

test('the marking is text, too', () => {
  assert.match(text(`${sample('marked', [], { PAGE_DEMO: '1' })}.pdf`), /DEMO - not a real credential/);
});

test('the credential is attached', () => {
  const out = join(dir, 'attached.json');
  execFileSync('pdfdetach', ['-save', '1', '-o', out, pdf]);
  assert.equal(JSON.parse(readFileSync(out)).type, 'VerifiableCredential');
});

test('another time zone and locale give the same bytes', () => {
  const other = sample('other', [], { TZ: 'Asia/Tokyo', LC_ALL: 'C', LANG: 'de_DE.UTF-8' });
  for (const suffix of ['pdf', 'png', 'pkpass']) {
    assert.ok(readFileSync(`${other}.${suffix}`).equals(readFileSync(`${plain}.${suffix}`)), suffix);
  }
});

// CSS pixels: the recipient's name (turned by two degrees), the title, fourteen scripts, the address.
const NAME = [600, 50, 1000, 105];
const regions = [NAME, [60, 82, 500, 118], ...Array.from({ length: 14 }, (_, i) => [60, 154 + 34 * i, 500, 188 + 34 * i]), [60, 750, 600, 785]];

test('text lies in the same places in the PDF and in the picture', () => {
  const picture = readPng(`${plain}.png`);
  for (const box of regions) {
    const offset = inkOffset(picture, 96, pdf, box);
    // A tenth of a pixel: what quarter-pixel phases leave, and 1 % of ink.
    assert.ok(Math.hypot(offset.x, offset.y) < 0.15 && Math.abs(offset.ink - 1) < 0.015, `${box}: ${JSON.stringify(offset)}`);
  }
});

test('at 150 dpi the picture differs by the rounding of a line to whole pixels, at most', () => {
  const large = sample('large', [150]);
  const picture = readPng(`${large}.png`);
  for (const box of regions) {
    const offset = inkOffset(picture, 150, `${large}.pdf`, box);
    assert.ok(Math.abs(offset.x) < 0.25 && Math.abs(offset.y) < 0.6, `${box}: ${JSON.stringify(offset)}`);
  }
  // Edges differ between renderers, places do not: mean of 0 to 255, share of 6 x 6 squares off by over 12.
  const { mean, bad } = comparePictures(picture, drawPdf(`${large}.pdf`, 150));
  assert.ok(mean < 2 && bad < 0.03, `mean ${mean}, bad ${bad}`);
});

test('a name moved by two pixels is found', () => {
  const moved = sample('moved', [96, 2]);
  const offset = inkOffset(readPng(`${plain}.png`), 96, `${moved}.pdf`, NAME);
  assert.ok(Math.abs(offset.x) > 1.8, JSON.stringify(offset));
});

// SPDX-License-Identifier: Apache-2.0
// Rules of PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) that a generated certificate could break, checked
// on what qpdf reads. A fault is a line "clause: what is wrong"; no faults means that every rule here holds.
import { execFileSync, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import zlib from 'node:zlib';

const isRef = (v) => typeof v === 'string' && /^\d+ \d+ R$/.test(v);
const isDict = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);
const LANG = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/;
const TYPES = new Set(('Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl '
  + 'LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP '
  + 'Figure Formula Form').split(' '));
// ISO 32000-1, annex A; BI, ID and EI are not here, for certificates have no inline images.
const OPERATORS = new Set(("b B b* B* BDC BMC BT BX c cm CS cs d d0 d1 Do DP EMC ET EX f F f* G g gs h i j J K k l m M MP n q Q re RG rg ri s S "
  + 'SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y \' "').split(' '));
const ACTIONS = new Set('Launch Sound Movie ResetForm ImportData Hide SetOCGState Rendition Trans GoTo3DView JavaScript'.split(' '));
const BLENDS = new Set(('Normal Compatible Multiply Screen Overlay Darken Lighten ColorDodge ColorBurn HardLight SoftLight Difference Exclusion '
  + 'Hue Saturation Color Luminosity').split(' '));
const PAINTS = new Set(['f', 'F', 'f*', 'B', 'B*', 'b', 'b*', 'S', 's', 'sh', 'Do', 'Tj', 'TJ', "'", '"', 'EI', 'BI']);

/** A PDF as qpdf reads it: objects by reference, strings decoded, streams inflated. */
export class Pdf {
  constructor(path) {
    this.raw = readFileSync(path);
    const run = spawnSync('qpdf', ['--json=2', '--json-stream-data=inline', '--decode-level=none', path],
      { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
    if (run.stdout.length === 0) throw new Error(String(run.stderr));
    this.objects = JSON.parse(run.stdout).qpdf[1];
    this.trailer = this.objects.trailer.value;
  }

  get(v) {
    for (let i = 0; i < 20 && isRef(v); i++) {
      const o = this.objects[`obj:${v}`];
      v = o === undefined ? null : o.stream ? o.stream.dict : o.value;
    }
    return v;
  }

  list(v) {
    const got = this.get(v);
    return got === undefined || got === null ? [] : Array.isArray(got) ? got : [v];
  }

  text(v) {
    const s = this.get(v);
    if (typeof s !== 'string') return undefined;
    return s.startsWith('u:') ? s.slice(2) : s.startsWith('b:') ? Buffer.from(s.slice(2), 'hex').toString('latin1') : s;
  }

  /** Bytes of a stream after its filters; undefined for filters that certificates have no use for. */
  bytes(ref) {
    const o = this.objects[`obj:${ref}`];
    if (!o?.stream) return undefined;
    let data = Buffer.from(o.stream.data, 'base64');
    for (const filter of this.list(o.stream.dict['/Filter'])) {
      if (this.get(filter) !== '/FlateDecode') return undefined;
      data = zlib.inflateSync(data);
    }
    return data;
  }
}

// ---- file and metadata

function checkFile(pdf, path, fault) {
  const run = spawnSync('qpdf', ['--check', path], { encoding: 'utf8' });
  if (run.status !== 0) fault('qpdf', run.stderr.split('\n')[0] || run.stdout.split('\n').at(-2));
  if (!/^%PDF-1\.[0-7]\r?\n%/.test(pdf.raw.toString('latin1', 0, 12))) fault('6.1.2', 'header');
  const comment = pdf.raw.subarray(pdf.raw.indexOf(10) + 2, pdf.raw.indexOf(10) + 6);
  if (comment.some((c) => c < 128)) fault('6.1.2', 'no binary comment after the header');
  const id = pdf.get(pdf.trailer['/ID']);
  if (!Array.isArray(id) || id.length !== 2) fault('6.1.3', 'trailer without /ID');
  if ('/Encrypt' in pdf.trailer) fault('6.1.3', 'encrypted');
  if (!/%%EOF\r?\n?$/.test(pdf.raw.toString('latin1', pdf.raw.length - 8))) fault('6.1.3', 'bytes after %%EOF');
}

function walk(v, see, key = '') {
  see(v, key);
  if (Array.isArray(v)) v.forEach((x) => walk(x, see, key));
  else if (isDict(v)) Object.entries(v).forEach(([k, x]) => walk(x, see, k));
}

/** What a dictionary says about images, forms and graphics states. */
function checkDrawing(pdf, v, fault) {
  const form = v['/Subtype'] === '/Form' && '/BBox' in v, image = v['/Subtype'] === '/Image';
  if (image && v['/Interpolate'] === true) fault('6.2.8', 'interpolates');
  if (image && ('/Alternates' in v || '/OPI' in v)) fault('6.2.8', 'has other pictures for other uses');
  if (image && ![1, 2, 4, 8, 16, undefined].includes(v['/BitsPerComponent'])) fault('6.2.8', 'bits of a component');
  if ((form && ('/Ref' in v || '/OPI' in v || '/PS' in v)) || v['/Subtype'] === '/PS') fault('6.2.9', 'draws what is elsewhere');
  if ('/TR' in v || ('/TR2' in v && v['/TR2'] !== '/Default')) fault('6.2.5', 'has a transfer function');
  if ('/HTP' in v || ('/HT' in v && ![1, 5].includes(pdf.get(v['/HT'])?.['/HalftoneType']))) fault('6.2.5', 'has a halftone of its own');
  if ('/BM' in v) for (const mode of pdf.list(v['/BM'])) if (!BLENDS.has(String(mode).slice(1))) fault('6.2.10', `blends by ${mode}`);
  for (const key of ['/CS', '/ColorSpace']) if (v[key] === '/DeviceCMYK') fault('6.2.4.3', 'has CMYK without a CMYK output intent');
  for (const key of ['/Intent', '/RI']) {
    if (key in v && !/^\/(Relative|Absolute)Colorimetric$|^\/Saturation$|^\/Perceptual$/.test(v[key])) fault('6.2.6', `renders by ${v[key]}`);
  }
}

function checkObjects(pdf, fault) {
  for (const [name, o] of Object.entries(pdf.objects)) {
    const body = o.stream ? o.stream.dict : o.value;
    if (o.stream && ('/F' in body || '/FFilter' in body)) fault('6.1.7.1', `${name} has its data elsewhere`);
    for (const filter of o.stream ? pdf.list(body['/Filter']) : []) {
      if (/LZW|Crypt/.test(filter)) fault('6.1.7.2', `${name} is filtered by ${filter}`);
    }
    walk(body, (v, key) => {
      if (Number.isInteger(v) && Math.abs(v) > 2147483647) fault('6.1.13', `${name} holds ${v}`);
      if (key.length > 128) fault('6.1.13', `${name} has an overlong name`);
      if (isRef(v) && pdf.objects[`obj:${v}`] === undefined) fault('reference', `${name} cites ${v}, which is not there`);
      if (!isDict(v)) return;
      if (ACTIONS.has(v['/S']?.slice?.(1)) || '/AA' in v) fault('6.5.1', `${name} acts by itself`);
      if (v['/S'] === '/Named' && !/^\/(Next|Prev|First|Last)Page$/.test(v['/N'])) fault('6.5.1', `${name} names an action`);
      checkDrawing(pdf, v, (clause, text) => fault(clause, `${name} ${text}`));
    });
  }
}

/** Elements in order, checked for balance: enough of XML for a packet that we wrote ourselves. */
function xmlIsBalanced(xml) {
  const tag = /<(\/?)([A-Za-z][\w:.-]*)(?:\s[^<>]*?)?(\/?)>/g;
  const open = [];
  for (const [, close, name, selfClosed] of xml.matchAll(tag)) {
    if (close && open.pop() !== name) return false;
    if (!close && !selfClosed) open.push(name);
  }
  const stray = xml.replace(tag, '').replace(/<\?[^]*?\?>/g, '').includes('<');
  return open.length === 0 && !stray && !/&(?!(lt|gt|amp|quot|apos|#\d+|#x[0-9a-fA-F]+);)/.test(xml);
}

function checkMetadata(pdf, catalog, fault) {
  const stream = pdf.get(catalog['/Metadata']);
  if (stream?.['/Type'] !== '/Metadata' || stream?.['/Subtype'] !== '/XML') return fault('6.6.2.1', 'no metadata stream');
  if ('/Filter' in stream) fault('6.6.2.1', 'metadata is filtered');
  const xmp = pdf.bytes(catalog['/Metadata']).toString('utf8');
  if (/<\?xpacket begin=[^>]*(bytes|encoding)=/.test(xmp)) fault('6.6.2.1', 'xpacket with bytes or encoding');
  if (!/<\?xpacket begin=/.test(xmp) || !/<\?xpacket end=/.test(xmp)) fault('6.6.2.1', 'no xpacket');
  if (!xmlIsBalanced(xmp)) fault('6.6.2.1', 'XMP is not well-formed');
  const plain = (s) => s?.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const property = (name) => plain(xmp.match(new RegExp(`<${name}>([^<]*)</${name}>`))?.[1]);
  const title = plain(xmp.match(/<dc:title><rdf:Alt><rdf:li xml:lang="x-default">([^<]*)</)?.[1]);
  if (property('pdfaid:part') !== '3' || property('pdfaid:conformance') !== 'A') fault('6.6.4', 'not PDF/A-3a');
  if (property('pdfuaid:part') !== '1') fault('UA 5', 'not PDF/UA-1');
  if (!/<pdfaSchema:namespaceURI>http:\/\/www\.aiim\.org\/pdfua\/ns\/id\/</.test(xmp)) fault('6.6.2.3', 'pdfuaid is not described');
  if (!title) fault('UA 7.1', 'no title');
  const info = pdf.get(pdf.trailer['/Info']) ?? {};
  const iso = (key) => pdf.text(info[key])?.replace(/^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  if (pdf.text(info['/Title']) !== title) fault('6.6.3', 'Title differs from dc:title');
  if (pdf.text(info['/Producer']) !== property('pdf:Producer')) fault('6.6.3', 'Producer differs from pdf:Producer');
  if (iso('/CreationDate') !== property('xmp:CreateDate')) fault('6.6.3', 'CreationDate differs from xmp:CreateDate');
  for (const key of Object.keys(info)) if (!['/Title', '/Producer', '/CreationDate', '/ModDate'].includes(key)) fault('6.6.3', `${key} is not in XMP`);
  if (iso('/ModDate') !== property('xmp:ModifyDate')) fault('6.6.3', 'ModDate differs from xmp:ModifyDate');
}

function checkOutputIntent(pdf, catalog, fault) {
  const intents = pdf.list(catalog['/OutputIntents']).map((v) => pdf.get(v)).filter((o) => o['/S'] === '/GTS_PDFA1');
  const icc = intents.length === 1 ? pdf.bytes(intents[0]['/DestOutputProfile']) : undefined;
  if (icc === undefined) return fault('6.2.3', 'no output intent with a profile');
  if (pdf.get(intents[0]['/DestOutputProfile'])['/N'] !== 3) fault('6.2.3', 'profile is not of three components');
  if (icc.readUInt32BE(0) !== icc.length || icc.toString('latin1', 36, 40) !== 'acsp') return fault('6.2.3', 'not an ICC profile');
  if (icc[8] > 4 || !/^(mntr|prtr)RGB XYZ $/.test(icc.toString('latin1', 12, 24))) fault('6.2.3', 'class or space of the profile');
  const tags = new Map();
  for (let i = 0, n = icc.readUInt32BE(128); i < n; i++) {
    const [at, len] = [icc.readUInt32BE(136 + 12 * i), icc.readUInt32BE(140 + 12 * i)];
    if (at % 4 !== 0 || at + len > icc.length) fault('6.2.3', 'profile tag outside the profile');
    tags.set(icc.toString('latin1', 132 + 12 * i, 136 + 12 * i), icc.subarray(at, at + len));
  }
  for (const name of ['desc', 'cprt', 'wtpt', 'rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC']) {
    if (!tags.has(name)) fault('6.2.3', `profile without ${name}`);
  }
  // The primaries of any RGB profile add up to its white: D50.
  const xyz = (name) => [8, 12, 16].map((o) => (tags.get(name)?.readInt32BE(o) ?? 0) / 65536);
  const white = [0.9642, 1, 0.8249];
  for (let i = 0; i < 3; i++) {
    const sum = ['rXYZ', 'gXYZ', 'bXYZ'].reduce((s, name) => s + xyz(name)[i], 0);
    if (Math.abs(sum - white[i]) > 0.002) fault('6.2.3', `primaries of the profile sum to ${sum}`);
  }
}

function checkCatalog(pdf, catalog, fault) {
  if (pdf.get(catalog['/MarkInfo'])?.['/Marked'] !== true) fault('6.7.2.2', 'not marked');
  if (!LANG.test(pdf.text(catalog['/Lang']) ?? '')) fault('UA 7.2', 'catalog without /Lang');
  if (pdf.get(catalog['/ViewerPreferences'])?.['/DisplayDocTitle'] !== true) fault('UA 7.1', 'title is not displayed');
  if (pdf.get(pdf.get(catalog['/MarkInfo'])?.['/Suspects']) === true) fault('UA 7.1', 'marked as suspect');
  if (pdf.get(catalog['/StructTreeRoot'])?.['/Type'] !== '/StructTreeRoot') fault('6.7.3.3', 'no structure tree');
  const names = pdf.get(catalog['/Names']) ?? {}, form = pdf.get(catalog['/AcroForm']) ?? {};
  if ('/AlternatePresentations' in names) fault('6.10', 'other presentations');
  if ('/Requirements' in catalog) fault('6.11', 'requirements');
  if (form['/NeedAppearances'] === true) fault('6.4.1', 'fields without appearance');
  if ('/XFA' in form || catalog['/NeedsRendering'] === true) fault('6.4.2', 'dynamic form');
  for (const key of Object.keys(pdf.get(catalog['/Perms']) ?? {})) if (!['/UR3', '/DocMDP'].includes(key)) fault('6.1.12', `permission ${key}`);
}

function checkAttachments(pdf, catalog, fault) {
  const names = pdf.list(pdf.get(pdf.get(catalog['/Names'])?.['/EmbeddedFiles'])?.['/Names']);
  const associated = pdf.list(catalog['/AF']);
  for (let i = 1; i < names.length; i += 2) {
    const spec = pdf.get(names[i]);
    const file = pdf.get(pdf.get(spec['/EF'])?.['/F']);
    if (spec['/Type'] !== '/Filespec') fault('6.8', 'attachment without /Type');
    if (!pdf.text(spec['/F']) || pdf.text(spec['/F']) !== pdf.text(spec['/UF'])) fault('6.8', 'names of the attachment');
    if (!['/Data', '/Source', '/Alternative', '/Supplement', '/Unspecified'].includes(spec['/AFRelationship'])) fault('6.8', 'AFRelationship');
    if (!associated.includes(names[i])) fault('6.8', 'attachment is not in /AF');
    if (!file || !/^\/\w+\/[\w+.-]+$/.test(file['/Subtype'] ?? '')) { fault('6.8', 'attachment without MIME type'); continue; }
    const data = pdf.bytes(pdf.get(spec['/EF'])['/F']);
    const params = pdf.get(file['/Params']) ?? {};
    const sum = params['/CheckSum'] ?? '';
    const hex = sum.startsWith('b:') ? sum.slice(2) : Buffer.from(pdf.text(sum) ?? '', 'latin1').toString('hex');
    if (params['/Size'] !== data.length) fault('ef', 'size of the attachment');
    if (hex !== crypto.createHash('md5').update(data).digest('hex')) fault('ef', 'checksum of the attachment');
    if (!params['/ModDate']) fault('ef', 'attachment without date');
  }
  if (associated.length * 2 !== names.length) fault('6.8', '/AF and /EmbeddedFiles differ');
}

// ---- structure

/** A Figure that stands on one page says where (ISO 32000-1, 14.8.5.4.3). */
function checkPlace(pdf, figure, fault) {
  const box = pdf.list(figure['/A']).map((a) => pdf.get(a)).find((a) => a['/O'] === '/Layout')?.['/BBox'];
  const page = pdf.get(pdf.get(figure['/Pg'])?.['/MediaBox']);
  if (!Array.isArray(box) || !Array.isArray(page)) fault('14.8.5.4.3', 'Figure without a place');
  else if (box[0] >= box[2] || box[1] >= box[3] || box[0] < page[0] - 1 || box[1] < page[1] - 1 || box[2] > page[2] + 1 || box[3] > page[3] + 1)
    fault('14.8.5.4.3', 'place of a Figure');
}

/** Elements by reference, and what the parent tree says. */
function readStructure(pdf, catalog, fault) {
  const root = pdf.get(catalog['/StructTreeRoot']) ?? {};
  const elements = new Map();
  let heading = 0;
  for (const [from, to] of Object.entries(pdf.get(root['/RoleMap']) ?? {})) {
    if (TYPES.has(from.slice(1))) fault('UA 7.1', `${from} is a standard type and mapped to ${to}`);
    else if (!TYPES.has(to.slice(1))) fault('UA 7.1', `${from} is mapped to ${to}, which is none`);
  }
  const visit = (ref, parent) => {
    const e = pdf.get(ref);
    const type = e['/S']?.slice(1);
    elements.set(ref, e);
    if (e['/P'] !== parent) fault('UA 7.1', `${ref} does not name its parent`);
    if (!TYPES.has(type)) fault('UA 7.1', `type ${type} is not a standard one`);
    if (type === 'Figure' && !pdf.text(e['/Alt'])?.trim()) fault('UA 7.3', 'Figure without text alternative');
    if (type === 'Figure') checkPlace(pdf, e, fault);
    if ('/Lang' in e && !LANG.test(pdf.text(e['/Lang']))) fault('6.7.4', `language ${e['/Lang']}`);
    const level = Number(type?.match(/^H([1-6])$/)?.[1] ?? 0);
    if (level > heading + 1) fault('UA 7.4.2', `heading ${type} after level ${heading}`);
    if (level > 0) heading = level;
    for (const kid of pdf.list(e['/K'])) if (isRef(kid)) visit(kid, ref);
  };
  for (const kid of pdf.list(root['/K'])) visit(kid, catalog['/StructTreeRoot']);
  const parents = new Map();
  const nums = pdf.list(pdf.get(root['/ParentTree'])?.['/Nums']);
  for (let i = 0; i < nums.length; i += 2) {
    if (i > 0 && nums[i] <= nums[i - 2]) fault('7.9.7', 'parent tree out of order');
    if (pdf.list(nums[i + 1]).some((v) => v === null)) fault('UA 7.1', `hole in the parent tree at ${nums[i]}`);
    parents.set(nums[i], nums[i + 1]);
  }
  return { elements, parents, kids: (e) => pdf.list(e?.['/K']).map((k) => pdf.get(k)) };
}

/** A signature's field without a place, and what it signs: the whole file but its own digits. */
function checkSignature(pdf, ref, field, parent, tree, fault) {
  const value = pdf.get(field['/V']) ?? {}, range = value['/ByteRange'];
  if (field['/FT'] !== '/Sig' || value['/Type'] !== '/Sig') fault('annotation', 'not a signature');
  if (!pdf.text(field['/TU'])) fault('UA 7.18.1', 'field without a description');
  if (parent?.['/S'] !== '/Form') fault('UA 7.18.4', 'field outside a Form element');
  else if (!tree.kids(parent).some((k) => k?.['/Obj'] === ref)) fault('UA 7.18.4', 'Form element without its field');
  const [x0, y0, x1, y1] = pdf.get(field['/Rect']);
  if (!('/AP' in field) && (x0 !== x1 || y0 !== y1)) fault('6.3.3', 'field without an appearance');
  const catalog = pdf.get(pdf.trailer['/Root']), form = pdf.get(catalog['/AcroForm']) ?? {};
  if (!pdf.list(form['/Fields']).includes(ref) || form['/SigFlags'] !== 3) fault('12.7.2', 'field is not of the form');
  if (value['/SubFilter'] !== '/ETSI.CAdES.detached') fault('6.4.3', 'another kind of signature');
  const [a, b, c, d] = Array.isArray(range) ? range : [];
  if (a !== 0 || pdf.raw[b] !== 60 || pdf.raw[c - 1] !== 62 || c + d !== pdf.raw.length) return fault('6.4.3', 'ranges of the signature');
  const digits = pdf.raw.toString('latin1', b + 1, c - 1);
  if (/^0+$/.test(digits)) fault('6.4.3', 'the room for a signature is empty');
  else if (!/^30[0-9a-f]+$/i.test(digits)) fault('6.4.3', 'not a signature in DER');
}

function checkAnnotations(pdf, page, tree, fault) {
  const annots = pdf.list(page['/Annots']);
  if (annots.length > 0 && page['/Tabs'] !== '/S') fault('UA 7.18.3', 'tab order does not follow the structure');
  for (const ref of annots) {
    const a = pdf.get(ref);
    const parent = tree.elements.get(tree.parents.get(a['/StructParent']));
    const [x0, y0, x1, y1] = pdf.get(a['/Rect']);
    const box = pdf.get(page['/MediaBox']);
    if ((a['/F'] & 4) === 0 || (a['/F'] & (1 | 2 | 32)) !== 0) fault('6.3.2', `annotation flags ${a['/F']}`);
    if (a['/Subtype'] === '/Widget') { checkSignature(pdf, ref, a, parent, tree, fault); continue; }
    if (a['/Subtype'] !== '/Link' || !pdf.text(pdf.get(a['/A'])?.['/URI'])) fault('annotation', 'not a link');
    if (!pdf.text(a['/Contents'])) fault('UA 7.18.5', 'link without a description');
    if (parent?.['/S'] !== '/Link') fault('UA 7.18.5', 'link outside a Link element');
    else if (!tree.kids(parent).some((k) => k?.['/Obj'] === ref)) fault('UA 7.18.5', 'Link element without its annotation');
    if (x0 >= x1 || y0 >= y1 || x0 < box[0] - 1 || y0 < box[1] - 1 || x1 > box[2] + 1 || y1 > box[3] + 1) fault('annotation', 'rectangle outside the page');
  }
}

// ---- content

/** Operators with their operands, strings and dictionaries kept as text. */
function* operators(bytes) {
  const token = /\((?:\\[\s\S]|[^\\()])*\)|<<|>>|<[0-9A-Fa-f\s]*>|\[|\]|\/[^\s()<>[\]{}/%]*|%[^\n\r]*|[^\s()<>[\]{}/%]+/g;
  let operands = [];
  for (const [t] of bytes.toString('latin1').matchAll(token)) {
    if (t[0] === '%') continue;
    if (/^[A-Za-z'"]/.test(t) && !/^(true|false|null)$/.test(t)) {
      yield [t, operands];
      operands = [];
    } else {
      operands.push(t);
    }
  }
}

class Content {
  constructor(pdf, fault) {
    Object.assign(this, { pdf, fault, codes: new Map(), mcids: new Set(), seen: new Set() });
  }

  resource(resources, kind, name) {
    const found = this.pdf.get(this.pdf.get(resources)?.[kind])?.[name];
    if (found === undefined) this.fault('6.2.2', `${kind} ${name} is not in the resources`);
    return found;
  }

  mark(stack, operands) {
    const text = operands.join(' ');
    const mcid = text.match(/\/MCID (\d+)/)?.[1];
    const lang = text.match(/\/Lang \(([^)]*)\)/)?.[1];
    const artifact = operands[0] === '/Artifact';
    if (artifact && stack.some((s) => s.tagged)) this.fault('UA 7.1', 'artifact inside tagged content');
    if (mcid !== undefined && stack.some((s) => s.artifact)) this.fault('UA 7.1', 'tagged content inside an artifact');
    if (mcid !== undefined && this.mcids.has(Number(mcid))) this.fault('14.7.4', `MCID ${mcid} twice`);
    if (mcid !== undefined) this.mcids.add(Number(mcid));
    if (lang !== undefined && !LANG.test(lang)) this.fault('6.7.4', `language ${lang}`);
    stack.push({ artifact, tagged: mcid !== undefined });
  }

  use(resources, [op, operands], state) {
    if (op === 'Tf') state.font = this.resource(resources, '/Font', operands[0]);
    if (op === 'gs') this.resource(resources, '/ExtGState', operands[0]);
    if (op === 'k' || op === 'K') this.fault('6.2.4.3', 'CMYK without a CMYK output intent');
    if (op === 'TJ' || op === 'Tj') {
      const used = this.codes.get(state.font) ?? new Set();
      this.codes.set(state.font, used);
      for (const s of operands.filter((o) => /^<[0-9A-F]*>$/i.test(o))) {
        for (const code of s.slice(1, -1).match(/.{4}/g) ?? []) used.add(parseInt(code, 16));
      }
    }
    if (op !== 'Do') return;
    const ref = this.resource(resources, '/XObject', operands[0]);
    const form = this.pdf.get(ref);
    if (form?.['/Subtype'] !== '/Form' || this.seen.has(ref)) return;
    this.seen.add(ref);
    if (!isDict(this.pdf.get(form['/Resources']))) this.fault('6.2.2', 'form without resources');
    if ('/OPI' in form || '/PS' in form) this.fault('6.2.9', 'form with OPI or PS');
    this.read(this.pdf.bytes(ref), form['/Resources'], true);
  }

  read(bytes, resources, inside) {
    const stack = [];
    const state = {};
    let depth = 0;
    for (const operator of operators(bytes)) {
      const [op, operands] = operator;
      if (op === 'BDC' || op === 'BMC') this.mark(stack, operands);
      else if (op === 'EMC' && !stack.pop()) this.fault('14.6', 'EMC without BDC');
      else if (op === 'q') depth++;
      else if (op === 'Q') depth--;
        if (!OPERATORS.has(op)) this.fault('6.2.2', `operator ${op}`);
      if (op === 'ri' && !/Colorimetric$|^\/Saturation$|^\/Perceptual$/.test(operands[0])) this.fault('6.2.6', `renders by ${operands[0]}`);
      if (depth > 28 || depth < 0) this.fault('6.1.13', 'nesting of q');
      if (PAINTS.has(op) && !inside && !stack.some((s) => s.artifact || s.tagged)) this.fault('UA 7.1', `${op} is neither tagged nor an artifact`);
      this.use(resources, operator, state);
    }
    if (stack.length > 0) this.fault('14.6', 'BDC without EMC');
    if (depth !== 0) this.fault('8.4.2', 'q without Q');
  }
}

// ---- fonts

/** Tables of a TrueType program that a PDF relies on. */
function readTrueType(b, name, fault) {
  const tables = {};
  for (let i = 0, n = b.readUInt16BE(4); i < n; i++) tables[b.toString('latin1', 12 + 16 * i, 16 + 16 * i)] = b.readUInt32BE(20 + 16 * i);
  for (const t of ['glyf', 'loca', 'head', 'hhea', 'hmtx', 'maxp']) if (!(t in tables)) { fault('6.2.11.2', `${name} without ${t}`); return undefined; }
  const metrics = b.readUInt16BE(tables.hhea + 34);
  const em = b.readUInt16BE(tables.head + 18);
  const glyphs = b.readUInt16BE(tables.maxp + 4);
  return { has: (code) => code < glyphs, width: (code) => (b.readUInt16BE(tables.hmtx + 4 * Math.min(code, metrics - 1)) * 1000) / em };
}

/** The CIDs of a CID-keyed CFF program's charset. */
function readCff(b, name, fault) {
  const index = (at) => {
    const count = b.readUInt16BE(at);
    if (count === 0) return { next: at + 2, items: [] };
    const size = b[at + 2];
    const offset = (i) => at + 2 + (count + 1) * size + b.readUIntBE(at + 3 + i * size, size);
    return { next: offset(count), items: Array.from({ length: count }, (_, i) => b.subarray(offset(i), offset(i + 1))) };
  };
  const top = index(index(b[2]).next).items[0];
  const dict = {};
  for (let at = 0, operands = []; at < top.length;) {
    const v = top[at++];
    if (v <= 21) { dict[v === 12 ? `12 ${top[at++]}` : v] = operands; operands = []; continue; }
    if (v === 28) { operands.push(top.readInt16BE(at)); at += 2; } else if (v === 29) { operands.push(top.readInt32BE(at)); at += 4; } else if (v === 30) {
      while ((top[at] & 15) !== 15 && top[at] >> 4 !== 15) at++;
      at++; operands.push(0);
    } else if (v <= 246) operands.push(v - 139); else if (v <= 250) operands.push((v - 247) * 256 + top[at++] + 108); else operands.push(-(v - 251) * 256 - top[at++] - 108);
  }
  if (!('12 30' in dict)) { fault('6.2.11.2', `${name} is not CID-keyed`); return undefined; }
  const glyphs = index(dict[17][0]).items.length;
  const cids = new Set([0]);
  const format = b[dict[15][0]];
  for (let at = dict[15][0] + 1; cids.size < glyphs;) {
    const first = b.readUInt16BE(at);
    const left = format === 0 ? 0 : b.readUIntBE(at + 2, format);
    for (let i = 0; i <= left; i++) cids.add(first + i);
    at += 2 + format;
  }
  return { has: (code) => cids.has(code), width: () => undefined };
}

function readWidths(pdf, font) {
  const widths = new Map();
  const w = pdf.list(font['/W']);
  for (let i = 0; i < w.length; i += 2) pdf.list(w[i + 1]).forEach((v, k) => widths.set(w[i] + k, v));
  return widths;
}

function readToUnicode(cmap, fault) {
  const map = new Map();
  for (const [, count, body] of cmap.matchAll(/(\d+) beginbfchar\n([\s\S]*?)endbfchar/g)) {
    const entries = [...body.matchAll(/<([0-9A-F]{4})> <([0-9A-F]*)>/g)];
    if (entries.length !== Number(count) || entries.length > 100) fault('9.10.3', 'count of a ToUnicode block');
    for (const [, code, text] of entries) map.set(parseInt(code, 16), text);
  }
  return map;
}

function checkFont(pdf, ref, used, fault) {
  const font = pdf.get(ref);
  const name = font['/BaseFont'];
  if (font['/Subtype'] !== '/Type0' || font['/Encoding'] !== '/Identity-H') return fault('font', `${name} is not Type0 with Identity-H`);
  const cid = pdf.get(pdf.list(font['/DescendantFonts'])[0]);
  const descriptor = pdf.get(cid['/FontDescriptor']);
  const cff = cid['/Subtype'] === '/CIDFontType0';
  const file = descriptor[cff ? '/FontFile3' : '/FontFile2'];
  if (!isRef(file)) return fault('6.2.11.4.1', `${name} is not embedded`);
  if (!/^\/[A-Z]{6}\+/.test(name) || cid['/BaseFont'] !== name || descriptor['/FontName'] !== name) fault('9.6.4', `names of ${name}`);
  if (!cff && cid['/CIDToGIDMap'] !== '/Identity') fault('6.2.11.3.2', `${name} without CIDToGIDMap`);
  if (cff && pdf.get(file)['/Subtype'] !== '/CIDFontType0C') fault('6.2.11.2', `${name}: kind of font program`);
  if ('/CIDSet' in descriptor) fault('6.2.11.4.2', `${name} with CIDSet`);
  const bytes = pdf.bytes(file);
  if (!cff && pdf.get(file)['/Length1'] !== bytes.length) fault('9.9', `${name}: Length1`);
  const program = cff ? readCff(bytes, name, fault) : readTrueType(bytes, name, fault);
  const widths = readWidths(pdf, cid);
  const unicode = isRef(font['/ToUnicode']) ? readToUnicode(pdf.bytes(font['/ToUnicode']).toString('latin1'), fault) : new Map();
  for (const code of used) {
    const text = unicode.get(code);
    const width = program?.width(code);
    if (code === 0) fault('6.2.11.8', `${name} shows .notdef`);
    if (program && !program.has(code)) fault('6.2.11.4.1', `${name} has no glyph for code ${code}`);
    if (!widths.has(code)) fault('6.2.11.5', `${name}: no width for code ${code}`);
    else if (width !== undefined && Math.abs(widths.get(code) - width) > 1) fault('6.2.11.5', `${name}: width of code ${code}`);
    if (!text) fault('6.2.11.7.2', `${name}: code ${code} has no Unicode value`);
    else if (/^(0000|FEFF|FFFE|E[0-9A-F]{3}|F[0-8][0-9A-F]{2})$/.test(text)) fault('6.2.11.7.2', `${name}: code ${code} is U+${text}`);
  }
}

function checkPage(pdf, ref, tree, content, fault) {
  const page = pdf.get(ref);
  content.mcids.clear();
  content.read(Buffer.concat(pdf.list(page['/Contents']).map((c) => pdf.bytes(c))), page['/Resources'], false);
  const parents = pdf.list(tree.parents.get(page['/StructParents']));
  for (const mcid of content.mcids) {
    const element = tree.elements.get(parents[mcid]);
    if (element === undefined) fault('UA 7.1', `MCID ${mcid} is not in the parent tree`);
    else if (!tree.kids(element).includes(mcid) || element['/Pg'] !== ref) fault('UA 7.1', `MCID ${mcid} is not its element's`);
  }
  for (const e of tree.elements.values()) {
    for (const kid of pdf.list(e['/K'])) if (Number.isInteger(kid) && e['/Pg'] === ref && !content.mcids.has(kid)) fault('14.7.4', `MCID ${kid} has no content`);
  }
  const [x0, y0, x1, y1] = pdf.get(page['/MediaBox']);
  if ([x1 - x0, y1 - y0].some((side) => side < 3 || side > 14400)) fault('6.1.13', 'size of the page');
  if ('/PresSteps' in page) fault('6.10', 'page with steps');
  if ((page['/Rotate'] ?? 0) % 90 !== 0) fault('7.7.3', 'rotation of the page');
  checkAnnotations(pdf, page, tree, fault);
}

/** All faults of the file; each once. */
export function checkPdf(path) {
  const faults = new Set();
  const fault = (clause, text) => { faults.add(`${clause}: ${text}`); };
  const pdf = new Pdf(path);
  const catalog = pdf.get(pdf.trailer['/Root']);
  checkFile(pdf, path, fault);
  checkObjects(pdf, fault);
  checkCatalog(pdf, catalog, fault);
  checkMetadata(pdf, catalog, fault);
  checkOutputIntent(pdf, catalog, fault);
  checkAttachments(pdf, catalog, fault);
  const tree = readStructure(pdf, catalog, fault);
  const content = new Content(pdf, fault);
  for (const page of pdf.list(pdf.get(catalog['/Pages'])['/Kids'])) checkPage(pdf, page, tree, content, fault);
  for (const [font, used] of content.codes) if (font !== undefined) checkFont(pdf, font, used, fault);
  return [...faults];
}

const editable = new Map();

/** Rewrites the file as qpdf's editable text, lets edit change it, and joins it again at out. */
export function mutatePdf(path, out, edit) {
  if (!editable.has(path)) {
    editable.set(path, execFileSync('qpdf', ['--qdf', '--object-streams=disable', '--no-original-object-ids', path, '-'], { maxBuffer: 1 << 28 })
      .toString('latin1'));
  }
  const text = editable.get(path), changed = edit(text);
  if (changed === text) throw new Error('the mutation changed nothing');
  return execFileSync('sh', ['-c', 'fix-qdf > "$1"', 'sh', out], { input: Buffer.from(changed, 'latin1') });
}

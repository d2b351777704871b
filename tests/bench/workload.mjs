// SPDX-License-Identifier: Apache-2.0
// The bench workload: A4 landscape, 200 paths of guilloche and ornaments, five gradients, two raster
// images, eight lines of text with five fields, a QR code; a cohort in four scripts. Same every time.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

function random(seed) {
  let x = seed >>> 0;
  return () => { x = (x + 0x6d2b79f5) >>> 0; let t = x; t = Math.imul(t ^ (t >>> 15), t | 1); t ^= t + Math.imul(t ^ (t >>> 7), t | 61); return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
}

function png(width, height, channels, pixel) {
  const raw = Buffer.alloc((1 + width * channels) * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixel(x, y).forEach((v, i) => { raw[y * (1 + width * channels) + 1 + x * channels + i] = v; });
  const crcTable = [...Array(256)].map((_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
  const chunk = (type, data) => { const b = Buffer.concat([Buffer.from(type, 'latin1'), data]); let c = ~0; for (const v of b) c = crcTable[(c ^ v) & 255] ^ (c >>> 8); const out = Buffer.alloc(b.length + 8); out.writeUInt32BE(data.length, 0); b.copy(out, 4); out.writeUInt32BE(~c >>> 0, b.length + 4); return out; };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0); head.writeUInt32BE(height, 4); head[8] = 8; head[9] = channels === 4 ? 6 : 2;
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', zlib.deflateSync(raw)), chunk('IEND', Buffer.alloc(0))]);
}

const f = (v) => v.toFixed(2);
function curve(points) {
  let d = `M${f(points[0][0])} ${f(points[0][1])}`;
  for (let i = 1; i + 2 < points.length + 1 && i + 2 <= points.length - 1; i += 3) d += `C${points.slice(i, i + 3).map((p) => `${f(p[0])} ${f(p[1])}`).join(' ')}`;
  return d;
}

function paths() {
  const out = [];
  for (let k = 0; k < 28; k++) {
    const pts = [];
    for (let i = 0; i <= 72 * 3; i++) { const t = (i / (72 * 3)) * 2 * Math.PI, r = 150 + 60 * Math.sin(9 * t + (k * Math.PI) / 14); pts.push([561 + r * Math.cos(t), 400 + r * Math.sin(t)]); }
    out.push(`<path d="${curve(pts)}" fill="none" stroke="url(#g${k % 5})" stroke-width="0.5" stroke-opacity="0.35"/>`);
  }
  for (let k = 0; k < 24; k++) {
    const pts = [], top = k % 2 === 0;
    for (let i = 0; i <= 120 * 3; i++) { const t = i / (120 * 3); pts.push([40 + t * 1042, (top ? 48 : 745) + 14 * Math.sin(t * 2 * Math.PI * 24 + (k * Math.PI) / 12)]); }
    out.push(`<path d="${curve(pts)}" fill="none" stroke="url(#g${k % 5})" stroke-width="0.6" stroke-opacity="0.6"/>`);
  }
  for (let k = 0; k < 96; k++) {
    const cx = k % 4 < 2 ? 95 : 1027, cy = k % 2 ? 105 : 690, a = (k / 96) * 2 * Math.PI * 4, r = 20 + (k >> 2);
    out.push(`<path d="M${f(cx)} ${f(cy)}q${f(r * Math.cos(a))} ${f(r * Math.sin(a))} ${f(r * Math.cos(a + 1))} ${f(r * Math.sin(a + 1))}" fill="none" stroke="#8a6d3b" stroke-width="0.7"/>`);
  }
  for (let k = 0; k < 48; k++) out.push(`<path d="M${f(60 + k * 21)} 78a3 3 0 1 0 6 0a3 3 0 1 0 -6 0" fill="url(#g${k % 5})"/>`);
  for (let k = 0; k < 4; k++) out.push(`<path d="M${20 + k * 4} ${20 + k * 4}H${1102 - k * 4}V${773 - k * 4}H${20 + k * 4}Z" fill="none" stroke="#1c2e4a" stroke-width="${1 + (k % 2)}"/>`);
  return out.join('\n');
}

function template() {
  const rnd = random(7);
  const logo = png(400, 400, 3, (x, y) => { const r = Math.hypot(x - 200, y - 200); return r < 190 ? [28 + (rnd() * 24), 46 + (x >> 3), 90 + (y >> 2) % 100 + rnd() * 12].map(Math.floor) : [255, 255, 255]; });
  const signature = png(600, 200, 4, (x, y) => { const d = Math.abs(y - 100 - 50 * Math.sin(x / 37) * Math.cos(x / 90)); return [20, 20, 80, d < 4 ? 255 - d * 50 : 0].map(Math.floor); });
  const gradients = [...Array(5)].map((_, i) => `<linearGradient id="g${i}" x1="0" y1="0" x2="1" y2="${i / 4}"><stop offset="0" stop-color="hsl(${i * 40}, 40%, 40%)"/><stop offset="1" stop-color="hsl(${200 - i * 30}, 50%, 35%)"/></linearGradient>`).join('');
  const text = (x, y, size, body, extra = '') => `<text x="${x}" y="${y}" text-anchor="middle" font-family="Noto Serif" font-size="${size}" fill="#1c2e4a" ${extra}>${body}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="297mm" height="210mm" viewBox="0 0 1122.52 793.7" xml:lang="en"><defs>${gradients}</defs>
<rect width="1122.52" height="793.7" fill="#fffdf6"/>
${paths()}
<image x="120" y="110" width="90" height="90" xlink:href="data:image/png;base64,${logo.toString('base64')}"/>
<image x="150" y="600" width="180" height="60" xlink:href="data:image/png;base64,${signature.toString('base64')}"/>
${text(561, 150, 34, 'Certificate of Completion', 'font-weight="bold"')}
${text(561, 210, 18, 'This is to certify that')}
${text(561, 290, 54, '{{recipient.name}}', 'font-weight="bold" data-fit="shrink" data-min-scale="0.4"')}
${text(561, 350, 18, 'has completed')}
${text(561, 400, 28, '{{achievement.name}}')}
${text(561, 450, 18, '{{field.honors}}')}
${text(561, 500, 18, 'given on {{issued_on | date:long}}')}
${text(240, 690, 14, '{{issuer.name}}')}
<rect id="qr" x="900" y="580" width="110" height="110" fill="#fff"/>
</svg>`;
}

const latin = [['Łukasz', 'Żółkiewski'], ['Zoë', 'Lindqvist'], ['Nguyễn', 'Thị Minh'], ['Þórdís', 'Björnsdóttir'], ['Çağla', 'Öztürk'], ['Jiří', 'Dvořák'], ['Ada', 'Lovelace'], ['Séamus', 'Ó Súilleabháin']];
const others = { ar: ['فاطمة الزهراء', 'محمد عبد الله', 'ليلى حسن', 'يوسف إبراهيم'], hi: ['ज्ञानेश्वर कुलकर्णी', 'प्रिया शर्मा', 'अर्जुन सिंह', 'लक्ष्मी देवी'], zh: ['王小明', '李慧敏', '张伟', '陈静怡'] };

export function makeWorkload(dir, count) {
  fs.writeFileSync(path.join(dir, 'template.svg'), template());
  fs.writeFileSync(path.join(dir, 'manifest.json'), JSON.stringify({
    format: 'certfill-manifest/1', name: 'bench', source: { constants: { credential: 'c' } },
    credentials: { c: { template: 'template.svg', achievement: { id: 'https://uni.example/a/applied-statistics', name: { en: 'Applied Statistics and Data Analysis' }, description: { en: 'Probability, inference and linear models.' }, type: 'Course', criteria: { narrative: 'Complete twelve labs and the final project.' } }, outputs: ['pdf', 'png', 'ob3', 'pkpass'], png_dpi: 150 } },
    policy: { on_error: 'accept-valid', duplicate: 'skip' },
  }));
  const rows = ['recipient_id,name,email,locale,issued_on,field.honors'];
  for (let i = 0; i < count; i++) {
    // 60 % Latin with marks, 15 % Arabic, 15 % Devanagari, 10 % Han.
    const k = i % 20, lang = k < 12 ? 'en' : k < 15 ? 'ar' : k < 18 ? 'hi' : 'zh';
    const name = lang === 'en' ? latin[i % 8].join(' ') + ' ' + String.fromCharCode(65 + (i % 26)) + '.' : others[lang][i % 4];
    rows.push(`b-${i},${name},b${i}@example.org,${lang},2026-06-12,${['with honours', 'with distinction', 'summa cum laude', ''][i % 4]}`);
  }
  fs.writeFileSync(path.join(dir, 'cohort.csv'), rows.join('\n') + '\n');
  fs.writeFileSync(path.join(dir, 'one.csv'), rows.slice(0, 2).join('\n').replace('b-0', 'warm-up') + '\n');
}

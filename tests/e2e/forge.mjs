// SPDX-License-Identifier: Apache-2.0
// An issuer of the tests' own making, by node's crypto alone: keys, JWTs, baked pictures, ZIP archives, PDFs.
import crypto from 'node:crypto';
import zlib from 'node:zlib';

export const b64u = (x) => Buffer.from(x).toString('base64url');

// ---- an issuer of our own making, by node's crypto ----

export const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
export function base58(bytes) {
  let n = BigInt(`0x${Buffer.from(bytes).toString('hex')}`), out = '';
  for (; n > 0n; n /= 58n) out = alphabet[Number(n % 58n)] + out;
  return out;
}
export const ed = crypto.generateKeyPairSync('ed25519');
export const edJwk = ed.publicKey.export({ format: 'jwk' });
export const edRaw = Buffer.from(edJwk.x, 'base64url');
export const didKey = `did:key:z${base58(Buffer.concat([Buffer.from([0xed, 1]), edRaw]))}`;
export const ec = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const rsa = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
export const web = 'did:web:issuer.example%3A8443';
export const didDocument = {
  '@context': ['https://www.w3.org/ns/did/v1'], id: web,
  verificationMethod: [
    { id: `${web}#ed`, type: 'JsonWebKey', controller: web, publicKeyJwk: edJwk },
    { id: `${web}#ec`, type: 'JsonWebKey', controller: web, publicKeyJwk: ec.publicKey.export({ format: 'jwk' }) },
    { id: `${web}#rsa`, type: 'JsonWebKey', controller: web, publicKeyJwk: { ...rsa.publicKey.export({ format: 'jwk' }), alg: 'RS256' } },
    { id: `${web}#retired`, type: 'JsonWebKey', controller: web, publicKeyJwk: crypto.generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) },
  ],
  assertionMethod: [`${web}#ed`, `${web}#ec`, `${web}#rsa`],
};

export const credential = (issuer, more = {}) => ({
  '@context': ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'],
  id: 'urn:uuid:5c6d7e9a-10d0-4d5b-8a3e-6e0b4a6f0b01', type: ['VerifiableCredential', 'OpenBadgeCredential'],
  issuer: { id: issuer, type: ['Profile'], name: 'Secret University' }, validFrom: '2024-06-15T00:00:00Z', name: 'Secret Badge',
  credentialSubject: {
    id: 'urn:uuid:0f6f2a40-8f6d-4b3c-9a55-90f3cf7a1d02', type: ['AchievementSubject'],
    achievement: { id: 'https://issuer.example/a/1', type: ['Achievement'], name: 'Secret Badge', description: 'D', criteria: { narrative: 'N' } },
  }, ...more,
});
export const signers = {
  EdDSA: (input) => crypto.sign(null, input, ed.privateKey),
  Ed25519: (input) => crypto.sign(null, input, ed.privateKey),
  ES256: (input) => crypto.sign('sha256', input, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
  RS256: (input) => crypto.sign('sha256', input, rsa.privateKey),
};
export function jwt(header, payload, sign = signers[header.alg]) {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const input = `${b64u(typeof header === 'string' ? header : JSON.stringify(header))}.${b64u(text)}`;
  return `${input}.${b64u(sign(Buffer.from(input)))}`;
}
export const kidOf = (issuer, alg) => (issuer === didKey ? `${didKey}#${didKey.slice(8)}` : `${web}#${{ EdDSA: 'ed', Ed25519: 'ed', ES256: 'ec', RS256: 'rsa' }[alg]}`);
export const good = (issuer = didKey, alg = 'EdDSA', more = {}) => jwt({ alg, kid: kidOf(issuer, alg), typ: 'vc+jwt' }, credential(issuer, more));

// ---- PNG, SVG ----

export function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]), out = Buffer.alloc(8 + data.length + 4);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), 8 + data.length);
  return out;
}
export function crc32(bytes) {
  let c = ~0;
  for (const b of bytes) { c ^= b; for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (0xEDB88320 & -(c & 1)); }
  return ~c >>> 0;
}
export const baked = (text) => chunk('iTXt', Buffer.concat([Buffer.from('openbadgecredential\0\0\0\0\0', 'latin1'), Buffer.from(text)]));
export function png(...texts) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(1, 0); head.writeUInt32BE(1, 4); head[8] = 8;
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), ...texts, chunk('IDAT', zlib.deflateSync(Buffer.from([0, 0]))), chunk('IEND', Buffer.alloc(0))]);
}
export const svg = (inside, before = '') => `<?xml version="1.0"?>${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">${inside}<rect width="1" height="1"/></svg>`;
export const svgJwt = (t) => svg(`<openbadges:credential verify="${t}"/>`);

// ---- ZIP, with whatever an attacker wants in it ----

/** entries: [name, bytes, {local: another name in the local header}]. */
export function zip(entries) {
  const parts = [], central = [];
  let at = 0;
  for (const [name, bytes, { local = name } = {}] of entries) {
    const header = (signature, extra, n) => {
      const h = Buffer.alloc(30 + extra);
      h.writeUInt32LE(signature, 0);
      const o = extra ? 2 : 0;
      h.writeUInt16LE(20, 4);
      if (extra) h.writeUInt16LE(20, 6);
      h.writeUInt16LE(0x5821, 12 + o);
      h.writeUInt32LE(crc32(bytes), 14 + o);
      h.writeUInt32LE(bytes.length, 18 + o);
      h.writeUInt32LE(bytes.length, 22 + o);
      h.writeUInt16LE(Buffer.byteLength(n), 26 + o);
      return h;
    };
    const c = header(0x02014b50, 16, name);
    c.writeUInt32LE(at, 42);
    central.push(c, Buffer.from(name));
    const l = Buffer.concat([header(0x04034b50, 0, local), Buffer.from(local), bytes]);
    parts.push(l);
    at += l.length;
  }
  const directory = Buffer.concat(central), end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}

// ---- PDF ----

/** A whole PDF of these objects, the first of which is the catalog; an object is text or [dictionary, stream]. */
export function pdf(objects) {
  const offsets = [];
  let out = '%PDF-1.7\n';
  objects.forEach((o, i) => {
    offsets.push(Buffer.byteLength(out, 'latin1'));
    const body = Array.isArray(o) ? `<<${o[0]}/Length ${Buffer.byteLength(o[1])}>>\nstream\n${Buffer.from(o[1]).toString('latin1')}\nendstream` : o;
    out += `${i + 1} 0 obj\n${body}\nendobj\n`;
  });
  const at = Buffer.byteLength(out, 'latin1');
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.from(out, 'latin1');
}

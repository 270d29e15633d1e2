import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { beforeAll, expect, test } from 'vitest';
import {
  belongTogether,
  isAuthority,
  isCurrent,
  type KeyPair,
  makeAuthority,
  makeMemberCertificate,
} from './certificates.js';

const id = '0123456789abcdef0123';
const other = 'fedcba98765432100000';
const addresses = ['127.0.0.1', '10.0.0.7', 'fe80::1%eth0', 'nano1.local', '10.0.0.7'];
let authority: KeyPair;
let stranger: KeyPair;
let member: KeyPair;

beforeAll(async () => {
  authority = await makeAuthority('lab');
  stranger = await makeAuthority('lab');
  member = await makeMemberCertificate(authority, { id, addresses });
});

/** What a client gets that calls a server of this member: the answer, or the error's code. */
async function call(serves: KeyPair, ca: string, servername: string): Promise<string> {
  const server = createServer({ cert: serves.certificate, key: serves.key }, (socket) => socket.end('hello'));
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve) => {
      const client = connect({ host: '127.0.0.1', port, ca, servername });
      client.on('data', (data: Buffer) => resolve(data.toString()));
      client.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  } finally {
    server.close();
  }
}

test('a client accepts the member by its name, whatever address it reaches it at', async () => {
  expect(await call(member, authority.certificate, `${id}.collab`)).toBe('hello');
  expect(await call(member, authority.certificate, 'localhost')).toBe('hello');
});

test('a client refuses another name, another authority, and a certificate without one', async () => {
  expect(await call(member, authority.certificate, `${other}.collab`)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(await call(member, stranger.certificate, `${id}.collab`)).not.toBe('hello');
  const own = await makeAuthority(`${id}.collab`);
  expect(await call(own, authority.certificate, `${id}.collab`)).not.toBe('hello');
});

test('the authority may sign certificates, and nothing below a member', async () => {
  const certificate = new X509Certificate(authority.certificate);
  expect(certificate.ca).toBe(true);
  expect(certificate.subject).toBe('O=collab fleet\nCN=lab');
  expect(certificate.checkIssued(certificate)).toBe(true);
  const below = await makeMemberCertificate(member, { id: other, addresses: [] });
  expect(await call(below, authority.certificate, `${other}.collab`)).not.toBe('hello');
});

test('certificates are valid from 1970 to 2100, with names and addresses of the member', () => {
  for (const pem of [authority.certificate, member.certificate]) {
    const { validFrom, validTo, serialNumber } = new X509Certificate(pem);
    expect([validFrom, validTo]).toEqual(['Jan  1 00:00:00 1970 GMT', 'Jan  1 00:00:00 2100 GMT']);
    expect(serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
  }
  const { ca, subjectAltName, keyUsage } = new X509Certificate(member.certificate);
  expect(ca).toBe(false);
  expect(subjectAltName).toBe(
    `DNS:${id}.collab, DNS:localhost, IP Address:127.0.0.1, IP Address:10.0.0.7, IP Address:FE80:0:0:0:0:0:0:1`,
  );
  expect(keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
});

test('a certificate is current for its authority, id and addresses only', () => {
  const ca = authority.certificate;
  expect(isCurrent(member, ca, { id, addresses })).toBe(true);
  expect(isCurrent(member, ca, { id, addresses: ['10.0.0.8'] })).toBe(false);
  expect(isCurrent(member, ca, { id: other, addresses: [] })).toBe(false);
  expect(isCurrent(member, stranger.certificate, { id, addresses: [] })).toBe(false);
  expect(isCurrent({ ...member, key: authority.key }, ca, { id, addresses: [] })).toBe(false);
  expect(isCurrent({ ...member, certificate: '' }, ca, { id, addresses: [] })).toBe(false);
});

test('tells an authority from other texts, and which key belongs to it', () => {
  expect(isAuthority(authority.certificate)).toBe(true);
  expect(isAuthority(member.certificate)).toBe(false);
  expect(isAuthority(authority.certificate + stranger.certificate)).toBe(false);
  expect(isAuthority(authority.key)).toBe(false);
  expect(belongTogether(authority)).toBe(true);
  expect(belongTogether({ ...authority, key: stranger.key })).toBe(false);
  expect(belongTogether({ ...authority, key: 'no key' })).toBe(false);
});

test('a bad member id makes no certificate', async () => {
  await expect(makeMemberCertificate(authority, { id: 'x,CN=y', addresses: [] })).rejects.toThrow('20 hex');
});

test('openssl accepts them strictly, also with the clock at 1970', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  const [ca, leaf] = [join(folder, 'ca.pem'), join(folder, 'leaf.pem')];
  await writeFile(ca, authority.certificate);
  await writeFile(leaf, member.certificate);
  const verify = (...more: string[]) =>
    execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', ca, ...more, leaf], { stdio: 'pipe' });
  for (const purpose of ['sslserver', 'sslclient']) {
    const options = ['-purpose', purpose, '-attime', '1', '-verify_hostname', `${id}.collab`];
    expect(verify(...options).toString()).toContain('OK');
  }
  expect(() => verify('-verify_hostname', `${other}.collab`)).toThrow('mismatch');
  await writeFile(ca, stranger.certificate);
  expect(() => verify()).toThrow();
  const text = execFileSync('openssl', ['x509', '-in', leaf, '-noout', '-text']).toString();
  expect(text).toMatch(/Version: 3[^]*ecdsa-with-SHA256[^]*prime256v1/);
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { algorithmsFor } from './algorithms.js';
import { hostKeyOf, type HostKey } from './host-key.js';
import { findInKnownHosts } from './known-hosts-line.js';
import { judgeHostKey, keysOnly, KnownHosts } from './known-hosts.js';

const keyOf = (text: string): HostKey => {
  const type = Buffer.from('ssh-ed25519');
  const key = Buffer.from(text.padEnd(32));
  const length = (bytes: Buffer) => Buffer.from([0, 0, 0, bytes.length]);
  return hostKeyOf(Buffer.concat([length(type), type, length(key), key]));
};
const mine = keyOf('mine');
const other = keyOf('other');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'known-hosts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a known_hosts text', () => {
  const lines = (text: string, host: string, port = 22) =>
    findInKnownHosts(text, host, port).map(({ line, revoked }) => (revoked ? -line : line));

  it('is read by name, port, pattern and negation', () => {
    const text = [
      '# a comment',
      `10.0.0.7,nano1.local ${mine.line} a comment`,
      `[10.0.0.7]:2222 ${mine.line}`,
      `*.lab,!bad.lab ${mine.line}`,
      `10.0.0.? ${other.line}`,
      'not a line at all',
      `10.0.0.7 ssh-ed25519 !!!broken`,
      `@cert-authority 10.0.0.7 ${mine.line}`,
      `@revoked 10.0.0.7 ${other.line}`,
    ].join('\n');
    expect(lines(text, '10.0.0.7')).toEqual([2, 5, -9]);
    expect(lines(text, 'NANO1.local')).toEqual([2]);
    expect(lines(text, '10.0.0.7', 2222)).toEqual([3]);
    expect(lines(text, 'good.lab')).toEqual([4]);
    expect(lines(text, 'bad.lab')).toEqual([]);
    expect(lines(text, '10.0.0.70')).toEqual([]);
  });

  it('is read where OpenSSH has hashed it', () => {
    const path = join(folder, 'hashed');
    writeFileSync(path, `nano1 ${mine.line}\n[nano1]:2222 ${other.line}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', path], { stdio: 'ignore' });
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain('nano1');
    expect(findInKnownHosts(text, 'nano1', 2222)).toEqual([{ line: 2, revoked: false, key: other }]);
  });
});

describe('KnownHosts', () => {
  it('adds keys that ssh-keygen finds, without duplicates, also 20 at once', async () => {
    const hosts = new KnownHosts(join(folder, 'known_hosts'));
    writeFileSync(hosts.path, `old ${other.line}`);
    const names = Array.from({ length: 20 }, (_, index) => `nano${index}`);
    await Promise.all([...names, ...names].map((name) => hosts.append(name, 2200, mine)));
    expect(readFileSync(hosts.path, 'utf8').split('\n')).toHaveLength(22);
    expect(statSync(hosts.path).mode & 0o777).toBe(0o600);
    const found = execFileSync('ssh-keygen', ['-F', '[nano7]:2200', '-f', hosts.path]).toString();
    expect(found).toContain(mine.line);
    expect(await hosts.find('old', 22)).toHaveLength(1);
  });

  it('moves a device: removes its lines at the old address, and makes it the only one at the new address', async () => {
    const hosts = new KnownHosts(join(folder, 'known_hosts'));
    const third = keyOf('third');
    writeFileSync(
      hosts.path,
      `old ${mine.line}\nold ${third.line}\nnew ${other.line}\n@revoked new ${third.line}\n`,
    );
    await hosts.forgetKeys('old', 22, [mine.fingerprint]);
    await hosts.replace('new', 22, [mine]);
    expect(readFileSync(hosts.path, 'utf8')).toBe(
      `old ${third.line}\n@revoked new ${third.line}\nnew ${mine.line}\n`,
    );
  });

  it('accepts one device alone for a login, but never a revoked key', async () => {
    const hosts = new KnownHosts(join(folder, 'known_hosts'));
    writeFileSync(hosts.path, `new ${other.line}\n@revoked new ${mine.line}\n`);
    const here = await keysOnly([other], hosts).find('elsewhere', 22);
    expect(judgeHostKey(here, other)).toEqual({ kind: 'known' });
    expect(judgeHostKey(here, mine)).toMatchObject({ kind: 'changed' });
    const revoked = keysOnly([mine], hosts);
    expect(judgeHostKey(await revoked.find('new', 22), mine)).toMatchObject({ kind: 'revoked' });
    await revoked.append('elsewhere', 22, mine);
    expect(await hosts.find('elsewhere', 22)).toEqual([]);
  });

  it('is empty without a file', async () => {
    expect(await new KnownHosts(join(folder, 'none')).find('nano1', 22)).toEqual([]);
  });
});

describe('judgeHostKey', () => {
  const entry = (line: number, key: HostKey, revoked = false) => ({ line, revoked, key });

  it.each([
    ['no line', [], { kind: 'unknown' }],
    ['the same key', [entry(1, other), entry(2, mine)], { kind: 'known' }],
    ['another key', [entry(3, other)], { kind: 'changed', entry: entry(3, other) }],
    [
      'a revoked line for it',
      [entry(1, mine), entry(2, mine, true)],
      { kind: 'revoked', entry: entry(2, mine, true) },
    ],
    ['a revoked line for another', [entry(1, other, true)], { kind: 'unknown' }],
  ])('with %s', (_, known, verdict) => {
    expect(judgeHostKey(known, mine)).toEqual(verdict);
  });
});

it('algorithms of known keys are offered first, each once', () => {
  const offered = algorithmsFor(['ssh-rsa']).serverHostKey;
  expect(offered.slice(0, 4)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa', 'ssh-ed25519']);
  expect(new Set(offered).size).toBe(offered.length);
});

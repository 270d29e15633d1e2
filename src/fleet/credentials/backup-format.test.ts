import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { readBackupHeader, sealBackup, unsealBackup } from './backup-format.js';
import { systemRandom as random } from './randomness.js';

const header = { fleet: 'lab', time: '2026-01-02T03:04:05.000Z', parts: ['credentials'] };
const content = Buffer.from('the content');
const passphrase = 'correct horse battery';
const cost = 2;
let good: Buffer;

beforeAll(async () => {
  good = await sealBackup(header, content, passphrase, { random, cost });
});

/** The name of the fault; null if the content came back. */
const faultOf = (bytes: Buffer, tried = passphrase): Promise<string | null> =>
  unsealBackup(bytes, tried).then(
    () => null,
    (error: unknown) => (error as Error).name,
  );
const flipped = (at: number): Buffer => {
  const copy = Buffer.from(good);
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << (at % 8)), at);
  return copy;
};
/** As somebody would write the file who changed it on purpose. */
const rehashed = (bytes: Buffer): Buffer => {
  const all = bytes.subarray(0, -32);
  return Buffer.concat([all, createHash('sha256').update(all).digest()]);
};
const withHeader = (change: object): Buffer => {
  const line = good.indexOf('\n') + 1;
  const end = good.indexOf('\n', line);
  const record = { ...(JSON.parse(good.subarray(line, end).toString()) as object), ...change };
  return rehashed(
    Buffer.concat([good.subarray(0, line), Buffer.from(JSON.stringify(record)), good.subarray(end)]),
  );
};

test('content and header come back, and the header without the passphrase', async () => {
  expect(await unsealBackup(good, passphrase)).toEqual({ header, content });
  expect(readBackupHeader(good)).toEqual(header);
  expect(good.includes(content)).toBe(false);
});

test('the same content never makes the same file', async () => {
  const again = await sealBackup(header, content, passphrase, { random, cost });
  expect(again.subarray(-60).equals(good.subarray(-60))).toBe(false);
});

test('a wrong passphrase is told from damage', async () => {
  expect(await faultOf(good, 'something else')).toBe('backup-passphrase');
  expect(await faultOf(good.subarray(0, -1))).toBe('backup-damaged');
  expect(await faultOf(Buffer.concat([good, Buffer.from('x')]))).toBe('backup-damaged');
  expect(await faultOf(Buffer.from('{}'))).toBe('bad-backup');
});

test('every flipped byte and every cut is noticed without a passphrase', async () => {
  const found = new Set<string | null>();
  for (let at = 0; at < good.length; at += 1) {
    found.add(await faultOf(flipped(at)));
    found.add(await faultOf(good.subarray(0, at)));
  }
  expect([...found].sort()).toEqual(['backup-damaged', 'bad-backup']);
});

test('every flipped byte is noticed also if somebody made a new hash for it', async () => {
  expect(await faultOf(rehashed(good))).toBeNull();
  const body = good.indexOf('}\n') + 2;
  for (let at = 0; at < good.length - 32; at += 1) {
    const fault = await faultOf(rehashed(flipped(at)));
    expect(fault).toMatch(at < body ? /^b/ : /^backup-passphrase$/);
  }
});

test('the header is covered too: another fleet or time is noticed', async () => {
  expect(await faultOf(withHeader({}))).toBeNull();
  expect(await faultOf(withHeader({ fleet: 'other' }))).toBe('backup-passphrase');
  expect(await faultOf(withHeader({ time: '2027-01-02T03:04:05.000Z' }))).toBe('backup-passphrase');
  expect(await faultOf(withHeader({ parts: [] }))).toBe('backup-passphrase');
});

test('a header asks for no absurd work, and a newer format is named as such', async () => {
  for (const scrypt_cost of [2 ** 30, 3, 0, 1, '2'])
    expect(await faultOf(withHeader({ scrypt_cost }))).toBe('bad-backup');
  expect(await faultOf(withHeader({ nonce: 'AAAA' }))).toBe('bad-backup');
  expect(await faultOf(withHeader({ fleet: '../x' }))).toBe('bad-backup');
  expect(await faultOf(withHeader({ format: 2 }))).toBe('backup-newer');
});

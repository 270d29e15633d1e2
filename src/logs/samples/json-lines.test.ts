import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { JsonLines } from './json-lines.js';
import { resultRecord, resultShape, sampleRecord } from '../records/role-records.js';

async function readAll(
  text: string | Buffer,
  schema: typeof resultRecord | typeof resultShape | typeof sampleRecord = resultRecord,
) {
  const path = join(await mkdtemp(join(tmpdir(), 'collab-lines-')), 'x.jsonl');
  await writeFile(path, text);
  const lines = new JsonLines<Record<string, unknown>>(path, schema);
  const records: Record<string, unknown>[] = [];
  for await (const record of lines) records.push(record);
  return { records, report: lines.report };
}

test('truncated at every byte: complete lines are unchanged, and at most the last one is dropped', async () => {
  const whole = [
    { monotonic_s: 12.5, cpu_percent: 99.25 },
    { monotonic_s: 13.5, cpu_percent: null, memory_bytes: 123456 },
    { monotonic_s: 14.5, cpu_percent: 1e-7 },
  ];
  const text = Buffer.from(whole.map((each) => `${JSON.stringify(each)}\n`).join(''));
  for (let end = 0; end <= text.length; end++) {
    const cut = text.subarray(0, end).toString();
    const newlines = cut.split('\n').length - 1;
    const wholeTail = cut.endsWith('}') ? 1 : 0;
    const { records, report } = await readAll(cut, sampleRecord);
    expect(records).toEqual(whole.slice(0, newlines + wholeTail));
    expect(report.cut).toBe(end > 0 && !cut.endsWith('\n') && wholeTail === 0);
    expect(report.brokenLines).toBe(0);
  }
});

test('lines that span chunks are joined', async () => {
  const rows = Array.from({ length: 40 }, (_, n) => ({ n, text: 'é'.repeat(20_000 + n) }));
  const { records } = await readAll(rows.map((row) => JSON.stringify(row)).join('\n'));
  expect(records).toEqual(rows);
});

test('broken lines in the middle are skipped and reported with their line number', async () => {
  const { records, report } = await readAll('{"a":1}\n\n{"a":\n[1]\n\0\0\0\n{"a":2}\r\n');
  expect(records).toEqual([{ a: 1 }, { a: 2 }]);
  expect(report).toMatchObject({ cut: false, brokenLines: 3, records: 2 });
  expect(report.faults.map(({ line }) => line)).toEqual([3, 4, 5]);
});

test('numbers are never wrong: long integers stay exact, and NaN and infinities become null and are counted', async () => {
  const { records, report } = await readAll(
    '{"ns":1763729581123456789,"f":0.12345678901234567,"text":"NaN 1763729581123456789","e":1e3}\n' +
      '{"loss":NaN,"best":-Infinity,"list":[Infinity,1763729581123456789],"big":1e999}\n' +
      '{"__proto__":NaN,"in":{"__proto__":NaN},"loss":null,"_not_finite":{"loss":"NaN"}}\n' +
      '{"loss":null,"_not_finite":{"loss":"NaN","list":"Infinity"}}\n',
    resultShape,
  );
  expect(records.slice(0, 2)).toEqual([
    { ns: 1763729581123456789n, f: 0.12345678901234567, text: 'NaN 1763729581123456789', e: 1000 },
    {
      loss: null,
      best: null,
      list: [null, '1763729581123456789'],
      big: null,
      _not_finite: { loss: 'NaN', best: '-Infinity', big: '1e999' },
    },
  ]);
  expect(Object.getPrototypeOf(records[2]?.in)).toBe(Object.prototype);
  // Four and two that parsing found, and two that the row names.
  expect(report.notFinite).toBe(8);
});

test('a file of numbers only takes the nearest double of a long integer', async () => {
  const { records, report } = await readAll(
    '{"monotonic_s":1,"network_sent_bytes":9007199254740993}\n',
    sampleRecord,
  );
  expect(records).toEqual([{ monotonic_s: 1, network_sent_bytes: 9007199254740992 }]);
  expect(report.brokenLines).toBe(0);
});

test('a line that is too long for a record is skipped, and the next lines are read', async () => {
  const { records, report } = await readAll(
    Buffer.concat([Buffer.alloc(33 * 1024 * 1024, 'x'), Buffer.from('\n{"a":1}\n')]),
  );
  expect(records).toEqual([{ a: 1 }]);
  expect(report.faults).toEqual([{ line: 1, reason: 'longer than 33554432 bytes' }]);
});

test('a second pass with the length of the first does not see lines added in between', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'collab-lines-')), 'x.jsonl');
  await writeFile(path, '{"a":1}\n{"a"');
  const first = new JsonLines(path, resultRecord);
  for await (const record of first) expect(record).toEqual({ a: 1 });
  await writeFile(path, '{"a":1}\n{"a":2}\n{"a":3}\n');
  const again: unknown[] = [];
  for await (const record of new JsonLines(path, resultRecord, first.report.bytes)) again.push(record);
  expect(again).toEqual([{ a: 1 }]);
});

test('a missing file has no records and is reported', async () => {
  const lines = new JsonLines('/nowhere/x.jsonl', resultRecord);
  for await (const record of lines) expect.unreachable(JSON.stringify(record));
  expect(lines.report.missing).toBe(true);
});

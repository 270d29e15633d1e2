import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { JsonLines } from './json-lines.js';
import { sampleRecord } from '../records/index.js';
import { SampleLines } from './sample-lines.js';

async function fileOf(text: string | Buffer): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'collab-samples-')), 'samples.jsonl');
  await writeFile(path, text);
  return path;
}

async function readBlocks(path: string, untilByte?: number) {
  const lines = new SampleLines(path, untilByte);
  const records: Record<string, number | null>[] = [];
  let blocks = 0;
  for await (const { keys, count, values } of lines.batches()) {
    expect(values).toHaveLength(count * keys.length);
    blocks += 1;
    for (let first = 0; first < values.length; first += keys.length) {
      const cells = keys.map((key, at): [string, number | null] => {
        const value = values[first + at] ?? Number.NaN;
        return [key, Number.isNaN(value) ? null : value];
      });
      records.push(Object.fromEntries(cells));
    }
  }
  return { records, blocks, report: lines.report };
}

async function readObjects(path: string) {
  const lines = new JsonLines(path, sampleRecord);
  const records: unknown[] = [];
  for await (const record of lines) records.push(record);
  return { records, report: lines.report };
}

/** Changing layouts, values that need JSON.parse, and invalid lines. */
const mixed = [
  '{"monotonic_s":1.5,"cpu_percent":50}',
  '{"monotonic_s":1.6,"cpu_percent":-0.25}',
  '{"monotonic_s":null,"cpu_percent":3}',
  '{"monotonic_s":1.7,"cpu_percent":null,"memory_bytes":123456789}',
  '{"monotonic_s":1.8,"cpu_percent":NaN,"memory_bytes":1e-7}',
  '{ "monotonic_s": 1.9, "cpu_percent": 0.12345678901234567 }',
  '',
  '{"monotonic_s":2,"cpu_percent":"many"}',
  '{"cpu_percent":5}',
  '[1]',
  '{"monotonic_s":2.1,"cpu_perc',
  '{"monotonic_s":2.2,"__proto__":1,"7":2}',
  '{"monotonic_s":2.3}\r',
  '{"monotonic_s":2.4,"cpu_percent":51}',
].join('\n');

test('samples and report are the same as with an object per line', async () => {
  const path = await fileOf(`${mixed}\n`);
  const expected = await readObjects(path);
  const { records, report } = await readBlocks(path);
  expect(records.map((record) => Object.entries(record).sort())).toEqual(
    expected.records.map((record) => Object.entries(record as object).sort()),
  );
  expect(report).toEqual(expected.report);
  expect(report).toMatchObject({ records: 8, brokenLines: 5, notFinite: 1 });
});

test('truncated at every byte: the same as with objects', async () => {
  const path = await fileOf('');
  for (let end = 0; end <= mixed.length; end++) {
    await writeFile(path, mixed.slice(0, end));
    const [{ report, records }, expected] = [await readBlocks(path), await readObjects(path)];
    expect(report, String(end)).toEqual(expected.report);
    expect(records, String(end)).toHaveLength(expected.records.length);
  }
});

test('a long file is read in blocks of many samples, and a second pass ends where the first did', async () => {
  const line = (n: number) => `{"monotonic_s":${n / 10},"processes":${n}}\n`;
  const text = Array.from({ length: 50_000 }, (_, n) => line(n)).join('');
  const path = await fileOf(text);
  const first = await readBlocks(path);
  expect(first.records).toHaveLength(50_000);
  expect(
    first.records.every(({ monotonic_s: at, processes: n }, index) => n === index && at === index / 10),
  ).toBe(true);
  expect(first.blocks).toBeLessThan(100);
  expect(first.report.bytes).toBe(text.length);
  await writeFile(path, text + line(50_000));
  expect((await readBlocks(path, first.report.bytes)).records).toHaveLength(50_000);
});

test('a missing file has no samples and is reported', async () => {
  const { records, report } = await readBlocks('/nowhere/samples.jsonl');
  expect(records).toEqual([]);
  expect(report.missing).toBe(true);
});

import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { TestWorkspace } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const run = ['run', 'reading', '--only', 'edge1'];

interface DataRecord {
  name: string;
  device: string;
  source: string;
  hash: string;
  size_bytes: number;
}

const recordOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as {
    experiment: { id: string };
    data: DataRecord[];
  };
const resultOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'trials/1/reader-0/results.jsonl'), 'utf8')) as Record<
    string,
    unknown
  >;

beforeAll(() => {
  mkdirSync(join(workspace.folder, 'data/digits/part'), { recursive: true });
  writeFileSync(join(workspace.folder, 'data/digits/part/values.txt'), '1\n2\n3\n');
  const folder = join(workspace.folder, 'TestCases/reading');
  writeFileSync(join(folder, 'notes.tmp'), 'for the author only');
  symlinkSync('somebody@elsewhere.4711', join(folder, '.#reader.py'));
  return () => rmSync(join(workspace.folder, 'data'), { recursive: true });
});

describe('data and .collabignore on the Lab', () => {
  it('a dry run reports what it would send, and sends nothing', { timeout: 300_000 }, async () => {
    const plan = await workspace.collab(...run, '--dry-run');
    expect(plan.stderr).not.toContain('sending');
    expect(plan.stdout).toMatch(/reader +edge1 +digits +6 B +will be sent/);
    expect(plan.stdout).toMatch(/reader +edge1 +licences .* on the device/);
  });

  it(
    'data is sent once, mounted read-only, in no image, and its hash is in run.json',
    { timeout: 300_000 },
    async () => {
      const ended = await workspace.collab(...run);
      expect(ended).toMatchObject({ code: 0 });
      expect(ended.stderr).toMatch(/edge1: sending the data digits, 1 files \(6 B\)/);
      const folder = workspace.newestRun('reading');
      expect(resultOf(folder)).toMatchObject({
        total: 6,
        folder: '/data/digits',
        licence: true,
        writable: false,
        left_out: [],
        in_image: false,
      });
      const { data } = recordOf(folder);
      expect(data.map(({ name, source }) => `${name} ${source}`).sort()).toEqual([
        'digits controller',
        'licences device',
      ]);
      for (const { hash } of data) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    },
  );

  it(
    'a second run sends nothing; changed data changes its hash, not the experiment',
    { timeout: 300_000 },
    async () => {
      const again = await workspace.collab(...run);
      expect(again.stderr).toMatch(/edge1: has the data digits/);
      expect(again.stderr).not.toMatch(/sending|building/);
      const before = recordOf(workspace.newestRun('reading'));
      writeFileSync(join(workspace.folder, 'data/digits/part/values.txt'), '4\n5\n');
      const changed = await workspace.collab(...run);
      expect(changed.stderr).toMatch(/sending the data digits/);
      const folder = workspace.newestRun('reading');
      expect(resultOf(folder)).toMatchObject({ total: 9 });
      const after = recordOf(folder);
      expect(after.experiment.id).toBe(before.experiment.id);
      const hashOf = ({ data }: typeof after) => data.find(({ name }) => name === 'digits')?.hash;
      expect(hashOf(after)).not.toBe(hashOf(before));
      const old = hashOf(before)?.slice(0, 32);
      const dry = await workspace.collab(
        'images',
        'prune',
        '--data',
        '--only',
        'edge1',
        '--dry-run',
        '--json',
      );
      const found = JSON.parse(dry.stdout) as { would_remove: { data: { name: string }[] }[] };
      expect(found.would_remove[0]?.data.map(({ name }) => name)).toContain(old);
      const pruned = await workspace.collab('images', 'prune', '--data', '--only', 'edge1', '--yes');
      expect(pruned, pruned.stderr).toMatchObject({ code: 0 });
      expect(pruned.stdout).toMatch(/^Removed \d+ folders? of data/);
      expect((await workspace.collab(...run)).stderr).toMatch(/edge1: has the data digits/);
    },
  );
});

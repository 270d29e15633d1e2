import {
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestWorkspace } from '../e2e/workspace.js';

/** More than Node.js reads at once, and than fits into a signed 32-bit number. */
const sizeBytes = 2 ** 31 + 4096;
const workspace = TestWorkspace.make();
const folder = join(workspace.folder, 'TestCases/sparse');
const weights = join(folder, 'weights.bin');

function makeSparse(path: string, end: string): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, sizeBytes - end.length);
  writeSync(file, end, sizeBytes - end.length);
  closeSync(file);
}

it('--local takes and gives back files of more than 2 GiB', { timeout: 120_000 }, async () => {
  makeSparse(weights, 'done');
  const ended = await workspace.collab('run', 'sparse', '--local');
  expect(ended.code, ended.stderr).toBe(0);
  const role = join(workspace.newestRun('sparse'), 'trials/1/worker-0');
  const result = JSON.parse(readFileSync(join(role, 'results.jsonl'), 'utf8')) as object;
  expect(result).toMatchObject({ size_bytes: sizeBytes, end: 'done' });
  const output = join(role, 'outputs/array.bin');
  const { size, blocks } = statSync(output);
  expect(size).toBe(sizeBytes);
  // It is here whole, and its hole does not fill the disk.
  expect(blocks * 512).toBeLessThan(64e6);
  const file = openSync(output, 'r');
  const last = Buffer.alloc(4);
  readSync(file, last, 0, 4, sizeBytes - 4);
  closeSync(file);
  expect(last.toString()).toBe('last');
  for (const path of [output, weights]) rmSync(path);
});

it('a name that is not UTF-8 is a clear fault, in validate and in a run', async () => {
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.txt')]), 'x');
  for (const words of [
    ['validate', 'sparse'],
    ['run', 'sparse', '--local'],
  ]) {
    const ended = await workspace.collab(...words);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(
      /caf\ufffd\.txt.*this name is not valid UTF-8; rename it, or exclude it in \.collabignore/,
    );
  }
});

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { checkInPython } from '../../../../tests/fixtures/machines-in-python.js';
import { runWrapper } from '../../../../tests/fixtures/run-wrapper.js';

it('exit.json has lines, bytes and checksum of every file, as they lie there afterward', async () => {
  const run = await runWrapper([
    'sh',
    '-c',
    'printf "one\\ntwo"; cd "$COLLAB_OUTPUTS"; mkdir deep; echo weights > deep/model.bin; ln -s model.bin deep/link',
  ]);
  expect(run.exit.outputs).toEqual({ files: 1, bytes: 8, listed: { 'deep/model.bin': 8 } });
  expect(run.exit).not.toHaveProperty('files_unsure');
  const names = ['processes.jsonl', 'samples.jsonl', 'state.jsonl', 'stderr.log', 'stdout.log'];
  expect(Object.keys(run.exit.files ?? {}).sort()).toEqual(names);
  for (const [name, entry] of Object.entries(run.exit.files ?? {})) {
    const content = await readFile(join(run.folder, name));
    const lines = content
      .toString()
      .split('\n')
      .filter((line) => line !== '').length;
    expect(entry, name).toEqual({
      bytes: (await stat(join(run.folder, name))).size,
      lines,
      crc32: crc32(content).toString(16).padStart(8, '0'),
    });
  }
  expect(run.exit.files?.['stdout.log']).toMatchObject({ bytes: 7, lines: 2 });
});

it('a process that outlives the grace period is named as a reason for doubt', () => {
  expect(checkInPython('written_files.py', 'left', '2')).toMatchObject({
    files: { 'stdout.log': { bytes: 6, lines: 1 } },
    files_unsure: '2 processes of the role could not be ended and may still be writing',
  });
});

it('counting ends in time: then only sizes are known, and that is said', () => {
  expect(checkInPython('written_files.py', 'longest', '0')).toEqual({
    files: { 'stdout.log': { bytes: 6, lines: null, crc32: null } },
    outputs: { files: 0, bytes: 0, listed: {} },
    files_unsure: 'counting was ended after 0 s',
  });
});

it('thousands of outputs are counted, and as many are named as exit.json has room for', () => {
  const { outputs } = checkInPython('written_files.py', 'outputs', '3000') as {
    outputs: { files: number; bytes: number; listed: Record<string, number> };
  };
  expect(outputs).toMatchObject({ files: 3000, bytes: 3000 });
  const { length } = JSON.stringify(outputs, null, 2);
  expect(length).toBeGreaterThan(7000);
  expect(length).toBeLessThan(16_000);
});

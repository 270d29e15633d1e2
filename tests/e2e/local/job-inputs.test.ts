import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import S3rver from 's3rver';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { zipOf } from '../../fixtures/zip-bytes.js';
import { TestWorkspace } from '../workspace.js';

/** What jobs bring, through the built command, on a fleet of processes on this machine. */
const workspace = TestWorkspace.make();
const at = (...path: string[]) => join(workspace.folder, ...path);
const s3 = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory: mkdtempSync(join(tmpdir(), 'collab-s3-')),
  configureBuckets: [{ name: 'lab', configs: [] }],
});
let keys: Record<string, string> = {};

const submit = (typed: string, flags: string[], ...command: string[]) =>
  workspace.collabWith(keys, 'job', 'submit', typed, '--local', '--wait', ...flags, '--', ...command);
const store = (...words: string[]) => workspace.collabWith(keys, 'store', ...words);
const jobNames = async () => {
  const { stdout } = await workspace.collab('store', 'ls-all', 'jobs', '--local', '--json');
  return stdout;
};

beforeAll(async () => {
  const { port } = await s3.run();
  keys = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'S3RVER',
    AWS_SECRET_ACCESS_KEY: 'S3RVER',
  };
  cpSync(fileURLToPath(new URL('../../../examples', import.meta.url)), at('examples'), { recursive: true });
  mkdirSync(at('data/deep'), { recursive: true });
  writeFileSync(at('data/deep/a.txt'), 'from the store\n');
  mkdirSync(at('work'));
  writeFileSync(at('work/run.sh'), '#!/bin/sh\ncat data/deep/a.txt\n', { mode: 0o755 });
  const up = await workspace.collab('fleet', 'up', '--local', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
}, 600_000);
afterAll(async () => {
  await workspace.collab('fleet', 'down', '--local', '--purge');
  await s3.close();
});

it('the example in a zip file gives its standard output back', async () => {
  const { code, stdout, stderr } = await submit('examples/linear-regression.zip', [], 'sh', './run.sh');
  expect(code, stderr).toBe(0);
  expect(stdout).toBe('rate 0.01: y = 3.002 x + 1.973, mean squared error 0.1162\n');
  expect(stderr).toContain('linear-regression is done: 1 done');
});

it('programs in a zip file can be executed', async () => {
  writeFileSync(at('own.zip'), zipOf([{ name: 'hello', data: '#!/bin/sh\necho hello\n', mode: 0o100755 }]));
  expect(await submit('own.zip', [], './hello')).toMatchObject({ code: 0, stdout: 'hello\n' });
});

it('a zip file that leads out of its folder, or is damaged, is refused and leaves nothing', async () => {
  const before = await jobNames();
  for (const [entries, why] of [
    [[{ name: '../../evil', data: 'a' }], 'has a part ".."'],
    [
      [
        { name: 'a', data: 'a' },
        { name: 'b', data: 'b', crc: 1 },
      ],
      'Its checksum (CRC-32) is another one',
    ],
  ] as const) {
    writeFileSync(at('bad.zip'), zipOf(entries));
    const { code, stderr } = await submit('bad.zip', [], 'true');
    expect(code).toBe(2);
    expect(stderr).toContain(why);
    expect(stderr).not.toMatch(/^ +at /m);
  }
  expect(await jobNames()).toBe(before);
});

it('inputs come from the store; one that is not there is refused', async () => {
  expect((await store('put', 'data', 'datasets/a', '--local')).code).toBe(0);
  const { code, stdout, stderr } = await submit('work', ['--input', 'data=store:datasets/a'], './run.sh');
  expect(code, stderr).toBe(0);
  expect(stdout).toBe('from the store\n');
  const missing = await submit('work', ['--input', 'data=store:datasets/b'], './run.sh');
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain('datasets/b');
});

it('a folder in the store, and one in S3, are jobs', async () => {
  expect((await store('put', 'work', 'code/fit', '--local')).code).toBe(0);
  expect((await store('put', 'work', 's3://lab/code/fit')).code).toBe(0);
  expect((await store('put', 'data', 's3://lab/data')).code).toBe(0);
  for (const typed of ['store:code/fit', 's3://lab/code/fit']) {
    const { code, stdout, stderr } = await submit(typed, ['--input', 'data=s3://lab/data'], './run.sh');
    expect(code, stderr).toBe(0);
    expect(stdout).toBe('from the store\n');
  }
});

it('without keys of S3, nothing is submitted', async () => {
  const before = await jobNames();
  const none = {
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    HOME: workspace.folder,
  };
  keys = { ...keys, ...none };
  const { code, stderr } = await submit('work', ['--input', 'data=s3://lab/data'], './run.sh');
  expect(code).toBe(4);
  expect(stderr).toContain('s3://lab refuses these keys, or there are none.');
  expect(stderr).not.toMatch(/^ +at /m);
  expect(await jobNames()).toBe(before);
});

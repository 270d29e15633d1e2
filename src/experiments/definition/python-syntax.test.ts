import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkPythonSyntax, type PythonFile } from './python-syntax.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collab-syntax-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function check(content: string | Buffer, target: PythonFile['target'] = 'here') {
  await writeFile(join(folder, 'a.py'), content);
  return checkPythonSyntax(folder, [{ file: 'a.py', base: 'own', target }]);
}

test.each([
  ['an error of the grammar', 'x = 1\nprint((x)\n', 2],
  ['an error beyond the grammar', 'def f():\n    pass\nreturn 1\n', 3],
  ['tabs and spaces', 'if x:\n        a = 1\n\tb = 2\n', 3],
  ['the print of Python 2', '\n\nprint "x"\n', 3],
])('%s is a fault with its line', async (_, content, line) => {
  const { faults, remarks } = await check(content);
  expect(remarks).toEqual([]);
  expect(faults).toEqual([
    {
      file: 'a.py',
      line,
      path: '',
      message: expect.stringContaining('Python cannot compile it: ') as string,
    },
  ]);
});

test.each([
  ['nothing', ''],
  ['a warning', "import re\nprint(re.compile('\\d'))\n"],
  ['another encoding', Buffer.from('# coding: latin-1\nx = "\xe9"\n', 'latin1')],
  ['a byte order mark', Buffer.from('\u{feff}x = 1\n')],
  ['CRLF', 'x = 1\r\nif x:\r\n    print(x)\r\n'],
])('%s is no fault', async (_, content) => {
  expect(await check(content)).toEqual({ faults: [], remarks: [] });
});

test('bytes that are no text are a fault', async () => {
  expect((await check(Buffer.from('x = 1\0\n'))).faults).toHaveLength(1);
  expect((await check(Buffer.from([0x78, 0x3d, 0x22, 0xff, 0x22, 0x0a]))).faults).toHaveLength(1);
});

test('does not run the file, and leaves no bytecode', async () => {
  const { faults } = await check(`open(${JSON.stringify(join(folder, 'ran'))}, 'w')\n`);
  expect(faults).toEqual([]);
  const { readdir } = await import('node:fs/promises');
  expect(await readdir(folder)).toEqual(['a.py']);
});

test('syntax that is newer than the base is a fault', async () => {
  const { faults } = await check('if (n := 1):\n    print(n)\n', [3, 6]);
  expect(faults.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^is not for Python 3\.6 of the base "own": .*3\.8 and greater/i),
  ]);
});

test('syntax that this machine does not know, and the base may, is not a fault', async () => {
  expect((await check('def f(: pass\n', [9, 9])).faults).toHaveLength(1);
  const future = await check('from __future__ import later\n', [9, 9]);
  expect(future.faults).toEqual([]);
  expect(future.remarks.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^could not be checked: Python 3\.\d+ of this machine says "future feature later/),
  ]);
});

test('without python3, the answer is that it could not be checked', async () => {
  vi.stubEnv('PATH', folder);
  expect(await check('print((\n')).toEqual({
    faults: [],
    remarks: [
      {
        file: 'a.py',
        line: null,
        path: '',
        message: 'the syntax could not be checked: this machine has no python3',
      },
    ],
  });
});

import { describe, expect, test } from 'vitest';
import type { TarFile } from '../archives/index.js';
import { namedIn, requirementFiles } from './requirement-files.js';

describe('local files named by a line of a requirements file', () => {
  test.each([
    ['numpy<2', []],
    ['numpy ; python_version < "3.8"', []],
    ['demo @ https://example.org/demo-1.0-py3-none-any.whl', []],
    ['https://example.org/demo-1.0-py3-none-any.whl', []],
    ['git+https://example.org/demo.git@v1#egg=demo', []],
    ['--index-url http://127.0.0.1:8080/simple', []],
    ['--hash=sha256:abc', []],
    ['# ./commented.whl', []],
    ['/opt/elsewhere.whl', []],
    ['../outside.whl', []],
    ['./wheels/demo-1.0-py3-none-any.whl', ['package wheels/demo-1.0-py3-none-any.whl']],
    ['demo-1.0-py3-none-any.whl # the newest', ['package demo-1.0-py3-none-any.whl']],
    ['demo @ file:wheels/demo.whl', ['package wheels/demo.whl']],
    ['./package[extra]', ['package package']],
    ['.', ['package .']],
    ['-e ./package', ['package package']],
    ['--editable=./package', ['package package']],
    ['--find-links wheels', ['package wheels']],
    ['-f wheels/', ['package wheels/']],
    ['-r more.txt', ['requirements more.txt']],
    ['-rmore.txt', ['requirements more.txt']],
    ['--constraint pins.txt', ['requirements pins.txt']],
    ['src.tar.gz --hash=sha256:abc', ['package src.tar.gz']],
    ['./long \\\n  --hash=sha256:abc', ['package long']],
  ])('%j', (line, expected) => {
    expect(namedIn(line).map(({ kind, path }) => `${kind} ${path}`)).toEqual(expected);
  });
});

const file = (name: string, content = ''): TarFile => ({ name, content });
const files = [
  file('client.py'),
  file('requirements.txt', 'numpy\n-r sub/more.txt\n./wheels/a-1-py3-none-any.whl\n'),
  file('sub/more.txt', '-c pins.txt\n-r ../requirements.txt\n./package\n'),
  file('sub/pins.txt', 'numpy<2'),
  file('package/setup.py'),
  file('package/demo/__init__.py'),
  file('wheels/a-1-py3-none-any.whl'),
  file('wheels/b-1-py3-none-any.whl'),
  file('notes.txt'),
];
const names = async (needs: Parameters<typeof requirementFiles>[0]) =>
  (await requirementFiles(needs, files)).map(({ name }) => name);

test('includes the files that a requirements file names, through nested and circular files, and no others', async () => {
  expect(await names({ pip: [], requirements: './requirements.txt' })).toEqual([
    'requirements.txt',
    'sub/more.txt',
    'sub/pins.txt',
    'package/setup.py',
    'package/demo/__init__.py',
    'wheels/a-1-py3-none-any.whl',
  ]);
});

test('pip entries include their wheels; ordinary ones include nothing', async () => {
  expect(await names({ pip: ['flask', './wheels/b-1-py3-none-any.whl'], requirements: null })).toEqual([
    'wheels/b-1-py3-none-any.whl',
  ]);
  expect(await names({ pip: ['flask'], requirements: null })).toEqual([]);
});

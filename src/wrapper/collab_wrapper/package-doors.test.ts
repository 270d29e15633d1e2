import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { wrapperFolder } from '../../../tests/fixtures/run-wrapper.js';

const faultsOf = (folder: string): string[] => {
  const program = join(wrapperFolder, 'fixtures/package_doors.py');
  return execFileSync('python3', ['-B', program, folder], { encoding: 'utf8' }).trim().split('\n');
};

it('each package of the wrapper is imported through its __init__, without cycles', () => {
  expect(faultsOf(join(wrapperFolder, 'collab_wrapper'))).toEqual(['']);
});

it('detects an import that bypasses __init__, and a cycle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'collab-doors-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = {
    'a/one.py': 'from ..b import two\nfrom . import other\n',
    'b/two.py': 'def late():\n    from ..c.three import x\n',
    'c/three.py': 'from ..a import one\n',
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  expect(faultsOf(folder)).toEqual([
    'b/two.py:2: past the door of c',
    'cycle: a > b > c > a',
    'cycle: b > c > a > b',
    'cycle: c > a > b > c',
  ]);
});

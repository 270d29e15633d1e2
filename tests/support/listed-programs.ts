import childProcess, { type ChildProcess } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { programList } from '../../scripts/checks/program-list.js';

/**
 * Watches the programs that a test file and the code under test start in this process, and fails the
 * file for a system program that scripts/programs.tsv does not list. The static check in scripts/checks sees names that
 * are literals; this one sees the others. Processes that a program starts are not seen.
 */
const listed = new Set(programList().map(({ name }) => name));
const unlisted = new Set<string>();
const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

function note(program: unknown): void {
  if (typeof program !== 'string' || listed.has(basename(program))) return;
  const isPath = program.includes('/');
  const places = isPath ? [program] : systemFolders.map((folder) => join(folder, program));
  // A missing program cannot be needed, and a program in another folder was created by the test.
  if (
    places.some((place) => systemFolders.some((folder) => place.startsWith(`${folder}/`)) && isProgram(place))
  )
    unlisted.add(program);
}

function isProgram(path: string): boolean {
  try {
    accessSync(realpathSync(path), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// Every asynchronous start uses this method, whose options are undocumented: `file` is the program.
const prototype = childProcess.ChildProcess.prototype as ChildProcess & {
  spawn: (options: { file: string }) => unknown;
};
const spawn = prototype.spawn;
prototype.spawn = function (this: ChildProcess, options) {
  note(options.file);
  return spawn.call(this, options);
};
for (const name of ['spawnSync', 'execFileSync'] as const) {
  const start = childProcess[name] as (...args: unknown[]) => unknown;
  Object.assign(childProcess, {
    [name]: (program: unknown, ...more: unknown[]) => {
      note(program);
      return start(program, ...more);
    },
  });
}
syncBuiltinESMExports();

afterAll(() => {
  expect([...unlisted], 'programs that are not in scripts/programs.tsv').toEqual([]);
});

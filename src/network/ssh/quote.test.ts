import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { commandLine } from './quote.js';

it('passes arguments to a shell unchanged, whatever they contain', () => {
  const bytes = Array.from({ length: 255 }, (_, code) => String.fromCharCode(code + 1));
  const argv = ['printf', '%s\\0', '', ...bytes, "a'b'c", '$(id)', '-rf', '~', 'a\\'];
  for (const shell of ['sh', 'bash']) {
    const printed = execFileSync(shell, ['-c', commandLine(argv)]).toString('utf8');
    expect(printed.split('\0').slice(0, -1)).toEqual(argv.slice(2));
  }
});

it('refuses what a command line cannot represent', () => {
  expect(() => commandLine(['a\0b'])).toThrow('NUL');
  expect(() => commandLine([])).toThrow('program');
});

import { CommanderError } from 'commander';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CollabError } from '../../errors.js';
import { reportError } from './report-error.js';

let out: string;
let err: string;
const argv = process.argv;

beforeEach(() => {
  [out, err] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.argv = argv;
});

function report(error: unknown, ...flags: string[]): number {
  process.argv = ['node', 'collab', ...flags];
  return reportError(error);
}

const refused = new CollabError('key-refused', {
  what: 'pi@10.0.0.7 refused the key.',
  why: 'Tried: id_ed25519.\nIt said: \x1b[31mno\x1b[0m\x07',
  next: 'Install it: ssh-copy-id pi@10.0.0.7',
  exitCode: 4,
});

test('prints what happened, why, and what to do next, without a stack or control characters', () => {
  expect(report(refused)).toBe(4);
  expect(err).toBe(
    'error: pi@10.0.0.7 refused the key.\n  Tried: id_ed25519.\n  It said: no\nnext:  Install it: ssh-copy-id pi@10.0.0.7\n',
  );
  expect(out).toBe('');
});

test('--debug prints the stack', () => {
  report(refused, '--debug');
  expect(err).toContain('report-error.test.ts');
});

test('flags after -- are those of another program', () => {
  report(refused, 'job', 'submit', 'fit', '--', 'a', '--json', '--debug');
  expect(out).toBe('');
  expect(err).not.toContain('report-error.test.ts');
});

test('--json adds one line on standard output for programs to the text for people', () => {
  expect(report(refused, 'run', '--json')).toBe(4);
  expect(JSON.parse(out)).toMatchObject({
    kind: 'error',
    name: 'key-refused',
    exit_code: 4,
    next: refused.next,
  });
  expect(out.trimEnd()).not.toContain('\n');
  expect(err).toContain('refused the key');
});

test('reports an internal error as such, without its stack', () => {
  expect(report(new TypeError('cannot read x'))).toBe(1);
  expect(err).toContain('error: Something went wrong inside collab.\n  cannot read x\n');
  expect(err).not.toContain('    at ');
});

test.each([
  ['ENOSPC', 'disk of this machine is full'],
  ['EACCES', 'Change its permissions'],
])('explains %s', (code, said) => {
  expect(report(Object.assign(new Error(`${code}: write`), { code }))).toBe(1);
  expect(err).toContain(said);
});

test.each([undefined, null, 'text', 7])(
  'reports anything else that was thrown (%s) as an internal error',
  (thrown) => {
    expect(report(thrown)).toBe(1);
    expect(err).toContain('inside collab');
  },
);

test('a closed prompt and an abort are interrupts', () => {
  const closed = Object.assign(new Error('User force closed the prompt'), { name: 'ExitPromptError' });
  expect(report(closed)).toBe(130);
  expect(report(new DOMException('aborted', 'AbortError'))).toBe(130);
});

test('does not repeat what the command-line parser has printed', () => {
  expect(report(new CommanderError(0, 'commander.helpDisplayed', ''))).toBe(0);
  expect(report(new CommanderError(1, 'commander.unknownOption', 'error: unknown option'))).toBe(2);
  expect(out + err).toBe('');
});

test('on a terminal, the error replaces the progress line', () => {
  const { isTTY } = process.stderr;
  process.stderr.isTTY = true;
  vi.stubEnv('TERM', 'xterm');
  report(refused);
  vi.stubEnv('TERM', 'dumb');
  report(refused);
  process.stderr.isTTY = isTTY;
  expect(err.startsWith('\r\x1b[Kerror: ')).toBe(true);
  expect(err.match(/\x1b/g)).toHaveLength(1);
});

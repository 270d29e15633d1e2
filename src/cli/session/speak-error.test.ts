import { CommanderError } from 'commander';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CollabError } from '../../errors.js';
import { speakError } from './speak-error.js';

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
  process.argv = argv;
});

function speak(error: unknown, ...flags: string[]): number {
  process.argv = ['node', 'collab', ...flags];
  return speakError(error);
}

const refused = new CollabError('key-refused', {
  what: 'pi@10.0.0.7 refused the key.',
  why: 'Tried: id_ed25519.\nIt said: \x1b[31mno\x1b[0m\x07',
  next: 'Install it: ssh-copy-id pi@10.0.0.7',
  exitCode: 4,
});

test('a user reads what happened, why, and what to do next; no stack and no control characters', () => {
  expect(speak(refused)).toBe(4);
  expect(err).toBe(
    'error: pi@10.0.0.7 refused the key.\n  Tried: id_ed25519.\n  It said: no\nnext:  Install it: ssh-copy-id pi@10.0.0.7\n',
  );
  expect(out).toBe('');
});

test('--debug brings the stack', () => {
  speak(refused, '--debug');
  expect(err).toContain('speak-error.test.ts');
});

test('--json gives one line on standard output for programs, beside the words for people', () => {
  expect(speak(refused, 'run', '--json')).toBe(4);
  expect(JSON.parse(out)).toMatchObject({
    kind: 'error',
    name: 'key-refused',
    exit_code: 4,
    next: refused.next,
  });
  expect(out.trimEnd()).not.toContain('\n');
  expect(err).toContain('refused the key');
});

test('a fault of our own is told as one, without its stack', () => {
  expect(speak(new TypeError('cannot read x'))).toBe(1);
  expect(err).toContain('error: Something went wrong inside collab.\n  cannot read x\n');
  expect(err).not.toContain('    at ');
});

test.each([
  ['ENOSPC', 'disk of this machine is full'],
  ['EACCES', 'Change its rights'],
])('%s is told in words', (code, said) => {
  expect(speak(Object.assign(new Error(`${code}: write`), { code }))).toBe(1);
  expect(err).toContain(said);
});

test.each([undefined, null, 'text', 7])('whatever was thrown (%s) is an internal fault', (thrown) => {
  expect(speak(thrown)).toBe(1);
  expect(err).toContain('inside collab');
});

test('an answer that was not given, and an abort, are interrupts', () => {
  const closed = Object.assign(new Error('User force closed the prompt'), { name: 'ExitPromptError' });
  expect(speak(closed)).toBe(130);
  expect(speak(new DOMException('aborted', 'AbortError'))).toBe(130);
});

test('what the command line itself has told is not told again', () => {
  expect(speak(new CommanderError(0, 'commander.helpDisplayed', ''))).toBe(0);
  expect(speak(new CommanderError(1, 'commander.unknownOption', 'error: unknown option'))).toBe(2);
  expect(out + err).toBe('');
});

test('on a terminal the line of what was under way gives way to the error', () => {
  const { isTTY } = process.stderr;
  process.stderr.isTTY = true;
  speak(refused);
  process.stderr.isTTY = isTTY;
  expect(err.startsWith('\r\x1b[Kerror: ')).toBe(true);
});

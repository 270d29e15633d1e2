import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { messageText } from './message.js';
import { unpainted } from './paint.js';

const terminal = { isTTY: true, columns: 40, getColorDepth: () => 8 };
const error = [
  'error: The experiment split has one fault and cannot be run.',
  '  TestCases/split/experiment.yaml:3:5: roles must be a list of roles',
  'next:  Correct it and run again: collab validate split',
].join('\n');

beforeEach(() => {
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'TERM']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

it('is broken at words on a terminal, with what follows below its text', () => {
  expect(unpainted(messageText(error, terminal)).split('\n')).toEqual([
    'error: The experiment split has one',
    '       fault and cannot be run.',
    '  TestCases/split/experiment.yaml:3:5:',
    '    roles must be a list of roles',
    'next:  Correct it and run again: collab',
    '       validate split',
  ]);
});

it('stays as it is elsewhere', () => {
  expect(messageText(error, { columns: 40 })).toBe(error);
});

it('leaves commands whole, and words that are longer than a line', () => {
  const text = `    sudo apt-get install -y docker.io python3-venv\n/${'folder/'.repeat(9)}`;
  expect(messageText(text, terminal)).toBe(text);
});

it('has color for its labels and its state only', () => {
  const colored = (text: string, state?: string) => messageText(text, terminal, state ?? null);
  expect(colored('error: no')).toBe('\x1b[31merror\x1b[39m: no');
  expect(colored('next:  do')).toBe('\x1b[1mnext\x1b[22m:  do');
  expect(colored('note: so')).toBe('\x1b[33mnote\x1b[39m: so');
  expect(colored('Run complete after 2 s', 'complete')).toBe('Run \x1b[32mcomplete\x1b[39m after 2 s');
  expect(colored('  FAILED after 2 s', 'failed')).toBe('  \x1b[31mFAILED\x1b[39m after 2 s');
  expect(colored('Run running', 'running')).toBe('Run running');
  vi.stubEnv('NO_COLOR', '1');
  expect(colored('error: no', 'no')).toBe('error: no');
});

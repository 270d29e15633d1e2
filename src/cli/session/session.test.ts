import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openSession } from './session.js';

let stdout = '';
let stderr = '';

beforeEach(() => {
  [stdout, stderr] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const name of ['SIGINT', 'SIGTERM']) process.removeAllListeners(name);
});

const reading = { kind: 'report.reading', read_bytes: 1, total_bytes: 2 } as const;

test('with --json, a command without events prints its result only', () => {
  const { emit, say, print } = openSession({ json: true });
  emit(reading);
  say('a message');
  print('text', { runs: [] });
  expect(stdout).toBe('{"kind":"result","runs":[]}\n');
  expect(stderr).toBe('');
});

test('with --json, a command with events prints each on a line with its time, then the result', () => {
  const { emit, print } = openSession({ json: true }, 'events');
  emit(reading);
  print(null, { state: 'complete' });
  const [event, result, rest] = stdout.split('\n');
  expect(JSON.parse(event ?? '')).toEqual({
    time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    ...reading,
  });
  expect(result).toBe('{"kind":"result","state":"complete"}');
  expect(rest).toBe('');
});

test('without --json, the text is printed, if there is one', () => {
  const { print } = openSession({});
  print(null, {});
  print('text', {});
  expect(stdout).toBe('text\n');
});

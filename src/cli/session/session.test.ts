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
  vi.unstubAllEnvs();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
});

const reading = { kind: 'report.reading', read_bytes: 1, total_bytes: 2 } as const;

test('as much may wait for the end of the command as there is work on its devices', async () => {
  const warned = vi.fn();
  process.on('warning', warned);
  const { signal } = openSession({});
  for (let device = 0; device < 20; device += 1) signal.addEventListener('abort', () => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warned);
  expect(warned).not.toHaveBeenCalled();
});

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

test.each([
  ['SIGINT', undefined],
  ['SIGTERM', 'The process got SIGTERM.'],
  ['SIGHUP', 'The terminal was closed (SIGHUP).'],
] as const)('%s ends the session; SIGHUP after it does not cut short what is being stopped', (name, why) => {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const { signal } = openSession({});
  expect(signal.aborted).toBe(false);
  process.emit(name, name);
  expect(signal.reason).toMatchObject({ name: 'interrupted', exitCode: 130, why });
  process.emit('SIGHUP', 'SIGHUP');
  process.emit('SIGHUP', 'SIGHUP');
  expect(exit).not.toHaveBeenCalled();
  process.emit('SIGTERM', 'SIGTERM');
  expect(exit).toHaveBeenCalledWith(130);
});

test('a closed terminal does not end a command that was started with nohup', () => {
  vi.stubEnv('_', 'nohup');
  const { signal } = openSession({});
  process.emit('SIGHUP', 'SIGHUP');
  expect(signal.aborted).toBe(false);
  process.emit('SIGTERM', 'SIGTERM');
  expect(signal.aborted).toBe(true);
});

test('SIGTERM right behind SIGHUP, as when a login ends, does not insist; a second one does', () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const { signal } = openSession({});
  process.emit('SIGHUP', 'SIGHUP');
  process.emit('SIGTERM', 'SIGTERM');
  expect(signal.aborted).toBe(true);
  expect(exit).not.toHaveBeenCalled();
  process.emit('SIGTERM', 'SIGTERM');
  expect(exit).toHaveBeenCalledWith(130);
});

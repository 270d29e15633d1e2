import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runOf } from '../../../tests/fixtures/run-folder.js';
import { Screen } from './screen.js';

beforeEach(() => vi.stubEnv('TERM', 'xterm'));
afterEach(() => vi.unstubAllEnvs());

function screenOn(isTTY: boolean, columns = 40): { screen: Screen; written: () => string } {
  const stream = new PassThrough();
  const screen = new Screen(Object.assign(stream, { isTTY, columns }) as unknown as NodeJS.WriteStream);
  return { screen, written: () => (stream.read() as Buffer | null)?.toString() ?? '' };
}

const image = { device: 'nano1', ref: 'a:1' };
const progress = (sent_bytes: number) => ({
  kind: 'sync.progress' as const,
  device: 'nano1',
  sent_bytes,
  total_bytes: 100,
});

test('off a terminal, prints lines without escape codes, and progress only now and then', () => {
  const { screen, written } = screenOn(false);
  screen.show({ kind: 'layer.line', ...image, line: 'Step 1' });
  for (let sent = 0; sent < 50; sent += 1) screen.show(progress(sent));
  screen.show({ kind: 'lab.removed', device: 'edge1' });
  screen.clear();
  expect(written()).toBe('  nano1: 0 % of 100 B sent\nedge1: removed\n');
});

test('on a terminal, a progress line is clipped to the width and replaced by the next line', () => {
  const { screen, written } = screenOn(true);
  screen.show({ kind: 'layer.line', ...image, line: 'x'.repeat(500) });
  expect(written()).toBe(`\r\x1b[J  ${'x'.repeat(37)}`);
  screen.show({ kind: 'lab.removed', device: 'edge1' });
  expect(written()).toBe('\r\x1b[Jedge1: removed\n');
  screen.clear();
  expect(written()).toBe('');
});

test('removes control characters from what a device says', () => {
  const { screen, written } = screenOn(true);
  screen.say('\x1b]0;owned\x07\x1b[2Jhello\rworld');
  screen.show({ kind: 'layer.line', ...image, line: '\x1b[31mred\r\nnext' });
  expect(written()).toBe('helloworld\n\r\x1b[J  red next');
});

test('an event without a line shows nothing', () => {
  const { screen, written } = screenOn(true);
  screen.show({ kind: 'role.starting', trial: 1, role: 'client', rank: 0, device: 'nano1' });
  expect(written()).toBe('');
});

/** A running trial with a sampled role. */
const running = (screen: Screen) => {
  const about = { trial: 2, role: 'server', rank: 0, device: 'nano1' };
  const run = { run_id: 'r1', experiment: 'split', folder: '/logs', trials: 2, record: runOf() };
  screen.show({ kind: 'run.started', format: 2, ...run });
  screen.show({ kind: 'trial.started', trial: 1, of: 2, parameters: {}, repeat: 0, warmup: false });
  screen.show({ kind: 'trial.ended', trial: 1, of: 2, state: 'complete', seconds: 1 });
  screen.show({ kind: 'trial.started', trial: 2, of: 2, parameters: {}, repeat: 1, warmup: false });
  screen.show({ kind: 'role.starting', ...about });
  screen.show({ kind: 'role.sampled', ...about, monotonic_s: 5, metrics: { cpu_percent: 50 } });
};

test.each([
  ['xterm', '', true],
  ['xterm', '1', false],
])('with TERM=%s and NO_COLOR=%s, the live view uses block characters: %s', (term, noColor, blocks) => {
  vi.stubEnv('LC_ALL', 'C.UTF-8');
  vi.stubEnv('TERM', term);
  vi.stubEnv('NO_COLOR', noColor);
  const { screen, written } = screenOn(true, 100);
  running(screen);
  expect(/[▁-█░]/.test(written())).toBe(blocks);
});

test('a dumb terminal gets plain lines, as it cannot redraw', () => {
  vi.stubEnv('TERM', 'dumb');
  const { screen, written } = screenOn(true, 100);
  running(screen);
  screen.show(progress(0));
  screen.clear();
  expect(written()).not.toContain('\x1b');
});

const run = { run_id: '20261201-093000-ab12', experiment: 'split', folder: '/logs/split/r1', trials: 12 };
const started = { kind: 'run.started', format: 2, ...run, record: runOf() } as const;
const trial = { kind: 'trial.started', trial: 3, of: 12, parameters: {}, repeat: 0, warmup: false } as const;
const ended = { kind: 'run.ended', ...run, state: 'failed', seconds: 1 } as const;

test('the title of the terminal tells the run and its trial, and is put back; a long run rings the bell', () => {
  vi.useFakeTimers();
  const { screen, written } = screenOn(true, 100);
  for (const event of [started, trial]) screen.show(event);
  expect(written()).toMatch(/\x1b\[22;0t\x1b\]0;collab: split\x07[^]*\x1b\]0;collab: split 3\/12\x07/);
  vi.advanceTimersByTime(29_000);
  screen.show(ended);
  expect(written()).toMatch(/\n\x1b\[23;0t$/);
  screen.show(started);
  vi.advanceTimersByTime(31_000);
  screen.show(ended);
  expect(written()).toMatch(/\n\x07\x1b\[23;0t$/);
  screen.show(started);
  screen.end();
  screen.end();
  expect(written().match(/\x1b\[23;0t/g)).toHaveLength(1);
  vi.useRealTimers();
});

test('a run that was resumed has the title of its experiment', () => {
  const { screen, written } = screenOn(true, 100);
  const controller = {
    host: 'pc',
    machine: null,
    boot_id: null,
    pid_namespace: null,
    pid: 1,
    start_ticks: null,
  };
  screen.show({ kind: 'run.resumed', ...run, controller, trials: 2 });
  expect(written()).toContain('\x1b]0;collab: split\x07');
});

test('the clock of the live view goes on while nothing happens, until a line is said', () => {
  vi.useFakeTimers();
  const { screen, written } = screenOn(true, 100);
  for (const event of [started, trial]) screen.show(event);
  written();
  vi.advanceTimersByTime(3000);
  expect(written()).toMatch(/0:01 so far[^]*0:02 so far[^]*0:03 so far, time left unknown$/);
  screen.say('Stopping.');
  written();
  vi.advanceTimersByTime(3000);
  expect(written()).toBe('');
  vi.useRealTimers();
});

test('a trial that is watched began when its journal says', () => {
  const { screen, written } = screenOn(true, 100);
  screen.show(started);
  const time = new Date(Date.now() - 65_000).toISOString();
  screen.show({ ...trial, time } as typeof trial);
  expect(written()).toContain('1:05 so far');
});

test('off a terminal, the time so far and the time left are told now and then', () => {
  vi.useFakeTimers();
  const { screen, written } = screenOn(false);
  const about = { trial: 3, role: 'server', rank: 0, device: 'nano1' };
  for (const event of [started, trial]) screen.show(event);
  screen.expectTrials(60);
  screen.show({ kind: 'role.starting', ...about });
  for (let second = 0; second < 31; second += 1) {
    screen.show({ kind: 'role.sampled', ...about, monotonic_s: second, metrics: { cpu_percent: 50 } });
    vi.advanceTimersByTime(1000);
  }
  expect(
    written()
      .split('\n')
      .filter((line) => line.includes('so far')),
  ).toEqual(['Trial 3/12: 0:15 so far, about 11:45 left', 'Trial 3/12: 0:30 so far, about 11:30 left']);
  vi.useRealTimers();
});

test('messages are broken at words on a terminal, and whole elsewhere', () => {
  const text = 'note: the device nano1 has less memory than its role asks for';
  const [narrow, file] = [screenOn(true), screenOn(false)];
  narrow.screen.say(text);
  file.screen.say(text);
  expect(narrow.written()).toBe('note: the device nano1 has less memory\n      than its role asks for\n');
  expect(file.written()).toBe(`${text}\n`);
});

test('the state of a run and of a trial has its color, and what a device says has none', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, getColorDepth: () => 8 });
  vi.stubEnv('NO_COLOR', undefined);
  const screen = new Screen(stream as unknown as NodeJS.WriteStream, undefined, { TERM: 'dumb' });
  vi.stubEnv('TERM', 'xterm');
  screen.show(ended);
  screen.say('\x1b[32mVALID\x1b[0m');
  expect((stream.read() as Buffer).toString()).toBe(
    'Run \x1b[31mfailed\x1b[39m after 1.0 s: /logs/split/r1\nVALID\n',
  );
});

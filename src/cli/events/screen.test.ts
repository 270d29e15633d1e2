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

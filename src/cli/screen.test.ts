import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Screen } from './screen.js';

function screenOn(isTTY: boolean): { screen: Screen; written: () => string } {
  const stream = new PassThrough();
  const screen = new Screen(Object.assign(stream, { isTTY, columns: 40 }) as unknown as NodeJS.WriteStream);
  return { screen, written: () => (stream.read() as Buffer | null)?.toString() ?? '' };
}

const image = { device: 'nano1', ref: 'a:1' };
const progress = (sent_bytes: number) => ({
  kind: 'sync.progress' as const,
  device: 'nano1',
  sent_bytes,
  total_bytes: 100,
});

test('off a terminal there are lines and no escape codes, and progress only now and then', () => {
  const { screen, written } = screenOn(false);
  screen.show({ kind: 'layer.line', ...image, line: 'Step 1' });
  for (let sent = 0; sent < 50; sent += 1) screen.show(progress(sent));
  screen.show({ kind: 'lab.removed', device: 'edge1' });
  screen.clear();
  expect(written()).toBe('  nano1: 0 % of 100 B sent\nedge1: removed\n');
});

test('on a terminal a step stands on one line of its width, and gives way to what lasts', () => {
  const { screen, written } = screenOn(true);
  screen.show({ kind: 'layer.line', ...image, line: 'x'.repeat(500) });
  expect(written()).toBe(`\r\x1b[J  ${'x'.repeat(37)}`);
  screen.show({ kind: 'lab.removed', device: 'edge1' });
  expect(written()).toBe('\r\x1b[Jedge1: removed\n');
  screen.clear();
  expect(written()).toBe('');
});

test('what a device says brings no control characters onto the screen', () => {
  const { screen, written } = screenOn(true);
  screen.say('\x1b]0;owned\x07\x1b[2Jhello\rworld');
  screen.show({ kind: 'layer.line', ...image, line: '\x1b[31mred\r\nnext' });
  expect(written()).toBe('helloworld\n\r\x1b[J  red next');
});

test('an event that nobody needs to see shows nothing', () => {
  const { screen, written } = screenOn(true);
  screen.show({ kind: 'role.starting', trial: 1, role: 'client', rank: 0, device: 'nano1' });
  expect(written()).toBe('');
});

import { expect, test } from 'vitest';
import { logText } from './log-lines.js';

const lines = (text: string, stream: 'stdout' | 'stderr' = 'stdout') => ({
  kind: 'log.lines' as const,
  trial: 3,
  role: 'client',
  rank: 0,
  device: 'nano1',
  stream,
  bytes: Buffer.from(text, 'latin1'),
});

test('each line has its role before it, and its trial where there are several', () => {
  const style = { trials: false, width: 10, terminal: false };
  expect(logText(lines('a\n\nb'), style).toString()).toBe('client-0   | a\nclient-0   | \nclient-0   | b\n');
  expect(logText(lines('x', 'stderr'), { ...style, trials: true }).toString()).toBe(
    'trial 3 client-0 err | x\n',
  );
});

test('a terminal gets no control characters, and what it would show of a bar; others get the bytes', () => {
  const text = '\x1b[31mred\x07\n10%\r50%\r100%\r\n\xff';
  const style = { trials: false, width: 0, terminal: true };
  expect(logText(lines(text), style).toString()).toBe('client-0 | red\nclient-0 | 100%\nclient-0 | \ufffd\n');
  expect(logText(lines(text), { ...style, terminal: false }).toString('latin1')).toBe(
    `client-0 | ${text.replaceAll('\n', '\nclient-0 | ')}\n`,
  );
});

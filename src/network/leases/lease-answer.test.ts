import { expect, test } from 'vitest';
import { parseLeaseAnswer } from './lease-answer.js';

const lines = (...all: string[]) => `${all.join('\n')}\n`;
const held = ['who=ann', 'host=pc1', 'run=r1', 'reason=', 'id=abc', 'held_s=12', 'left_s=48', 'held=yes'];

test('a device with another holder', () => {
  expect(parseLeaseAnswer(lines('answer=busy', ...held, 'kicked_who='))).toEqual({
    answer: 'busy',
    holder: { who: 'ann', host: 'pc1', run: 'r1', reason: null, id: 'abc', heldS: 12, leftS: 48 },
    kicker: null,
  });
});

test('a free device has no holder, whatever the previous state', () => {
  const free = held.map((line) => (line === 'held=yes' ? 'held=no' : line));
  expect(parseLeaseAnswer(lines('answer=free', ...free))).toEqual({
    answer: 'free',
    holder: null,
    kicker: null,
  });
});

test('a kick names who did it; a reason may have an equals sign in it', () => {
  const answer = parseLeaseAnswer(
    lines('answer=kicked', 'held=no', 'kicked_who=bob', 'kicked_host=pc2', 'kicked_reason=a=b'),
  );
  expect(answer?.kicker).toEqual({ who: 'bob', host: 'pc2', reason: 'a=b' });
});

test('removes control characters, and reads an invalid number as 0', () => {
  const hostile = ['who=\x1b[31mann\x07', 'host=pc\x00', 'run=', 'held_s=-5', 'left_s=soon', 'held=yes'];
  expect(parseLeaseAnswer(lines('answer=busy', ...hostile))?.holder).toMatchObject({
    who: 'ann',
    host: 'pc',
    run: null,
    heldS: 0,
    leftS: 0,
  });
});

test.each(['', 'Welcome to this board\n', 'answer=maybe\n'])('%j is not an answer', (text) => {
  expect(parseLeaseAnswer(text)).toBeNull();
});

import { expect, test } from 'vitest';
import { didYouMean } from './similar.js';

test.each([
  ['comand', 'command'],
  ['comamnd', 'command'],
  ['Ports', 'ports'],
  ['prot', 'port'],
  ['splt-inference', 'split-inference'],
])('suggests for %s: %s', (word, name) => {
  expect(didYouMean(word, ['command', 'ports', 'port', 'split-inference'])).toBe(` Did you mean "${name}"?`);
});

test('suggests nothing for a word without a close match', () => {
  expect(didYouMean('banana', ['command', 'ports'])).toBe('');
  expect(didYouMean('x', [])).toBe('');
});

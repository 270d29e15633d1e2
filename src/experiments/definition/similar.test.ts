import { expect, test } from 'vitest';
import { didYouMean } from './similar.js';

test.each([
  ['comand', 'command'],
  ['comamnd', 'command'],
  ['Ports', 'ports'],
  ['prot', 'port'],
  ['splt-inference', 'split-inference'],
])('%s is taken for %s', (word, name) => {
  expect(didYouMean(word, ['command', 'ports', 'port', 'split-inference'])).toBe(` Did you mean "${name}"?`);
});

test('a word that is near to nothing gets no suggestion', () => {
  expect(didYouMean('banana', ['command', 'ports'])).toBe('');
  expect(didYouMean('x', [])).toBe('');
});

import { expect, test } from 'vitest';
import { claimant, leaseText } from './claim.js';

test('a text of a lease is one line without control characters, with a maximum length', () => {
  expect(leaseText(' for the\nthesis\tend=1 \x1b[31m!')).toBe('for the thesis end=1 !');
  expect(leaseText(null)).toBe('');
  expect(leaseText('x'.repeat(500))).toHaveLength(64);
  expect(leaseText('x'.repeat(500), 200)).toHaveLength(200);
});

test('the claimant is this user on this machine', () => {
  const { who, host } = claimant();
  expect(who).not.toBe('');
  expect(host).not.toBe('');
});

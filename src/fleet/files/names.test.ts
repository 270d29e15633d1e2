import { expect, it } from 'vitest';
import { checkFolder, checkName, isPrivate, spaceOf } from './names.js';

it('puts private names into the space of their user', () => {
  expect(spaceOf('weights/a', 'ann')).toBe('s');
  expect(spaceOf('private/a', 'ann')).toBe('p-ann');
  expect(spaceOf('privates', 'ann')).toBe('s');
  expect(isPrivate('private')).toBe(true);
  expect(() => spaceOf('private/a', null)).toThrow(/cannot be the name/);
});

it('takes the folder of private files as a folder only', () => {
  expect(() => checkName('private')).toThrow(/cannot be the name/);
  expect(() => checkFolder('private')).not.toThrow();
  expect(() => checkFolder('')).not.toThrow();
  expect(() => checkFolder('../a')).toThrow(/cannot be the name/);
});

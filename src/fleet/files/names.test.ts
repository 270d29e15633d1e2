import { expect, it } from 'vitest';
import { checkFolder, checkName, spaceOf, spacesOf } from './names.js';

const ann = { user: 'ann', jobsOf: 'ann' };
const device = { user: null, jobsOf: null };
const forAnn = { user: null, jobsOf: 'ann' };

it('puts private names, and those of jobs, into spaces of their user', () => {
  expect(spaceOf('weights/a', ann)).toBe('s');
  expect(spaceOf('private/a', ann)).toBe('p-ann');
  expect(spaceOf('privates', ann)).toBe('s');
  expect(spaceOf('jobs/1/a', ann)).toBe('o-ann');
  expect(() => spaceOf('private/a', device)).toThrow(/cannot be the name/);
});

it('lets a device see the files of jobs only for the user whose job it runs', () => {
  expect(() => spaceOf('jobs/1/a', device)).toThrow(/cannot be the name/);
  expect(spaceOf('jobs/1/a', forAnn)).toBe('o-ann');
  expect(() => spaceOf('private/a', forAnn)).toThrow(/cannot be the name/);
});

it('lists the files of jobs only when they are asked for', () => {
  expect(spacesOf('', ann)).toEqual(['s', 'p-ann']);
  expect(spacesOf('', device)).toEqual(['s']);
  expect(spacesOf('jobs', ann)).toEqual(['o-ann']);
  expect(spacesOf('jobs/1', forAnn)).toEqual(['o-ann']);
  expect(spacesOf('jobs', device)).toEqual([]);
  expect(spacesOf('private', ann)).toEqual(['p-ann']);
});

it('takes the folders of private files and of jobs as folders only', () => {
  for (const name of ['private', 'jobs']) {
    expect(() => checkName(name)).toThrow(/cannot be the name/);
    expect(() => checkFolder(name)).not.toThrow();
  }
  expect(() => checkFolder('')).not.toThrow();
  expect(() => checkFolder('../a')).toThrow(/cannot be the name/);
});

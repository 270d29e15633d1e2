import { expect, it } from 'vitest';
import { menuEntries, type MenuState } from './menu-entries.js';

const nothing: MenuState = { current: null, lans: [], experiments: [], lastRun: null };
const shelf = { name: 'shelf', devices: ['nano1', 'pi1'], broken: false };
const desk = { name: 'desk', devices: ['pc'], broken: false };
const commands = (state: Partial<MenuState>) =>
  menuEntries({ ...nothing, ...state }).map(({ words }) => (words === null ? 'quit' : words.join(' ')));

it('begins with the set-up where nothing is set up', () => {
  expect(commands({ experiments: ['hello'] })).toEqual([
    ...['setup', 'run hello --local', 'discover', 'lab up', '--help', 'quit'],
  ]);
});

it('begins with the LAN in use, then runs, with the experiment of the last run before the others', () => {
  const lastRun = { runId: '20261121-152731-fb0e', experiment: 'split' };
  const state = { current: 'shelf', lans: [desk, shelf], experiments: ['hello', 'mnist', 'split'], lastRun };
  expect(commands(state)).toEqual([
    ...['device check', 'run split', 'run hello', 'run mnist', 'report', 'lan use desk'],
    ...['setup --lan shelf', 'discover', '--help', 'quit'],
  ]);
  const titles = menuEntries({ ...nothing, ...state }).map(({ title }) => title);
  expect(titles[0]).toBe('Reconnect to LAN shelf (nano1, pi1): which devices are ready');
  expect(titles).toContain('Report of the last run, split 20261121-152731-fb0e');
});

it('offers the saved LANs first where none is in use', () => {
  expect(commands({ lans: [desk, shelf] }).slice(0, 3)).toEqual([
    ...['lan use desk', 'lan use shelf', 'setup'],
  ]);
});

it('does not run on a LAN without devices, nor on one whose file is broken', () => {
  const empty = { ...shelf, devices: [] };
  expect(commands({ current: 'shelf', lans: [empty], experiments: ['hello'] })).toEqual([
    ...['setup --lan shelf', 'run hello --local', 'discover', '--help', 'quit'],
  ]);
  const broken = { ...shelf, devices: [], broken: true };
  expect(commands({ current: 'shelf', lans: [broken, desk], experiments: ['hello'] })).toEqual([
    ...['lan use desk', 'lan show shelf', 'run hello --local', 'discover', '--help', 'quit'],
  ]);
});

it('names four devices of a LAN at most', () => {
  const big = { ...shelf, devices: ['a', 'b', 'c', 'd', 'e'] };
  expect(menuEntries({ ...nothing, current: 'shelf', lans: [big] })[0]?.title).toContain('(a, b, c, d ...)');
});

import { expect, it } from 'vitest';
import { menuEntries, type MenuState } from './menu-entries.js';

const nothing: MenuState = { current: null, lans: [], experiments: [], lastRun: null };
const shelf = { name: 'shelf', devices: ['nano1', 'pi1'], broken: false };
const desk = { name: 'desk', devices: ['pc'], broken: false };
const commands = (state: Partial<MenuState>) =>
  menuEntries({ ...nothing, ...state }).map(({ words }) => (words === null ? 'quit' : words.join(' ')));

it('starts with setup if nothing is set up', () => {
  expect(commands({ experiments: ['hello'] })).toEqual([
    'setup',
    'run hello --local',
    'discover',
    'lab up',
    '--help',
    'quit',
  ]);
});

it('starts with the current LAN, then runs, with the experiment of the last run first', () => {
  const lastRun = { runId: '20261121-152731-fb0e', experiment: 'split' };
  const state = { current: 'shelf', lans: [desk, shelf], experiments: ['hello', 'mnist', 'split'], lastRun };
  expect(commands(state)).toEqual([
    'device check',
    'run split',
    'run hello',
    'run mnist',
    'report',
    'lan use desk',
    'setup --lan shelf',
    'discover',
    '--help',
    'quit',
  ]);
  const titles = menuEntries({ ...nothing, ...state }).map(({ title }) => title);
  expect(titles[0]).toBe('Check the devices of LAN shelf (nano1, pi1)');
  expect(titles).toContain('Report on the last run, split 20261121-152731-fb0e');
});

it('offers the saved LANs first if none is current', () => {
  expect(commands({ lans: [desk, shelf] }).slice(0, 3)).toEqual(['lan use desk', 'lan use shelf', 'setup']);
});

it('does not run on a LAN without devices or with a broken file', () => {
  const empty = { ...shelf, devices: [] };
  expect(commands({ current: 'shelf', lans: [empty], experiments: ['hello'] })).toEqual([
    'setup --lan shelf',
    'run hello --local',
    'discover',
    '--help',
    'quit',
  ]);
  const broken = { ...shelf, devices: [], broken: true };
  expect(commands({ current: 'shelf', lans: [broken, desk], experiments: ['hello'] })).toEqual([
    'lan use desk',
    'lan show shelf',
    'run hello --local',
    'discover',
    '--help',
    'quit',
  ]);
});

it('names at most four devices of a LAN', () => {
  const big = { ...shelf, devices: ['a', 'b', 'c', 'd', 'e'] };
  expect(menuEntries({ ...nothing, current: 'shelf', lans: [big] })[0]?.title).toContain('(a, b, c, d ...)');
});

import { expect, test } from 'vitest';
import { makeProgram } from '../program/index.js';
import type { Named, Names } from '../../names/index.js';
import { complete } from './complete.js';

const named = (...names: string[]): Promise<Named[]> =>
  Promise.resolve(names.map((name) => ({ name, note: '' })));
const names: Names = {
  experiments: () => named('hello', 'split', 'a b', '$(x)'),
  runs: () => named('20261202-101500-beef', '20261201-093000-cafe'),
  lans: () => named('desk', 'shelf'),
  devices: (lan) => (lan === 'desk' ? named('pc') : named('nano1', 'nano2', 'pi1')),
  tags: () => named('camera'),
  fleets: () => named('shelf'),
  members: (fleet) => named(fleet === undefined ? 'm1' : `${fleet}-m1`),
  bases: () => named('python', 'torch'),
  models: () => named('resnet50'),
  parameters: (experiment) =>
    Promise.resolve(experiment === 'hello' ? [{ name: 'size', values: ['64', '128'] }] : []),
  roles: (experiment) => (experiment === 'hello' ? named('client', 'server') : named()),
  pages: () => named('jobs', 'own-boards'),
  interfaces: () => named('eth0', 'wlan0'),
};

const program = makeProgram();
/** @returns the candidates after the words of a line; `...` at the end: or a file */
async function after(line: string): Promise<string[]> {
  const { candidates, files } = await complete(program, line.split(' '), names);
  return [...candidates.map(({ name }) => name), ...(files ? ['...'] : [])];
}

test.each([
  ['comp', ['compare', 'completion']],
  ['fleet us', ['user']],
  ['fleet user a', ['add']],
  ['help va', ['validate']],
  ['run he', ['hello', '...']],
  ['run --only nano1 h', ['hello', '...']],
  ['show 20261202', ['20261202-101500-beef', '...']],
  ['compare 20261201-093000-cafe ', ['20261202-101500-beef', '...']],
  ['report 20261202-101500-beef 2026', ['20261201-093000-cafe', '...']],
  ['lan use ', ['desk', 'shelf']],
  ['device check nano1 n', ['nano2']],
  ['device show --lan desk ', ['pc']],
  ['images build --base t', ['torch']],
  ['infer submit r', ['resnet50']],
  ['fleet info ', ['m1']],
  ['fleet down --fleet shelf --only ', ['shelf-m1']],
  ['docs o', ['own-boards']],
])('a name: collab %s', async (line, expected) => {
  expect(await after(line)).toEqual(expected);
});

test.each([
  ['run --on', ['--only', '--on-failure', '--on-loss']],
  ['run hello --dry-run --dr', []],
  ['run hello --set size=64 --se', ['--set', '--seed']],
  ['run --order r', ['random']],
  ['run --order=r', ['--order=random']],
  ['new x --template f', ['federated']],
  ['run --only nano1,n', ['nano1,nano2']],
  ['run hello --place s', ['server=']],
  ['run hello --place server=p', ['server=pi1']],
  ['run hello --set s', ['size=']],
  ['run hello --set size=64,', ['size=64,128']],
  ['run hello --set=size=1', ['--set=size=128']],
  ['run --set s', []],
  ['gateway on --from e', ['eth0']],
  ['run --from 20261202', ['20261202-101500-beef']],
  ['job submit --pool c', ['camera']],
  ['setup --key ', ['...']],
  ['store put ', ['...']],
  ['job submit x -- --', ['...']],
  ['run --repeats ', []],
])('an option or its value: collab %s', async (line, expected) => {
  expect(await after(line)).toEqual(expected);
});

test('a name that a shell would read as code is left out, and so is one with a space', async () => {
  expect(await after('validate ')).toEqual(['hello', 'split', '...']);
});

test('a command that does not exist is followed by nothing', async () => {
  expect(await after('nope ')).toEqual([]);
});

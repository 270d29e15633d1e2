import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectedTo, deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { LocalShell } from '../../network/shell/local-shell.js';
import { dataToPrune, parseSentData, removeData, sentData } from './sent-data.js';

const hash = (digit: string) => digit.repeat(64);
const name = (digit: string) => digit.repeat(32);

test('finds old data, keeps what is needed, and does not touch anything else', async () => {
  const home = await mkdtemp(join(tmpdir(), 'collab-sent-'));
  const user = { name: 'pi', uid: 1000, gid: 1000, home };
  const connected = connectedTo(deviceOf('nano1', { facts: factsOf({ user }) }), new LocalShell());
  expect(await sentData(connected)).toEqual([]);
  const root = join(home, '.collab/data');
  for (const folder of [name('a'), name('b'), `${name('c')}.part`, `${name('a')}.part`, 'mine; rm -rf x']) {
    await mkdir(join(root, folder), { recursive: true });
    await writeFile(join(root, folder, 'values'), Buffer.alloc(folder === name('b') ? 300_000 : 10));
  }
  const sent = await sentData(connected);
  expect(sent[0]).toMatchObject({ name: name('b') });
  expect(sent[0]?.sizeBytes).toBeGreaterThanOrEqual(300_000);
  const prune = dataToPrune(sent, [hash('a')]);
  expect(prune.map((one) => one.name).sort()).toEqual([`${name('a')}.part`, name('b'), `${name('c')}.part`]);
  await removeData(connected, prune);
  expect((await readdir(root)).sort()).toEqual([name('a'), 'mine; rm -rf x'].sort());
  expect(dataToPrune(await sentData(connected), [])).toHaveLength(1);
  expect(dataToPrune([{ name: `${name('a')}.part`, sizeBytes: 1 }], [hash('a')])).toEqual([]);
});

test.each(['', 'du: cannot read', `12\t../${name('a')}/`, `12\t${name('g')}/`, `x\t${name('a')}/`])(
  'ignores a line that is not a data folder: %j',
  (line) => expect(parseSentData(line)).toEqual([]),
);

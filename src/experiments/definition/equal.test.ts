import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { checkFolder, Experiment } from './experiment.js';
import { formatFault } from './faults.js';

const options = { flavors: ['python'] };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collab-equal-'));
});

async function faultsOf(written: string): Promise<string[]> {
  const text = `name: x\nequal: ${written}\nroles:\n  client:\n    command: [echo]\n`;
  await writeFile(join(folder, 'experiment.yaml'), text);
  return (await checkFolder(folder, options)).faults.map(formatFault);
}

test.each([
  ['accuracy', [{ name: 'accuracy', within: 0 }]],
  ['{ name: client.accuracy, within: 0.001 }', [{ name: 'client.accuracy', within: 0.001 }]],
  [
    '[classes, { name: accuracy, within: 0.1 }, { name: loss }]',
    [
      { name: 'classes', within: 0 },
      { name: 'accuracy', within: 0.1 },
      { name: 'loss', within: 0 },
    ],
  ],
  ['[accuracy, { name: accuracy, within: 1 }]', [{ name: 'accuracy', within: 0 }]],
])('equal: %s', async (written, equal) => {
  expect(await faultsOf(written)).toEqual([]);
  expect((await Experiment.load(folder, options)).definition.equal).toEqual(equal);
});

test.each([
  ['clint.accuracy', 'experiment.yaml:2  equal: there is no role "clint". Did you mean "client"?'],
  ['{ name: clint.a }', 'experiment.yaml:2  equal.name: there is no role "clint".'],
  ['[a, { name: sever.a, within: 1 }]', 'experiment.yaml:2  equal.1.name: there is no role "sever".'],
  ['[]', 'experiment.yaml:2  equal: must be a result such as accuracy or client.accuracy'],
  ['[a b]', 'experiment.yaml:2  equal.0: must be a result such as accuracy'],
  ['5', 'experiment.yaml:2  equal: must be a result such as accuracy'],
  ['[{ name: a, within: -1 }]', 'experiment.yaml:2  equal.0'],
  ['[{ name: a, about: 1 }]', 'experiment.yaml:2  equal.0'],
])('equal: %s is a fault', async (written, fault) => {
  const faults = await faultsOf(written);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(fault);
});

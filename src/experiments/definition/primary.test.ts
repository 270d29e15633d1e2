import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkFolder, Experiment } from './experiment.js';
import { formatFault } from './faults.js';

const options = { flavors: ['python'] };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collab-primary-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function faultsOf(yaml: string): Promise<string[]> {
  await writeFile(join(folder, 'experiment.yaml'), yaml);
  return (await checkFolder(folder, options)).faults.map(formatFault);
}

test.each([
  ['total_ms', ['total_ms']],
  ['[client.total_ms, wall_s, wall_s]', ['client.total_ms', 'wall_s']],
])('primary: %s', async (written, primary) => {
  expect(await faultsOf(`name: x\nprimary: ${written}\nroles:\n  client:\n    command: [echo]\n`)).toEqual(
    [],
  );
  expect((await Experiment.load(folder, options)).definition.primary).toEqual(primary);
});

test.each([
  ['clint.total_ms', 'experiment.yaml:2  primary: there is no role "clint". Did you mean "client"?'],
  [
    '[]',
    'experiment.yaml:2  primary: must be a metric such as total_ms or client.total_ms, or a list of them',
  ],
  ['[total ms]', 'experiment.yaml:2  primary.0: must be a metric such as total_ms'],
  ['5', 'experiment.yaml:2  primary: must be a metric such as total_ms'],
])('primary: %s is a fault', async (written, fault) => {
  const faults = await faultsOf(`name: x\nprimary: ${written}\nroles:\n  client:\n    command: [echo]\n`);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(fault);
});

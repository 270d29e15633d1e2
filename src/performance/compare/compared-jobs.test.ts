import { expect, test } from 'vitest';
import { RunFolder, runOf } from '../../../tests/fixtures/run-folder.js';
import { Performance } from '../opening/index.js';
import { compareRuns } from './compare.js';

const job = { owner: 'ann', fleet: 'lab', asked_at: '2026-11-21T13:00:00.000Z' };
const folderOf = async (id: string, devices: readonly string[]) => {
  const placement = devices.map((device) => ({ role: 'client', rank: 0, device }));
  const experiment = { name: 'fit', id, definition: {} };
  return (await RunFolder.make(runOf({ job, placement, experiment, run_id: devices.join() }))).path;
};
const compared = async (a: Parameters<typeof folderOf>, b: Parameters<typeof folderOf>) =>
  compareRuns(await Performance.open([await folderOf(...a), await folderOf(...b)]));

test('jobs differ by the devices that they ran on, whatever their order', async () => {
  const { differences } = await compared(['1', ['nano1', 'nano2']], ['1', ['nano2']]);
  expect(differences).toContainEqual({ about: 'placement', what: 'client-0', a: 'nano1, nano2', b: 'nano2' });
  expect((await compared(['1', ['nano1', 'nano2']], ['1', ['nano2', 'nano1']])).differences).toEqual([]);
});

test('files that are not known are not the same', async () => {
  expect((await compared(['', ['nano1']], ['', ['nano1']])).same_experiment).toBeNull();
  expect((await compared(['1', ['nano1']], ['1', ['nano1']])).same_experiment).toBe(true);
});

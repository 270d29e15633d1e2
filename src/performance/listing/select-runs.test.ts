import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { RunFolder, runOf, trial } from '../../../tests/fixtures/run-folder.js';
import { editLabels, listRuns } from '../../logs/index.js';
import { overviewsOf, type RunSelection, selectRuns } from './index.js';

let logs = '';
beforeAll(async () => {
  const make = async (id: string, change: Parameters<typeof runOf>[0]) => {
    const { path } = await RunFolder.make(runOf(change), logs === '' ? undefined : logs, id);
    logs = join(path, '../..');
    return path;
  };
  const splits = (...values: number[]) =>
    values.map((split, at) => trial(at + 1, { parameters: { split, state: 'x' } }));
  const first = await make('a/20261101-100000-0001', {
    started_at: '2026-11-01T10:00:00.000Z',
    ended_at: '2026-11-01T10:00:30.000Z',
    trials: splits(2, 4),
  });
  await make('b/20261102-100000-0002', {
    started_at: '2026-11-02T10:00:00.000Z',
    ended_at: '2026-11-02T10:05:00.000Z',
    state: 'partial',
    trials: [...splits(8), trial(2, { state: 'failed', parameters: { split: 16, codec: 'raw' } })],
  });
  await make('a/20261103-100000-0003', {
    started_at: '2026-11-03T10:00:00.000Z',
    ended_at: null,
    state: 'failed',
    trials: [],
  });
  await RunFolder.make('{"format":1', logs, 'b/20261104-100000-0004');
  await editLabels(first, { name: 'base', tag: ['paper'] });
});

/** The last digits of the ids. */
const selected = async (selection: RunSelection) =>
  (await selectRuns(await listRuns(logs), selection)).runs.map(({ run_id: id }) => id.slice(-1)).join('');

test.each<[string[], string]>([
  [['state=partial'], '2'],
  [['state=UNREADABLE'], '4'],
  [['state!=partial'], '431'],
  [['experiment=a'], '31'],
  [['experiment!=a', 'state=partial'], '2'],
  [['name=base'], '1'],
  [['tag=paper'], '1'],
  [['tag!=paper'], '432'],
  [['verdict=doubtful'], '321'],
  [['verdict!=VALID'], '4321'],
  [['duration>60'], '2'],
  [['duration<=30'], '1'],
  [['duration>1m'], '2'],
  [['trials>=2'], '1'],
  [['started>2026-11-02'], '32'],
  [['started=2026-11-02'], '2'],
  [['started<2026-11-02T10:00'], '1'],
  [['split=4'], '1'],
  [['split=4.0'], '1'],
  [['split>2', 'split<9'], '21'],
  [['split!=4'], '432'],
  [['codec=raw'], '2'],
  [['parameter.state=x'], '21'],
])('%j selects the runs %s', async (filters, expected) => {
  expect(await selected({ filters })).toBe(expected);
});

test.each<[string, string]>([
  ['state', 'It must be <field><operator><value>'],
  ['state=', 'It must be'],
  ['state=done', 'state is compared with running, complete'],
  ['state>complete', 'state is compared with'],
  ['duration>long', 'duration is compared with seconds'],
  ['started>yesterday', 'started is compared with a date'],
  ['started>2026-13-40', 'started is compared with a date'],
  ['stat=complete', 'It is neither a field nor a parameter of these runs. Parameters: codec, split, state.'],
])('%s is refused with the reason', async (filter, why) => {
  await expect(selected({ filters: [filter] })).rejects.toMatchObject({
    name: 'bad-filter',
    why: expect.stringContaining(why) as string,
    next: expect.stringContaining('Fields: run, experiment,') as string,
  });
});

test.each<[RunSelection, string]>([
  [{}, '4321'],
  [{ reverse: true }, '1234'],
  [{ sort: 'duration' }, '1243'],
  [{ sort: 'duration', reverse: true }, '2143'],
  [{ sort: 'name' }, '1432'],
  [{ sort: 'experiment' }, '3142'],
  [{ sort: 'trials', reverse: true }, '1243'],
  [{ experiment: 'a', sort: 'started', most: 1 }, '3'],
  [{ sort: 'duration', most: 2 }, '12'],
  [{ tags: ['paper'] }, '1'],
])('%j gives the runs in the order %s', async (selection, expected) => {
  expect(await selected(selection)).toBe(expected);
});

test('says how many are meant, and gives each its verdict', async () => {
  const { runs, all } = await selectRuns(await listRuns(logs), { experiment: 'a', most: 1 });
  expect(all).toBe(2);
  expect(await overviewsOf(runs)).toMatchObject([
    { run_id: '20261103-100000-0003', validity: { verdict: 'DOUBTFUL' } },
  ]);
});

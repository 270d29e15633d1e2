import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RunFolder, runOf } from '../../../tests/fixtures/run-folder.js';
import { run as runSchema } from './schemas.js';
import { workspaceRuns } from './workspace-runs.js';

it('lists runs, gives the record of one, and none of another folder', async () => {
  const logs = await mkdtemp(join(tmpdir(), 'collab-api-runs-'));
  const record = runOf();
  await RunFolder.make(record, join(logs, 'hello'), record.run_id);
  const runs = workspaceRuns(logs);
  expect(await runs.list()).toMatchObject([{ runId: record.run_id, experiment: 'hello' }]);
  const found = runSchema.parse(await runs.record(record.run_id.slice(0, 12)));
  expect(found).toMatchObject({ run_id: record.run_id, state: 'complete', trials: record.trials });
  const elsewhere = await RunFolder.make(record);
  await expect(runs.record(elsewhere.path)).rejects.toMatchObject({ name: 'no-such-run' });
});

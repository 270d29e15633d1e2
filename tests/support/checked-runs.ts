import { afterAll } from 'vitest';
import { logFolders } from '../e2e/workspace.js';
import { expectAllRebuilt } from '../fixtures/rebuilt-runs.js';

// For all runs of a test file, complete, failed, interrupted or killed, the journal must reproduce run.json.
afterAll(async () => {
  for (const logs of logFolders) await expectAllRebuilt(logs);
});

import { afterAll } from 'vitest';
import { logFolders } from '../e2e/workspace.js';
import { expectAllRebuilt } from '../fixtures/rebuilt-runs.js';

// Whatever a test file did to its runs, complete, failed, interrupted or killed: the journal gives their run.json.
afterAll(async () => {
  for (const logs of logFolders) await expectAllRebuilt(logs);
});

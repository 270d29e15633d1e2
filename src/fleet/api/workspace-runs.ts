import { CollabError, ExitCode } from '../../errors.js';
import { findRun, listRuns, readSettledRun } from '../../logs/index.js';
import type { Runs } from './caller.js';

/** Runs below the `Logs/` of a workspace. Folders elsewhere, which `findRun` knows too, are nothing for clients. */
export function workspaceRuns(logsFolder: string): Runs {
  return {
    list: () => listRuns(logsFolder),
    async record(wanted) {
      const folder = await findRun(logsFolder, wanted);
      const all = await listRuns(logsFolder);
      if (!all.some((one) => one.folder === folder)) throw noSuchRun(wanted);
      return { ...(await readSettledRun(folder)) };
    },
  };
}

function noSuchRun(wanted: string): CollabError {
  return new CollabError('no-such-run', {
    what: `There is no run ${JSON.stringify(wanted)} in this workspace.`,
    next: 'See the runs: GET /v1/runs',
    exitCode: ExitCode.usage,
  });
}

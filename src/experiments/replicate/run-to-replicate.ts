import { findOwnRun, readSettledRun, type RunRecord } from '../../logs/index.js';
import type { Workspace } from '../../workspace/index.js';

/** A run whose results another one is to have. */
export interface Original {
  folder: string;
  record: RunRecord;
}

/**
 * The run that a user means: one of `Logs/`, own or imported, or the path of one.
 * @throws CollabError as `findOwnRun` and `readSettledRun`
 */
export async function runToReplicate(workspace: Workspace, wanted: string): Promise<Original> {
  const again = (job: string) =>
    `A job has no roles to place. Submit it again with: collab job submit. What it ran: collab job show ${job}`;
  const folder = await findOwnRun(workspace.logs, wanted, again);
  return { folder, record: await readSettledRun(folder) };
}

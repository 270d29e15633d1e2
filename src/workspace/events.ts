import type { LooseFile } from './private-files.js';

/** A private file that others could use was found when the workspace was opened. */
export type WorkspaceEvent = { kind: 'workspace.tightened' } & LooseFile;

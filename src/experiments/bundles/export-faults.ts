import { CollabError, ExitCode } from '../../errors.js';
import type { RunRecord } from '../../logs/index.js';

/** @throws CollabError `run-not-over` for a run that may still change */
export function exportFaults({ state, run_id: runId, unchecked }: RunRecord): void {
  if (state !== 'running' && state !== 'abandoned') return;
  const isOpen = state === 'running' && unchecked === undefined;
  throw new CollabError('run-not-over', {
    what: `The run ${runId} is not over.`,
    why: isOpen ? 'It goes on.' : (unchecked?.why ?? 'Its controller is gone, and it was not ended.'),
    next: `Wait for it, end it with: collab stop ${runId}, or go on with: collab resume ${runId}`,
    exitCode: ExitCode.usage,
  });
}

/** The content can be used here, and could not be unpacked everywhere. */
export function badContent(why: string): CollabError {
  return new CollabError('not-to-bundle', {
    what: 'This cannot be made a bundle: no import would take it.',
    why: `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    next: 'Rename or remove what is named, or leave it out with .collabignore.',
    exitCode: ExitCode.usage,
  });
}

import { findRun, followRun } from '../../index.js';
import { openSession } from '../session/index.js';

/** `collab watch [run]`: what happened in a run so far, and from here on as it happens. The run does not notice. */
export async function watch(wanted: string | undefined, options: { json?: boolean }): Promise<void> {
  const { workspace, clock, emit, signal } = openSession(options);
  const folder = await findRun(workspace.logs, wanted);
  for await (const event of followRun(folder, clock, signal)) emit(event);
  signal.throwIfAborted();
}

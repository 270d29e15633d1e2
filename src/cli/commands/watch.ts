import { findRun, followRun } from '../../index.js';
import { openSession } from '../session/index.js';

/** `collab watch [run]`: the events of a run so far, then new ones as they happen. Reads its folder only. */
export async function watch(wanted: string | undefined, options: { json?: boolean }): Promise<void> {
  const { workspace, clock, emit, signal } = openSession(options);
  const folder = await findRun(workspace.logs, wanted);
  for await (const event of followRun(folder, clock, signal)) emit(event);
  signal.throwIfAborted();
}

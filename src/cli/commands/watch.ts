import { basename } from 'node:path';
import { findRun, followRun } from '../../index.js';
import { openSession } from '../session/index.js';

/** `collab watch [run]`: the events of a run so far, then new ones as they happen. Reads its folder only. */
export async function watch(wanted: string | undefined, options: { json?: boolean }): Promise<void> {
  const { workspace, clock, emit, signal, print } = openSession(options, 'events');
  const folder = await findRun(workspace.logs, wanted);
  let state: string | null = null;
  for await (const event of followRun(folder, clock, signal)) {
    emit(event);
    if (event.kind === 'run.ended') state = event.state;
  }
  signal.throwIfAborted();
  print(null, { folder, run_id: basename(folder), state });
}

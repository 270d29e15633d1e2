import { LanStore, type StoppedRun, stopRun } from '../../index.js';
import { openSession } from '../session/index.js';

const onStop = 'No longer waiting. The run was asked to end.';

/** `collab stop [run]`: ends a run as Ctrl-C does, wherever its terminal is. */
export async function stop(
  run: string | undefined,
  options: { force?: boolean; json?: boolean },
): Promise<void> {
  const { workspace, clock, signal, emit, say, print } = openSession(options, 'events', onStop);
  const lans = new LanStore(workspace);
  const lan = (name: string) => lans.load(name);
  const stopped = await stopRun({ workspace, clock, signal, emit, run, lan, force: options.force ?? false });
  say(outcome(stopped));
  const { runId, folder, state, how } = stopped;
  print(folder, { run_id: runId, folder, state, how });
}

function outcome({ runId, state, how }: StoppedRun): string {
  if (how === 'over') return `The run ${runId} has ended already: it is ${state}.`;
  const goOn = state === 'complete' ? '' : ` To go on with it: collab resume ${runId}`;
  return `The run ${runId} has ended: it is ${state}.${goOn}`;
}

import { CollabError, ExitCode } from '../../errors.js';
import type { ConnectedDevice, Shell } from '../../network/index.js';
import { programText } from '../../package-folder.js';
import type { Engine } from '../engine/index.js';
import { deviceRunFolder } from './runtime.js';

/** As long as a role has to end, and a little more. */
const graceS = 15;

/** Stops and removes all containers of a run on a device. What they wrote stays in their folders. */
export async function endContainers(engine: Engine, runId: string): Promise<void> {
  const ids = await engine.find({ 'collab.run': runId });
  await Promise.all(ids.map((id) => engine.stop(id, graceS)));
  await Promise.all(ids.map((id) => engine.remove(id)));
}

/** Ends the roles of a run that are plain processes of the login. */
export async function endWrappers(
  connected: ConnectedDevice,
  runId: string,
  sharedWrapper: string | null = null,
): Promise<void> {
  const run = deviceRunFolder(connected, runId);
  const { code, stdout, stderr } = await endWrappersBelow(connected.shell, run, { graceS, sharedWrapper });
  if (code === 0) return;
  throw new CollabError('role-not-ended', {
    what: `Processes of the run ${runId} on ${connected.device.name} could not be ended.`,
    why: `${stdout}${stderr}`.trim(),
    next: `Look on the device: ps -ef | grep ${runId}`,
    exitCode: ExitCode.experimentFailed,
  });
}

/**
 * The same, by the folder of a run.
 * @param sharedWrapper folder of the wrapper that runs share; null if each has its own
 */
export function endWrappersBelow(
  shell: Shell,
  run: string,
  { graceS, sharedWrapper }: { graceS: number; sharedWrapper: string | null },
): ReturnType<Shell['exec']> {
  const script = programText('deployment/runtimes/end-wrappers.sh');
  const argv = ['sh', '-c', script, 'sh', run, String(graceS), sharedWrapper ?? ''];
  return shell.exec(argv, { timeoutMs: (graceS + 60) * 1000 });
}

/** Ends what listens on a device for a controller that has lost its connection to it. */
export async function endListeners(connected: ConnectedDevice, runId: string): Promise<void> {
  const script = programText('deployment/runtimes/end-listeners.sh');
  await connected.shell.exec(['sh', '-c', script, 'sh', deviceRunFolder(connected, runId)]);
}

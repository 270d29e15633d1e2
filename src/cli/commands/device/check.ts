import { checkDevices, CollabError, ExitCode } from '../../../index.js';
import { checkText } from '../../check-text.js';
import { pickedDevices, type PickOptions } from '../../picked-lan.js';
import { openSession } from '../../session.js';

/** `collab device check [name...]`: which devices are ready; exit code 4 when one is not. */
export async function deviceCheck(names: string[], options: PickOptions): Promise<void> {
  const { workspace, emit, signal, print } = openSession(options);
  const only = [...names, ...(options.only ?? [])];
  const { lan, devices } = await pickedDevices(workspace, { ...options, only });
  const checks = await checkDevices(devices, { lan, workspace, emit, signal });
  print(checkText(lan.name, checks), checks);
  const not = checks.filter(({ ready }) => !ready);
  if (not.length === 0) return;
  throw new CollabError('devices-not-ready', {
    what: `${not.length} of ${checks.length} devices ${not.length === 1 ? 'is' : 'are'} not ready: ${not.map(({ device }) => device).join(', ')}.`,
    next: not[0]?.hindrances[0]?.next ?? '',
    exitCode: ExitCode.deviceUnreachable,
  });
}

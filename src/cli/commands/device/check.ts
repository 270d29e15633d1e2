import {
  accessByLan,
  checkDevices,
  CollabError,
  ExitCode,
  measureOverheads,
  type DeviceCheck,
  type DeviceOverhead,
} from '../../../index.js';
import { checkText, overheadText } from '../../text/index.js';
import {
  offerFixes,
  openSession,
  pickedDevices,
  type PickOptions,
  terminalWidth,
} from '../../session/index.js';

export interface CheckOptions extends PickOptions {
  fix?: boolean;
  overhead?: boolean;
}

/** `collab device check [name...]`: which devices are ready, and what fixes the others. Exits with 4 if one is not. */
export async function deviceCheck(names: string[], options: CheckOptions): Promise<void> {
  const session = openSession(options, 'events');
  const { workspace, clock, emit, signal, print } = session;
  const only = [...names, ...(options.only ?? [])];
  const { lan, devices } = await pickedDevices(workspace, { ...options, only });
  const access = accessByLan({ lan, workspace, emit, signal });
  const before = await checkDevices(devices, { access, clock, signal });
  const after = await offerFixes(
    before,
    { fix: options.fix === true },
    { access, session, hint: 'To run them: collab device check --fix' },
  );
  const checks = after.map(({ check }) => check);
  const reached = after.flatMap(({ device, check }) => (check.ready ? [device] : []));
  const work = { access, workspace, clock, emit, signal };
  const costs = options.overhead === true ? await measureOverheads(reached, work) : [];
  const text = [
    checkText(`LAN ${lan.name}`, checks),
    ...(costs.length > 0 ? [overheadText(costs, terminalWidth())] : []),
  ];
  print(text.join('\n\n'), { lan: lan.name, devices: withOverheads(checks, costs) });
  const not = checks.filter(({ ready }) => !ready);
  if (not.length === 0) return;
  throw new CollabError('devices-not-ready', {
    what: `${not.length} of ${checks.length} devices ${not.length === 1 ? 'is' : 'are'} not ready: ${not.map(({ device }) => device).join(', ')}.`,
    next: not[0]?.hindrances[0]?.next ?? '',
    exitCode: ExitCode.deviceUnreachable,
  });
}

/** For --json: each check, with the overhead of the wrapper where it was measured. */
function withOverheads(checks: readonly DeviceCheck[], costs: readonly DeviceOverhead[]): unknown[] {
  return checks.map((check) => {
    const found = costs.find(({ device }) => device === check.device);
    return found === undefined ? check : { ...check, overhead: found.overhead };
  });
}

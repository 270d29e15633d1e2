import { CollabError, durationInstead, ExitCode, lockDevices, parseDurationS } from '../../../index.js';
import { chosenLan, openSession } from '../../session/index.js';

export interface LockOptions {
  lan?: string;
  for: string;
  reason?: string;
  json?: boolean;
}

const longestDays = 7;

const isTerm = (seconds: number | null) =>
  seconds !== null && seconds >= 1 && seconds <= longestDays * 86_400;

/** `collab device lock <name...>`: reserves devices for this user. */
export async function deviceLock(names: string[], options: LockOptions): Promise<void> {
  const { workspace, clock, emit, signal, print } = openSession(options, 'events');
  const termS = parseDurationS(options.for);
  if (termS === null || !isTerm(termS)) {
    const instead = durationInstead(options.for) ?? '';
    throw new CollabError('bad-duration', {
      what: `--for ${options.for} is not a valid duration.`,
      next: `Use 1s to ${longestDays * 24}h, with one unit, for example --for ${isTerm(parseDurationS(instead)) ? instead : '2h'}`,
      exitCode: ExitCode.usage,
    });
  }
  const lan = await chosenLan(workspace, options.lan);
  const about = { lan, workspace, names, reason: options.reason ?? null };
  const locked = await lockDevices({ ...about, termS, clock, emit, signal });
  const lines = locked.map(({ device, until }) => `${device}: locked until ${until.toISOString()}`);
  print(lines.join('\n'), { lan: lan.name, devices: locked });
}

import { CollabError, ExitCode } from '../../../errors.js';
import type { ConnectedDevice } from '../../../network/index.js';
import { programText } from '../../../package-folder.js';
import { jsonOf } from '../../../workspace/index.js';
import type { RoleOrder } from '../runtime.js';

/** What a process that stays for the run is told to do. */
export type WarmOrder =
  | ({ kind: 'trial'; attempt: number } & Pick<
      RoleOrder,
      'trial' | 'repeat' | 'warmup' | 'parameters' | 'peers' | 'ports' | 'meeting'
    >)
  /** The trial of a service is over. */
  | { kind: 'finish' }
  /** There is no further trial. */
  | { kind: 'end' };

/** The order of a trial, from that of its role instance. */
export function trialOrder(order: RoleOrder): WarmOrder {
  const { trial, attempt = 1, repeat, warmup, parameters, peers, ports, meeting } = order;
  return { kind: 'trial', trial, attempt, repeat, warmup, parameters, peers, ports, meeting };
}

/**
 * Gives a wrapper its next order.
 * @param serial counts its orders, so that it follows each of them once
 * @throws CollabError `order-not-given`
 */
export async function giveOrder(
  { shell, device }: ConnectedDevice,
  folder: string,
  serial: number,
  order: WarmOrder,
): Promise<void> {
  const script = programText('deployment/runtimes/warm/order.sh');
  const input = `${jsonOf({ serial, ...order })}\n`;
  const given = await shell.exec(['sh', '-c', script, 'sh', folder], { input });
  if (given.code === 0) return;
  throw new CollabError('order-not-given', {
    what: `A role on ${device.name} could not be told its next trial.`,
    why: given.stderr.trim(),
    next: `Look at the disk of ${device.name}, and run again.`,
    exitCode: ExitCode.experimentFailed,
  });
}

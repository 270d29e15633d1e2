import { CollabError, ExitCode } from '../../errors.js';
import type { ConnectedDevice } from '../../network/index.js';

/** A device that a trial cannot use any more. */
export interface DeviceLoss {
  device: string;
  /** By the controller's clock. */
  lastHeardAt: Date;
  reason: string;
  /** It does not answer: nothing of it can be stopped or collected now. */
  isGone: boolean;
}

/** Errors of work with a device that say that it is lost, and whether it still answers. */
const signs: Readonly<Record<string, { isGone: boolean }>> = {
  'connection-lost': { isGone: true },
  'device-unreachable': { isGone: true },
  'no-engine': { isGone: true },
  'engine-cut': { isGone: true },
  'engine-restarted': { isGone: false },
  'device-full': { isGone: false },
};

/** A device was lost. It is an error of the trial, and of the run if nothing follows. */
export class DeviceLostError extends CollabError {
  constructor(
    readonly loss: DeviceLoss,
    cause?: unknown,
  ) {
    const { device, lastHeardAt, reason } = loss;
    super('device-lost', {
      what: `${device} was lost. It was last heard of at ${timeOf(lastHeardAt)}.`,
      why: reason,
      next: `Check the power, the network and the engine of ${device}. What it had measured stays on it.`,
      exitCode: ExitCode.deviceUnreachable,
      cause,
    });
  }
}

/** The loss that an error of work with a device tells of; null if it is another error. */
export function lossOf(connected: ConnectedDevice, error: unknown): DeviceLoss | null {
  const sign =
    error instanceof CollabError && Object.hasOwn(signs, error.name) ? signs[error.name] : undefined;
  if (sign === undefined) return null;
  const { what, why } = error as CollabError;
  const reason = [what, why].filter(Boolean).join('\n');
  return { device: connected.device.name, lastHeardAt: connected.lastHeardAt(), reason, ...sign };
}

/** Work with a device. @throws DeviceLostError if it fails because the device is lost */
export async function withDevice<T>(connected: ConnectedDevice, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const loss = lossOf(connected, error);
    throw loss === null ? error : new DeviceLostError(loss, error);
  }
}

/** The loss behind an error; null if there is none. */
export function lossBehind(error: unknown): DeviceLoss | null {
  if (error instanceof DeviceLostError) return error.loss;
  return error instanceof Error && error.cause !== undefined ? lossBehind(error.cause) : null;
}

/** The outcome of a trial that an error ended because a device was lost; null for another error. */
export function lostBy(error: unknown): ({ state: 'lost' } & DeviceLoss) | null {
  const loss = lossBehind(error);
  return loss && { state: 'lost', ...loss };
}

/** Whether a trial ended because this device does not answer any more. */
export const isGone = (outcome: { state: string } & Partial<DeviceLoss>, device: string): boolean =>
  outcome.state === 'lost' && outcome.isGone === true && outcome.device === device;

/** Which devices of a trial are lost, as their connections tell: also while nothing is asked of them. */
export class LossWatch implements Disposable {
  first: DeviceLoss | null = null;
  private readonly leave: (() => void)[];

  /** @param hurry called when a device is lost */
  constructor(devices: readonly ConnectedDevice[], hurry: () => void) {
    this.leave = devices.map((connected) =>
      connected.onLost((error) => {
        this.first ??= lossOf(connected, error);
        hurry();
      }),
    );
  }

  [Symbol.dispose](): void {
    for (const leave of this.leave) leave();
  }
}

/** `2026-11-21 12:53:01 UTC` */
function timeOf(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

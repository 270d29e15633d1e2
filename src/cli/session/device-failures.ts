import { CollabError, type SetupFailure } from '../../index.js';

/**
 * Throws if some devices failed: the error itself if it is the only one, else `devices-failed`, which names each device.
 * @param what the start of a sentence that ends with the number of devices
 * @param served number of devices on which it worked
 */
export function throwIfFailed(
  what: string,
  failures: readonly { device: string; error: CollabError }[],
  served: number,
): void {
  const [first] = failures;
  if (first === undefined) return;
  const { error } = first;
  if (failures.length === 1 && served === 0) throw error;
  throw new CollabError('devices-failed', {
    what: `${what} ${failures.length} of ${failures.length + served} devices.`,
    why: failures
      .map(({ device, error: one }) => `${device}: ${[one.what, one.why].filter(Boolean).join('\n  ')}`)
      .join('\n'),
    next: error.next,
    exitCode: error.exitCode,
    cause: error,
  });
}

/** @throws CollabError the only error, or `devices-failed`, which lists them all */
export function throwIfSetupFailed(failures: readonly SetupFailure[], of: number): void {
  const [first] = failures;
  if (first === undefined) return;
  if (failures.length === 1) throw first.error;
  throw new CollabError('devices-failed', {
    what: `${failures.length} of ${of} devices could not be set up.`,
    why: failures.map(({ error }) => [error.what, error.why].filter(Boolean).join('\n  ')).join('\n'),
    next: first.error.next,
    exitCode: first.error.exitCode,
  });
}

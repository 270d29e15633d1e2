import { CollabError } from '../../index.js';

/**
 * Throws when some devices failed: the error itself when it is one, else one that names each.
 * @param what begins a sentence that ends with the number of devices
 */
export function failTogether(
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

import { CollabError, formatBytes, type LAN, type SetupFailure } from '../../index.js';
import { table } from '../text/index.js';

/** Pure: the devices of a LAN that was set up. */
export function setupTable({ devices }: LAN): string {
  const rows = devices.map(({ name, address, facts }) => [
    name,
    address,
    facts.architecture,
    facts.cores,
    formatBytes(facts.memoryBytes),
    facts.engine.available ? `Docker ${facts.engine.version}` : facts.engine.reason,
  ]);
  return table(['NAME', 'ADDRESS', 'ARCH', 'CORES', 'MEMORY', 'ENGINE'], rows);
}

/** @throws CollabError the one error, or `devices-failed` with all of them. */
export function throwFailures(failures: readonly SetupFailure[], of: number): void {
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

import {
  chooseInterfaces,
  CollabError,
  discover,
  ExitCode,
  nothingFound,
  scanRange,
  type FoundDevice,
} from '../../index.js';
import { canAsk, confirm } from './prompts.js';
import type { Session } from './session.js';

/** The flags that say how to look for devices. */
export interface LookOptions {
  interface: string[];
  scan?: boolean;
  expect?: number;
  /** Seconds; default 5. */
  timeout?: number;
  yes?: boolean;
}

/**
 * Looks for devices: by mDNS, and with --scan on port 22 of every address. When mDNS found nothing, or fewer than are
 * expected, a user at a terminal who has not said is asked whether to scan. @throws CollabError `nothing-found`, `too-few-found` (fewer than --expect)
 */
export async function lookAround(options: LookOptions, { emit, signal }: Session): Promise<FoundDevice[]> {
  const look = (scan: boolean) =>
    discover({
      interfaces: options.interface,
      timeoutMs: (options.timeout ?? 5) * 1000,
      scan,
      emit,
      signal,
      ...(options.expect !== undefined && { expect: options.expect }),
    });
  let scanned = options.scan === true;
  let found = await look(scanned);
  const tooFewOf = options.expect ?? 1;
  if (found.length < tooFewOf && options.scan === undefined && options.yes !== true && canAsk()) {
    scanned = await confirm(scanQuestion(found.length, options), false);
    if (scanned) found = await look(true);
  }
  if (found.length === 0) throw nothingFound(options.interface, scanned);
  if (options.expect !== undefined && found.length < options.expect) throw tooFew(found, options.expect);
  return found;
}

function tooFew(found: readonly FoundDevice[], expected: number): CollabError {
  return new CollabError('too-few-found', {
    what: `${found.length} of ${expected} expected devices answered.`,
    why: `Found: ${found.map(({ host, address }) => `${host} (${address})`).join(', ')}`,
    next: 'Give the others more time (--timeout), look by --scan too, or leave --expect out to take what there is.',
    exitCode: ExitCode.deviceUnreachable,
  });
}

function scanQuestion(count: number, { interface: interfaces, expect }: LookOptions): string {
  const subnets = chooseInterfaces(interfaces).map((network) => {
    const { subnet, addresses } = scanRange(network);
    return `${subnet} (${addresses.length} addresses)`;
  });
  const who = count === 0 ? 'No device' : `${count} of ${expect ?? count} devices`;
  return `${who} answered by mDNS. Try port 22 of every address of ${subnets.join(' and ')}? Do so on a network of yours only.`;
}

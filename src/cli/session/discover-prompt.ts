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

/** Flags that say how to discover devices. */
export interface DiscoveryFlags {
  interface: string[];
  scan?: boolean;
  expect?: number;
  /** Seconds; default 5. */
  timeout?: number;
  yes?: boolean;
}

/**
 * Discovers devices by mDNS and, with --scan, by trying port 22 of every address. If mDNS finds no device, or fewer than
 * --expect, and neither --scan nor --no-scan was given, the user at the terminal is asked whether to scan.
 * @throws CollabError `nothing-found`; `too-few-found` with fewer than --expect
 */
export async function discoverWithPrompt(
  options: DiscoveryFlags,
  { emit, signal }: Session,
): Promise<FoundDevice[]> {
  const search = (scan: boolean) =>
    discover({
      interfaces: options.interface,
      timeoutMs: (options.timeout ?? 5) * 1000,
      scan,
      emit,
      signal,
      ...(options.expect !== undefined && { expect: options.expect }),
    });
  let scanned = options.scan === true;
  let found = await search(scanned);
  const tooFewOf = options.expect ?? 1;
  if (found.length < tooFewOf && options.scan === undefined && options.yes !== true && canAsk()) {
    scanned = await confirm(scanQuestion(found.length, options), false);
    if (scanned) found = await search(true);
  }
  if (found.length === 0) throw nothingFound(options.interface, scanned);
  if (options.expect !== undefined && found.length < options.expect) throw tooFew(found, options.expect);
  return found;
}

function tooFew(found: readonly FoundDevice[], expected: number): CollabError {
  return new CollabError('too-few-found', {
    what: `${found.length} of ${expected} expected devices answered.`,
    why: `Found: ${found.map(({ host, address }) => `${host} (${address})`).join(', ')}`,
    next: 'Wait longer with --timeout, scan with --scan, or omit --expect to continue with fewer devices.',
    exitCode: ExitCode.deviceUnreachable,
  });
}

function scanQuestion(count: number, { interface: interfaces, expect }: DiscoveryFlags): string {
  const subnets = chooseInterfaces(interfaces).map((network) => {
    const { subnet, addresses } = scanRange(network);
    return `${subnet} (${addresses.length} addresses)`;
  });
  const who = count === 0 ? 'No device' : `${count} of ${expect ?? count} devices`;
  return `${who} answered by mDNS. Scan port 22 of every address in ${subnets.join(' and ')}? Only scan networks that you own.`;
}

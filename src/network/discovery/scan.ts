import { connect } from 'node:net';
import { systemClock, type Clock } from '../../events.js';
import { readNeighbors } from '../facts/index.js';
import { Semaphore } from '../ssh/index.js';
import type { Discovery, How, Sighting } from './discovery.js';
import { scanRange } from './scan-range.js';

const sshPort = 22;
const probesAtOnce = 256;
/** At most 250 new connections per second: a home router can handle that, and a /22 takes 5 s. */
const betweenProbesMs = 4;
/** Long enough for a second SYN, which is sent after 1 s. */
const connectTimeoutMs = 1500;
/** A small, busy board may take long to start an sshd process. */
const greetingTimeoutMs = 5000;

export interface ScanTools {
  clock: Clock;
  /** MAC by IPv4 address. */
  neighbors: () => Promise<ReadonlyMap<string, string>>;
  /** Whether an ssh server answers there. */
  probe: (address: string, signal: AbortSignal) => Promise<boolean>;
}

const defaultTools: ScanTools = {
  clock: systemClock,
  neighbors: readNeighbors,
  probe: (address, signal) => answersSsh(address, sshPort, signal),
};

/**
 * Works without multicast: tries port 22 of the machines in the neighbor table, then of all other addresses in the local
 * subnets. Runs only with `scan`, because a network may treat it as an attack. Takes 2 to 8 s per network, without a
 * timeout.
 */
export const scan: Discovery = {
  name: 'scan',
  async find({ networks, scan: isRequested, emit, signal }, see) {
    if (!isRequested) return;
    for (const network of networks) {
      const { subnet, addresses } = scanRange(network);
      emit({ kind: 'network.scanning', interface: network.name, subnet, addresses: addresses.length });
      await scanAddresses(addresses, signal, see);
    }
  },
};

/** Probes the addresses, those in the neighbor table first. */
export async function scanAddresses(
  addresses: readonly string[],
  signal: AbortSignal,
  see: (sighting: Sighting) => void,
  { clock, neighbors, probe }: ScanTools = defaultTools,
): Promise<void> {
  const table = await neighbors();
  const near = addresses.filter((one) => table.has(one));
  const order = new Set([...near, ...addresses]);
  const semaphore = new Semaphore(probesAtOnce);
  const probes: Promise<void>[] = [];
  for (const address of order) {
    const release = await semaphore.acquire();
    if (signal.aborted) break;
    const how = table.has(address) ? 'neighbor' : 'scan';
    const one = probe(address, signal)
      .then((answers) => {
        if (answers) see(sightingAt(address, how));
      })
      .finally(release);
    probes.push(one);
    await clock.sleep(betweenProbesMs, signal);
  }
  await Promise.all(probes);
}

function sightingAt(address: string, how: How): Sighting {
  const weight = how === 'neighbor' ? 1 : 0;
  return { host: address, address, port: sshPort, how, service: null, user: null, mac: null, weight };
}

/** Whether a server sends the greeting of an ssh server (RFC 4253, 4.2). Sends nothing. */
export function answersSsh(address: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, noDelay: true });
    let received = '';
    const settle = (answer: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(answer);
    };
    const giveUp = () => settle(false);
    let timer = setTimeout(giveUp, connectTimeoutMs);
    signal.addEventListener('abort', giveUp, { once: true });
    socket.on('connect', () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, greetingTimeoutMs);
    });
    socket.on('error', giveUp);
    socket.on('close', giveUp);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (/^SSH-\d/m.test(received)) settle(true);
      else if (received.length > 4096) giveUp();
    });
  });
}

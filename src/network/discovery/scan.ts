import { connect } from 'node:net';
import { systemClock, type Clock } from '../../events.js';
import { readNeighbors } from '../facts/index.js';
import { Semaphore } from '../ssh/index.js';
import type { Discovery, How, Sighting } from './discovery.js';
import { scanRange } from './scan-range.js';

const sshPort = 22;
const probesAtOnce = 256;
/** At most 250 new connections a second: a home router takes that, and a /22 is done in 5 s. */
const betweenProbesMs = 4;
/** Long enough for a second SYN, which goes out after 1 s. */
const connectTimeoutMs = 1500;
/** A small board that is busy takes its time to start an sshd for us. */
const greetingTimeoutMs = 5000;

export interface ScanTools {
  clock: Clock;
  /** MAC by IPv4 address. */
  neighbors: () => Promise<ReadonlyMap<string, string>>;
  /** Whether an ssh server answers there. */
  probe: (address: string, signal: AbortSignal) => Promise<boolean>;
}

const real: ScanTools = {
  clock: systemClock,
  neighbors: readNeighbors,
  probe: (address, signal) => answersSsh(address, sshPort, signal),
};

/**
 * Needs no multicast: tries port 22 of the machines in the neighbor table, then of every other address of the local
 * subnets. Only with `scan`, for a network may take it for an attack; takes as long as it needs, 2 to 8 s a network.
 */
export const scan: Discovery = {
  name: 'scan',
  async find({ networks, scan: wanted, emit, signal }, see) {
    if (!wanted) return;
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
  { clock, neighbors, probe }: ScanTools = real,
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

/** Whether what answers there greets as an ssh server does (RFC 4253, 4.2). Sends nothing. */
export function answersSsh(address: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, noDelay: true });
    let heard = '';
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
      heard += chunk.toString('latin1');
      if (/^SSH-\d/m.test(heard)) settle(true);
      else if (heard.length > 4096) giveUp();
    });
  });
}

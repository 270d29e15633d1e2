import type { CollabEvent, Emit } from '../events.js';
import { Device, nameFrom } from './device.js';
import { readFacts } from './facts/read-facts.js';
import { connectSsh, type Trust } from './ssh/client.js';
import type { HostKeys } from './ssh/known-hosts.js';

/** How to reach a device that is to join a LAN. */
export interface EnrollTarget {
  host: string;
  port: number;
  user: string;
  /** Without it the ssh agent and the user's own keys are tried, on every later connection as well. */
  keyPath: string | null;
  /** Default: its host name. */
  name?: string;
}

export type EnrollEvent = CollabEvent &
  (
    | { kind: 'network.connecting'; address: string }
    | { kind: 'network.connected'; address: string; fingerprint: string }
    | { kind: 'network.enrolled'; address: string; device: string }
    | { kind: 'network.failed'; address: string; error: string; what: string }
  );

export interface EnrollOptions extends EnrollTarget {
  knownHosts: HostKeys;
  /** Default `first-use`. */
  trust?: Trust;
  emit: Emit<EnrollEvent>;
  signal?: AbortSignal;
}

/**
 * Connects to a device, reads its facts and gives it as a Device. Its name is not yet known to be unique. It is kept
 * under its IP address, under which the roles on other devices reach it: a container there may not know its name.
 * @throws CollabError as `connectSsh` and `readFacts` do.
 */
export async function enroll({ trust = 'first-use', emit, ...target }: EnrollOptions): Promise<Device> {
  const { host, port, user, keyPath, signal } = target;
  emit({ kind: 'network.connecting', address: host });
  const shell = await connectSsh({ ...target, trust });
  try {
    const { fingerprint } = shell.hostKey;
    emit({ kind: 'network.connected', address: host, fingerprint });
    const facts = await readFacts(shell, signal);
    const name = target.name ?? nameFrom(facts.hostname);
    const address = shell.remoteAddress;
    if (address !== host) await target.knownHosts.append(address, port, shell.hostKey);
    return new Device({ name, id: fingerprint, address, port, user, keyPath, tags: [], facts });
  } finally {
    shell.close();
  }
}

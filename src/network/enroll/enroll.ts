import { isIP } from 'node:net';
import type { Emit } from '../../events.js';
import { Device, nameFrom } from '../lan/index.js';
import { readFacts } from '../facts/index.js';
import { connectSsh, type HostKeys, keyPlace, type Login, showHostKey, type SshShell } from '../ssh/index.js';

/** How to reach a device that will join a LAN. */
export interface EnrollTarget extends Login {
  /** Null: try the workspace's key and the user's keys, then those of the ssh agent. */
  keyPath: string | null;
  /** Default: its host name. */
  name?: string;
  /** Added to its existing tags. */
  tags?: readonly string[];
}

/** What happens while devices are added to a LAN. */
export type EnrollEvent =
  | { kind: 'network.host-key'; address: string; type: string; fingerprint: string }
  | { kind: 'network.connecting'; address: string }
  | { kind: 'network.connected'; address: string; fingerprint: string }
  | { kind: 'network.password-refused'; address: string; user: string }
  | { kind: 'network.key-installed'; address: string; user: string; key: string }
  | { kind: 'network.enrolled'; address: string; device: string }
  | { kind: 'network.failed'; address: string; error: string; what: string };

export interface EnrollOptions {
  /** The hosts that the user trusts. Any other device or jump host is refused. */
  knownHosts: HostKeys;
  ownKeyPath: string;
  emit: Emit<EnrollEvent>;
  signal?: AbortSignal;
}

/**
 * Connects to a device, reads its facts and returns it as a Device, with the login that worked: a key other than the default
 * ones is stored with it. Its name may not be unique yet. It is stored with its IP address, because containers on other
 * devices may not be able to resolve its name.
 * @throws CollabError the errors of `connectSsh` and `readFacts`.
 */
export async function enroll(target: EnrollTarget, options: EnrollOptions): Promise<Device> {
  const { emit, signal, knownHosts } = options;
  const { host, port, user, hostKeyAlias = null } = target;
  emit({ kind: 'network.connecting', address: host });
  const shell = await connectSsh({ ...target, ...options, trust: 'known-only' });
  try {
    const { fingerprint } = shell.hostKey;
    emit({ kind: 'network.connected', address: host, fingerprint });
    const facts = await readFacts(shell, signal);
    const address = await addressOf(shell, target, options);
    if (address !== host) {
      const place = keyPlace({ ...target, host: address });
      await knownHosts.append(place.host, place.port, shell.hostKey);
    }
    const { key, via } = shell;
    const keyPath = key?.kind === 'file' && !key.isUsual ? key.name : target.keyPath;
    const name = target.name ?? nameFrom(facts.hostname);
    return new Device({
      name,
      id: fingerprint,
      address,
      port,
      user,
      keyPath,
      via,
      hostKeyAlias,
      tags: [],
      facts,
    });
  } finally {
    shell.close();
  }
}

/**
 * The IP address of a device. Behind jump hosts, the device reports its address, which is used if it presents the same host
 * key there; otherwise the device keeps the name with which it was reached.
 */
async function addressOf(shell: SshShell, target: EnrollTarget, options: EnrollOptions): Promise<string> {
  const { host, port, via = [] } = target;
  if (via.length === 0) return shell.remoteAddress;
  if (isIP(host) > 0) return host;
  const reply = await shell.exec(['sh', '-c', 'echo "$SSH_CONNECTION"']);
  const address = reply.stdout.trim().split(' ')[2] ?? '';
  if (isIP(address) === 0) return host;
  const shown = await showHostKey({ host: address, port, via }, [shell.hostKey.type], options).catch(
    () => null,
  );
  return shown?.fingerprint === shell.hostKey.fingerprint ? address : host;
}

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { CollabError, ExitCode } from '../../errors.js';
import type { Workspace } from '../../workspace/index.js';
import { type Device, deviceName, type LAN, LanStore } from '../lan/index.js';
import {
  deviceUnreachable,
  keyPlace,
  keysOnly,
  KnownHosts,
  loginKeys,
  otherDevice,
  showHostKey,
} from '../ssh/index.js';

/** What is to change; what is left out stays. */
export interface DeviceChanges {
  name?: string | undefined;
  tag?: readonly string[];
  untag?: readonly string[];
  /** IP address, or a name that is resolved once. */
  address?: string | undefined;
  port?: number | undefined;
  user?: string | undefined;
  /** Null for the agent and the user's own keys. */
  keyPath?: string | null | undefined;
}

/** The device with its changes. @throws CollabError `device-edit` for a name, tag, user or port that cannot be. */
export function changedDevice(device: Device, changes: DeviceChanges): Device {
  const { name = device.name, tag = [], untag = [], address = device.address } = changes;
  const { port = device.port, user = device.user, keyPath = device.keyPath } = changes;
  if (!deviceName.safeParse(name).success) throw cannotBe(name, 'the name of a device');
  const bad = tag.find((one) => !deviceName.safeParse(one).success);
  if (bad !== undefined) throw cannotBe(bad, 'a tag');
  const missing = untag.find((one) => !device.tags.includes(one));
  if (missing !== undefined) throw noSuchTag(device, missing);
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(user)) throw cannotBe(user, 'a user');
  if (port < 1 || port > 65535) throw cannotBe(String(port), 'a port');
  const tags = [...new Set([...device.tags, ...tag])].filter((one) => !untag.includes(one));
  return device.with({ name, tags, address, port, user, keyPath });
}

/**
 * Changes a device of a saved LAN. Another address is taken only where the device itself answers: it must show its
 * host key there and prove it; the known hosts then move with it.
 * @throws CollabError `device-edit`, `device-not-unique`, `other-device`, `device-unreachable`, `key-unusable`
 */
export async function editDevice(
  { lan, device, changes }: { lan: LAN; device: Device; changes: DeviceChanges },
  { workspace, signal }: { workspace: Workspace; signal?: AbortSignal },
): Promise<Device> {
  const isDirect = device.via.length === 0;
  const address = changes.address === undefined || !isDirect ? changes.address : await ipOf(changes.address);
  const changed = changedDevice(device, { ...changes, address });
  lan.withDevice(changed);
  if (changes.keyPath) {
    await loginKeys({ keyPath: changes.keyPath, agentSocket: process.env.SSH_AUTH_SOCK ?? null });
  }
  if (changed.address !== device.address || changed.port !== device.port) {
    await proveAt(changed, device, new KnownHosts(workspace.knownHostsOf(lan.name)), signal);
  }
  await new LanStore(workspace).change(lan.name, (saved) => saved.withDevice(changed));
  return changed;
}

async function proveAt(
  there: Device,
  device: Device,
  knownHosts: KnownHosts,
  signal: AbortSignal | undefined,
): Promise<void> {
  const target = there.login;
  const [from, to] = [keyPlace(device.login), keyPlace(target)];
  const lines = (await knownHosts.find(from.host, from.port)).filter(({ revoked }) => !revoked);
  const saved = lines.map(({ key }) => key);
  const own = saved.some(({ fingerprint }) => fingerprint === device.id) ? saved : [];
  const types = own.map(({ type }) => type);
  const shown = await showHostKey(target, types, { signal, knownHosts });
  const isOwn = [device.id, ...own.map(({ fingerprint }) => fingerprint)].includes(shown.fingerprint);
  if (!isOwn) throw otherDevice(target, device.id, shown);
  const keys = [shown, ...own.filter(({ line }) => line !== shown.line)];
  try {
    const options = { knownHosts: keysOnly(keys, knownHosts), ...(signal && { signal }) };
    await (await there.connect(options)).close();
  } catch (error) {
    // A login that is refused comes after the key was proved; `device check` tells of it.
    if (!(error instanceof CollabError) || error.name !== 'key-refused') throw error;
  }
  const fingerprints = keys.map(({ fingerprint }) => fingerprint);
  await knownHosts.forgetKeys(from.host, from.port, fingerprints);
  await knownHosts.replace(to.host, to.port, keys);
}

/** Roles reach each other by address: a name may not be known in their containers. */
async function ipOf(host: string): Promise<string> {
  if (isIP(host) > 0) return host;
  try {
    return (await lookup(host, { family: 4 })).address;
  } catch (error) {
    throw deviceUnreachable({ host, port: 22, user: '' }, error);
  }
}

function cannotBe(text: string, role: string): CollabError {
  return new CollabError('device-edit', {
    what: `${JSON.stringify(text)} cannot be ${role}.`,
    next: 'Use letters, digits, dots, dashes and underscores; a port is a number from 1 to 65535.',
    exitCode: ExitCode.usage,
  });
}

function noSuchTag({ name, tags }: Device, tag: string): CollabError {
  return new CollabError('device-edit', {
    what: `${name} has no tag ${tag}.`,
    why: tags.length > 0 ? `It has: ${tags.join(', ')}` : 'It has no tags.',
    next: `Look at it with: collab device show ${name}`,
    exitCode: ExitCode.usage,
  });
}

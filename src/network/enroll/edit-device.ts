import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { CollabError, ExitCode } from '../../errors.js';
import type { Workspace } from '../../workspace/index.js';
import { deviceKeys, moveHostKeys, proveHostKey } from '../connect/index.js';
import { type Device, deviceName, type LAN, LanStore } from '../lan/index.js';
import { deviceUnreachable, KnownHosts, loginKeys, otherDevice, showHostKey } from '../ssh/index.js';

/** The changes to a device. Missing fields are kept. */
export interface DeviceChanges {
  name?: string | undefined;
  tag?: readonly string[];
  untag?: readonly string[];
  /** IP address, or a host name, which is resolved once. */
  address?: string | undefined;
  port?: number | undefined;
  user?: string | undefined;
  /** Null for the agent and the user's keys. */
  keyPath?: string | null | undefined;
}

/** Applies the changes to a device. @throws CollabError `device-edit` for an invalid name, tag, user or port. */
export function changedDevice(device: Device, changes: DeviceChanges): Device {
  const { name = device.name, tag = [], untag = [], address = device.address } = changes;
  const { port = device.port, user = device.user, keyPath = device.keyPath } = changes;
  if (!deviceName.safeParse(name).success) throw invalid(name, 'a valid device name');
  const bad = tag.find((one) => !deviceName.safeParse(one).success);
  if (bad !== undefined) throw invalid(bad, 'a valid tag');
  const missing = untag.find((one) => !device.tags.includes(one));
  if (missing !== undefined) throw noSuchTag(device, missing);
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(user)) throw invalid(user, 'a valid user name');
  if (port < 1 || port > 65535) throw invalid(String(port), 'a valid port');
  const tags = [...new Set([...device.tags, ...tag])].filter((one) => !untag.includes(one));
  return device.with({ name, tags, address, port, user, keyPath });
}

/**
 * Changes a device of a saved LAN. A new address is accepted only if the device proves its host key there; its known_hosts
 * lines then move to that address.
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
    await moveTo(changed, device, new KnownHosts(workspace.knownHostsOf(lan.name)), signal);
  }
  await new LanStore(workspace).change(lan.name, (saved) => saved.withDevice(changed));
  return changed;
}

/** Moves a device to its new address. It must prove its host key there; known_hosts is updated then. */
async function moveTo(
  there: Device,
  device: Device,
  knownHosts: KnownHosts,
  signal: AbortSignal | undefined,
): Promise<void> {
  const known = await deviceKeys(device, knownHosts);
  const keyTypes = known.keys.map(({ type }) => type);
  const shown = await showHostKey(there.login, keyTypes, { signal, knownHosts });
  if (!known.fingerprints.includes(shown.fingerprint)) throw otherDevice(there.login, device.id, shown);
  const { isProved, keys, answer } = await proveHostKey(there, shown, known, knownHosts, signal);
  if ('connected' in answer) await answer.connected.close();
  // A device that proves its key but refuses the login is moved anyway; `device check` reports the login.
  else if (!isProved) throw answer.error;
  await moveHostKeys([{ from: device, to: there, keys }], knownHosts);
}

/** Roles reach each other by address, because their containers may not be able to resolve a name. */
async function ipOf(host: string): Promise<string> {
  if (isIP(host) > 0) return host;
  try {
    return (await lookup(host, { family: 4 })).address;
  } catch (error) {
    throw deviceUnreachable({ host, port: 22, user: '' }, error);
  }
}

function invalid(text: string, role: string): CollabError {
  return new CollabError('device-edit', {
    what: `${JSON.stringify(text)} is not ${role}.`,
    next: 'Use letters, digits, dots, dashes and underscores; a port is a number from 1 to 65535.',
    exitCode: ExitCode.usage,
  });
}

function noSuchTag({ name, tags }: Device, tag: string): CollabError {
  return new CollabError('device-edit', {
    what: `${name} has no tag ${tag}.`,
    why: tags.length > 0 ? `It has: ${tags.join(', ')}` : 'It has no tags.',
    next: `Show its tags with: collab device show ${name}`,
    exitCode: ExitCode.usage,
  });
}

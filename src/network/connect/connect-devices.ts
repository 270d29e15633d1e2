import { CollabError } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { Workspace } from '../../workspace/index.js';
import { type ConnectedDevice, type Device, type LAN, LanStore } from '../lan/index.js';
import { findAgain, surroundings, type FindAgainEvent, type Surroundings } from './find-again.js';
import type { Candidate, Finding, Sought } from './plan-moves.js';
import { type HostKey, type HostKeys, keyPlace, keysOnly, KnownHosts } from '../ssh/index.js';

/** A device that a connection is open to, or why none is: a CollabError, or a fault of our own. */
export type Answer = { device: Device; connected: ConnectedDevice } | { device: Device; error: unknown };

/** Signs that a device may be elsewhere: nobody answers at its address, or somebody else. */
const maybeElsewhere = new Set([
  'device-unreachable',
  'host-key-changed',
  'host-key-unknown',
  'other-device',
]);

/** Refusals that come only after the other end has proved that it holds the host key. */
const afterProof = new Set(['key-refused']);

export interface ConnectDevicesOptions {
  lan: LAN;
  workspace: Workspace;
  emit: Emit<FindAgainEvent>;
  signal?: AbortSignal;
  /** Default: this machine's network. */
  around?: Surroundings;
}

/**
 * Connects to devices of a LAN, all at once. One that is not at its saved address is looked for; where it is found
 * and has proved its host key, its address is changed in the saved LAN and the known hosts. A failure is an answer.
 */
export async function connectDevices(
  devices: readonly Device[],
  options: ConnectDevicesOptions,
): Promise<Answer[]> {
  const { lan, workspace, signal } = options;
  const knownHosts = new KnownHosts(workspace.knownHostsOf(lan.name));
  const first = await Promise.all(devices.map((device) => connectKnown(device, { knownHosts, signal })));
  try {
    return await lookForAway(first, knownHosts, options);
  } catch (error) {
    for (const one of first) if ('connected' in one) await one.connected.close();
    throw error;
  }
}

/**
 * Connects as `connectDevices` does and works on each device as soon as it answers: nobody waits for the slowest, nor
 * for one that must be looked for. The work closes its connection. All that was begun has ended when this returns.
 * @returns what the works gave, in the order of the devices
 * @throws the first failure, in that order
 */
export async function onEachDevice<T>(
  devices: readonly Device[],
  options: ConnectDevicesOptions,
  work: (answer: Answer) => Promise<T>,
): Promise<T[]> {
  const { lan, workspace, signal } = options;
  const knownHosts = new KnownHosts(workspace.knownHostsOf(lan.name));
  const begun = new Map<number, Promise<T>>();
  const begin = (answer: Answer, index: number) => {
    const working = work(answer);
    working.catch(() => undefined);
    begun.set(index, working);
  };
  const first = await Promise.all(
    devices.map(async (device, index) => {
      const answer = await connectKnown(device, { knownHosts, signal });
      if (!isMaybeAway(answer)) begin(answer, index);
      return answer;
    }),
  );
  try {
    const answers = await lookForAway(first, knownHosts, options);
    for (const [index, answer] of answers.entries()) if (!begun.has(index)) begin(answer, index);
  } finally {
    await Promise.allSettled(begun.values());
  }
  const inOrder = [...begun].sort(([a], [b]) => a - b).map(([, working]) => working);
  return Promise.all(inOrder);
}

/** Looks for the devices that did not answer where they should be. Those that did stay as they are. */
async function lookForAway(
  first: Answer[],
  knownHosts: KnownHosts,
  { lan, workspace, emit, signal, around = surroundings }: ConnectDevicesOptions,
): Promise<Answer[]> {
  const away = first.filter(isMaybeAway).map(({ device }) => device);
  if (away.length === 0 || signal?.aborted) return first;
  const sought = await Promise.all(away.map((device) => keysOf(device, knownHosts)));
  const found = await findAgain(sought, { around, emit, ...(signal && { signal }) });
  const findings = found.filter((finding) => !isWhereKeyChanged(finding, first));
  const proved = await loginThere(findings, sought, knownHosts, signal);
  await remember(proved, { lan, workspace, knownHosts, emit });
  return first.map((before) => betterAnswer(before, findings, proved));
}

/** Behind other hosts nothing can be asked from here. */
const isMaybeAway = (answer: Answer) =>
  'error' in answer && answer.device.via.length === 0 && isNamed(answer.error, maybeElsewhere);

/** Connects to a device at the address that it is known by. A failure is an answer. */
export async function connectKnown(
  device: Device,
  { knownHosts, signal }: { knownHosts: HostKeys; signal: AbortSignal | undefined },
): Promise<Answer> {
  try {
    return { device, connected: await device.connect({ knownHosts, ...(signal && { signal }) }) };
  } catch (error) {
    return { device, error };
  }
}

const isNamed = (error: unknown, names: ReadonlySet<string>) =>
  error instanceof CollabError && names.has(error.name);

/** All host keys of a device: the known hosts may have others beside the one by which it is known. */
async function keysOf(device: Device, knownHosts: KnownHosts): Promise<Sought & { keys: HostKey[] }> {
  const place = keyPlace(device.login);
  const lines = (await knownHosts.find(place.host, place.port)).filter(({ revoked }) => !revoked);
  const keys = lines.map(({ key }) => key);
  const own = keys.some(({ fingerprint }) => fingerprint === device.id) ? keys : [];
  return { device, keys: own, fingerprints: [device.id, ...own.map(({ fingerprint }) => fingerprint)] };
}

/**
 * Where the known hosts speak against what is shown, the LAN's own word does not overrule them: a device counts as
 * found at its saved address only when no line speaks of that address at all.
 */
function isWhereKeyChanged(finding: Finding, answers: readonly Answer[]): boolean {
  if (finding.kind !== 'moved') return false;
  const { device, to } = finding;
  const before = answers.find((one) => one.device === device);
  const isUnknown = before && 'error' in before && isNamed(before.error, new Set(['host-key-unknown']));
  return to.address === device.address && to.port === device.port && !isUnknown;
}

interface Proved {
  device: Device;
  to: Candidate;
  /** All its keys, the one that it has shown among them. */
  keys: HostKey[];
  answer: Answer;
}

/** Logs in where the devices seem to be. Those that prove their host key there are given, let in or not. */
async function loginThere(
  findings: readonly Finding[],
  sought: readonly (Sought & { keys: HostKey[] })[],
  knownHosts: KnownHosts,
  signal: AbortSignal | undefined,
): Promise<Proved[]> {
  const tried = await Promise.all(
    findings.map(async (finding): Promise<Proved[]> => {
      if (finding.kind !== 'moved') return [];
      const { device, to } = finding;
      const saved = sought.find((one) => one.device === device)?.keys ?? [];
      const keys = [to.key, ...saved.filter(({ line }) => line !== to.key.line)];
      const there = device.with({ address: to.address, port: to.port });
      const answer = await connectKnown(there, { knownHosts: keysOnly(keys, knownHosts), signal });
      return 'connected' in answer || isNamed(answer.error, afterProof) ? [{ device, to, keys, answer }] : [];
    }),
  );
  return tried.flat();
}

function betterAnswer(before: Answer, findings: readonly Finding[], proved: readonly Proved[]): Answer {
  const { device } = before;
  const found = proved.find((one) => one.device === device);
  if (found) return found.answer;
  const refused = findings.find((one) => one.device === device);
  if (refused?.kind !== 'refused' || !('error' in before)) return before;
  // A key that has changed at the saved address stays the graver sign.
  return isNamed(before.error, new Set(['device-unreachable'])) ? { device, error: refused.error } : before;
}

/** Writes down where devices are now: the keys of all old places go before those of the new ones come. */
async function remember(
  moved: readonly Proved[],
  {
    lan,
    workspace,
    knownHosts,
    emit,
  }: Pick<ConnectDevicesOptions, 'lan' | 'workspace' | 'emit'> & { knownHosts: KnownHosts },
): Promise<void> {
  if (moved.length === 0) return;
  for (const { device, keys } of moved) {
    const fingerprints = keys.map(({ fingerprint }) => fingerprint);
    const place = keyPlace(device.login);
    await knownHosts.forgetKeys(place.host, place.port, fingerprints);
  }
  for (const { device, to, keys } of moved) {
    const place = keyPlace({ ...device.login, host: to.address, port: to.port });
    await knownHosts.replace(place.host, place.port, keys);
  }
  const places = moved.map(({ device, to: { address, port } }) => ({ device, address, port }));
  await new LanStore(workspace).change(lan.name, (saved) => saved.moved(places));
  for (const { device, to } of moved) {
    if (device.address === to.address && device.port === to.port) continue;
    emit({ kind: 'network.moved', device: device.name, from: device.address, address: to.address });
  }
}

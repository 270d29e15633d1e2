import { CollabError } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { Workspace } from '../../workspace/index.js';
import { type Device, type LAN, LanStore } from '../lan/index.js';
import { KnownHosts } from '../ssh/index.js';
import { type Answer, connectKnown } from './connect-known.js';
import { findAgain, type FindAgainEvent, localNetwork, type NetworkView } from './find-again.js';
import type { Candidate, Finding, MissingDevice } from './plan-moves.js';
import {
  type DeviceKeys,
  deviceKeys,
  type HostKeyProof,
  moveHostKeys,
  proveHostKey,
} from './prove-host-key.js';

/** Errors that may mean that a device has moved: nothing or another device answers at its address. */
const signsOfMove = new Set(['device-unreachable', 'host-key-changed', 'host-key-unknown', 'other-device']);

export interface ConnectDevicesOptions {
  lan: LAN;
  workspace: Workspace;
  emit: Emit<FindAgainEvent>;
  signal?: AbortSignal;
  /** Default: this machine's network. */
  view?: NetworkView;
}

/**
 * Connects to devices of a LAN, all at once. Searches for a device that is not at its saved address; if it is found and
 * proves its host key, its address is updated in the saved LAN and in known_hosts. Failures are returned, not thrown.
 */
export async function connectDevices(
  devices: readonly Device[],
  options: ConnectDevicesOptions,
): Promise<Answer[]> {
  const { lan, workspace, signal } = options;
  const knownHosts = new KnownHosts(workspace.knownHostsOf(lan.name));
  const first = await Promise.all(devices.map((device) => connectKnown(device, { knownHosts, signal })));
  try {
    return await findMissing(first, knownHosts, options);
  } catch (error) {
    for (const one of first) if ('connected' in one) await one.connected.close();
    throw error;
  }
}

/**
 * Connects like `connectDevices` and starts the work on each device as soon as it answers, without waiting for slow or
 * missing devices. `work` closes its connection. Returns after all work has ended.
 * @returns the results of `work`, in the order of the devices
 * @throws the first failure, in that order
 */
export async function onEachDevice<T>(
  devices: readonly Device[],
  options: ConnectDevicesOptions,
  work: (answer: Answer) => Promise<T>,
): Promise<T[]> {
  const { lan, workspace, signal } = options;
  const knownHosts = new KnownHosts(workspace.knownHostsOf(lan.name));
  const started = new Map<number, Promise<T>>();
  const start = (answer: Answer, index: number) => {
    const working = work(answer);
    working.catch(() => undefined);
    started.set(index, working);
  };
  const first = await Promise.all(
    devices.map(async (device, index) => {
      const answer = await connectKnown(device, { knownHosts, signal });
      if (!mayHaveMoved(answer)) start(answer, index);
      return answer;
    }),
  );
  try {
    const answers = await findMissing(first, knownHosts, options);
    for (const [index, answer] of answers.entries()) if (!started.has(index)) start(answer, index);
  } finally {
    await Promise.allSettled(started.values());
  }
  const inOrder = [...started].sort(([a], [b]) => a - b).map(([, working]) => working);
  return Promise.all(inOrder);
}

type Missing = MissingDevice & DeviceKeys;

/** Searches for the devices that did not answer at their saved address. The other answers are returned unchanged. */
async function findMissing(
  first: Answer[],
  knownHosts: KnownHosts,
  { lan, workspace, emit, signal, view = localNetwork }: ConnectDevicesOptions,
): Promise<Answer[]> {
  const devices = first.filter(mayHaveMoved).map(({ device }) => device);
  if (devices.length === 0 || signal?.aborted) return first;
  const missing = await Promise.all(
    devices.map(async (device): Promise<Missing> => ({ device, ...(await deviceKeys(device, knownHosts)) })),
  );
  const found = await findAgain(missing, { view, emit, ...(signal && { signal }) });
  const findings = found.filter((finding) => !isWhereKeyChanged(finding, first));
  const moves = await proveMoves(findings, missing, knownHosts, signal);
  try {
    await saveMoves(moves, { lan, workspace, knownHosts, emit });
  } catch (error) {
    for (const { answer } of moves) if ('connected' in answer) await answer.connected.close();
    throw error;
  }
  return first.map((before) => betterAnswer(before, findings, moves));
}

/** A device behind jump hosts cannot be searched for from here. */
const mayHaveMoved = (answer: Answer) =>
  'error' in answer && answer.device.via.length === 0 && isNamed(answer.error, signsOfMove);

const isNamed = (error: unknown, names: ReadonlySet<string>) =>
  error instanceof CollabError && names.has(error.name);

/**
 * The LAN does not overrule known_hosts: a device counts as found at its saved address only if known_hosts has no line for
 * that address.
 */
function isWhereKeyChanged(finding: Finding, answers: readonly Answer[]): boolean {
  if (finding.kind !== 'moved') return false;
  const { device, to } = finding;
  const before = answers.find((one) => one.device === device);
  const isUnknown = before && 'error' in before && isNamed(before.error, new Set(['host-key-unknown']));
  return to.address === device.address && to.port === device.port && !isUnknown;
}

interface ProvedMove extends HostKeyProof {
  device: Device;
  there: Device;
  to: Candidate;
}

/** Logs in at the new addresses. Returns the devices that proved their host key there, even if the login was refused. */
async function proveMoves(
  findings: readonly Finding[],
  missing: readonly Missing[],
  knownHosts: KnownHosts,
  signal: AbortSignal | undefined,
): Promise<ProvedMove[]> {
  const tried = await Promise.all(
    findings.map(async (finding): Promise<ProvedMove[]> => {
      if (finding.kind !== 'moved') return [];
      const { device, to } = finding;
      const known = missing.find((one) => one.device === device) ?? { keys: [], fingerprints: [] };
      const there = device.with({ address: to.address, port: to.port });
      const proof = await proveHostKey(there, to.key, known, knownHosts, signal);
      return proof.isProved ? [{ device, there, to, ...proof }] : [];
    }),
  );
  return tried.flat();
}

function betterAnswer(before: Answer, findings: readonly Finding[], moves: readonly ProvedMove[]): Answer {
  const { device } = before;
  const moved = moves.find((one) => one.device === device);
  if (moved) return moved.answer;
  const refused = findings.find((one) => one.device === device);
  if (refused?.kind !== 'refused' || !('error' in before)) return before;
  // A changed key at the saved address is the more serious error.
  return isNamed(before.error, new Set(['device-unreachable'])) ? { device, error: refused.error } : before;
}

/** Saves the new addresses in known_hosts and in the LAN. */
async function saveMoves(
  moves: readonly ProvedMove[],
  {
    lan,
    workspace,
    knownHosts,
    emit,
  }: Pick<ConnectDevicesOptions, 'lan' | 'workspace' | 'emit'> & { knownHosts: KnownHosts },
): Promise<void> {
  if (moves.length === 0) return;
  await moveHostKeys(
    moves.map(({ device, there, keys }) => ({ from: device, to: there, keys })),
    knownHosts,
  );
  const places = moves.map(({ device, to: { address, port } }) => ({ device, address, port }));
  await new LanStore(workspace).change(lan.name, (saved) => saved.moved(places));
  for (const { device, to } of moves) {
    if (device.address === to.address && device.port === to.port) continue;
    emit({ kind: 'network.moved', device: device.name, from: device.address, address: to.address });
  }
}

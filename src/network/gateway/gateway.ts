import { CollabError, ExitCode } from '../../errors.js';
import type { Clock } from '../../events.js';
import type { Device, LAN } from '../lan/index.js';
import { LocalShell, rootPrefix } from '../shell/index.js';
import { commandLine } from '../ssh/index.js';
import { restoreCommand, routeCommand } from './device-route.js';
import { isForwarding, readGatewayFacts, rulesThere } from './facts.js';
import { addressFor } from './interfaces.js';
import { needsRoot } from './needs-root.js';
import { planGateway } from './plan.js';
import { restoreDevices, routeDevices, type NotRouted, type RouteRequest } from './route-devices.js';
import { GatewayStore, type GatewayState } from './state.js';
import { applySteps, undoOf, undoSteps } from './steps.js';

/** `lan` is null when none is set up: then no device is routed. */
type Request = Omit<RouteRequest, 'lan'> & { lan: LAN | null };

export interface GatewayOn extends Request {
  from: string;
  to: string;
  /** Those of the LAN that are to be routed. */
  devices: readonly Device[];
  clock: Clock;
}

/** Commands as a user would type them, as root. */
export interface GatewayPlan {
  here: string[];
  /** Null for a device that is not on the network of the interface. */
  devices: { device: string; command: string | null }[];
}

/** The commands of `gateway on`. Changes nothing. */
export async function planOn({
  from,
  to,
  devices,
}: Pick<GatewayOn, 'from' | 'to' | 'devices'>): Promise<GatewayPlan> {
  const shell = new LocalShell();
  const facts = await readGatewayFacts(shell, await rootPrefix(shell), { from, to });
  return {
    here: planGateway(facts).map(({ argv }) => commandLine(argv)),
    devices: devices.map(({ name, address }) => {
      const via = addressFor(facts.networks, address);
      return { device: name, command: via === null ? null : commandLine(routeCommand(via)) };
    }),
  };
}

/** The commands of `gateway off`; null when it is off. */
export async function planOff(workspace: Request['workspace']): Promise<GatewayPlan | null> {
  const state = await new GatewayStore(workspace).read();
  if (state === null) return null;
  return {
    here: state.undo.map(commandLine),
    devices: state.devices.map(({ name, via, before }) => {
      const command = restoreCommand(via, before, [['default', 'via', via]]);
      return { device: name, command: command === null ? null : commandLine(command) };
    }),
  };
}

/**
 * Forwards and masquerades between two interfaces of this machine, and routes devices through it. How everything was
 * found is written down first; when a step fails, this machine is as before.
 * @returns the devices that could not be routed: for them the gateway waits
 * @throws CollabError `gateway-on`, `gateway-foreign`, `needs-root`, `gateway-step`, and as `readGatewayFacts`.
 */
export async function gatewayOn(request: GatewayOn): Promise<NotRouted[]> {
  const { workspace, from, to, devices, lan, clock, emit } = request;
  const shell = new LocalShell();
  const store = new GatewayStore(workspace);
  const before = await store.read();
  if (before !== null) throw isOn(before);
  const prefix = await rootPrefix(shell);
  const facts = await readGatewayFacts(shell, prefix, { from, to });
  if (prefix === null) throw needsRoot(`collab gateway on --from ${from} --to ${to}`);
  if ((await rulesThere(shell, prefix)) === true) throw foreign();
  const steps = planGateway(facts);
  const common = { format: 1 as const, from, to, tool: facts.tool, since: clock.now().toISOString() };
  let state: GatewayState = { ...common, lan: lan?.name ?? null, undo: undoOf(steps), devices: [] };
  await store.write(state);
  try {
    await applySteps(shell, prefix, steps, emit);
  } catch (error) {
    await store.remove();
    throw error;
  }
  if (lan === null) return [];
  let writing = Promise.resolve();
  return routeDevices(
    devices,
    facts.networks,
    (device) => {
      state = { ...state, devices: [...state.devices, device] };
      const now = state;
      return (writing = writing.then(() => store.write(now)));
    },
    { ...request, lan },
  );
}

/**
 * Takes everything back, devices first.
 * @param lanOf loads the LAN that was routed, null when it is gone
 * @returns the devices whose route could not be brought back, with the command to do it by hand; null when it was off
 * @throws CollabError `needs-root`, `gateway-off` when this machine could not be restored: the state is kept.
 */
export async function gatewayOff(
  { workspace, emit, signal }: Omit<Request, 'lan'>,
  lanOf: (name: string) => Promise<LAN | null>,
): Promise<NotRouted[] | null> {
  const shell = new LocalShell();
  const store = new GatewayStore(workspace);
  const state = await store.read();
  if (state === null) return null;
  const prefix = await rootPrefix(shell);
  if (prefix === null) throw needsRoot('collab gateway off');
  const lan = state.lan === null ? null : await lanOf(state.lan);
  const common = { workspace, emit, ...(signal && { signal }) };
  const left = lan === null ? [] : await restoreDevices(state.devices, { ...common, lan });
  const failed = await undoSteps(shell, prefix, state.undo, emit);
  if (failed.length > 0) {
    throw new CollabError('gateway-off', {
      what: 'This machine could not be restored in full.',
      why: failed.join('\n'),
      next: 'Mend what is said above, then again: collab gateway off',
      exitCode: ExitCode.internal,
    });
  }
  await store.remove();
  return left;
}

export interface GatewayStatus {
  state: GatewayState | null;
  /** Whether rules of a gateway are there; null when only root could tell. */
  rules: boolean | null;
  forwarding: boolean;
}

export async function gatewayStatus({ workspace }: Pick<Request, 'workspace'>): Promise<GatewayStatus> {
  const shell = new LocalShell();
  const [state, rules, forwarding] = await Promise.all([
    new GatewayStore(workspace).read(),
    rootPrefix(shell).then((prefix) => rulesThere(shell, prefix)),
    isForwarding(),
  ]);
  return { state, rules, forwarding };
}

function isOn({ from, to, since }: GatewayState): CollabError {
  return new CollabError('gateway-on', {
    what: `The gateway is on already, from ${from} to ${to}, since ${since}.`,
    next: 'Turn it off first: collab gateway off',
    exitCode: ExitCode.usage,
  });
}

function foreign(): CollabError {
  return new CollabError('gateway-foreign', {
    what: 'This machine is a gateway already, and this workspace did not make it one.',
    why: 'scripts/open_gateway.sh or another workspace did: it has rules named collab_gateway.',
    next: 'Turn it off there, or with: scripts/open_gateway.sh off <inner> <outer>',
    exitCode: ExitCode.usage,
  });
}

import { CollabError, ExitCode } from '../../errors.js';
import type { Clock } from '../../events.js';
import type { Device, LAN } from '../lan/index.js';
import { LocalShell, rootPrefix } from '../shell/index.js';
import { commandLine } from '../ssh/index.js';
import { restoreCommand, routeCommand } from './device-route.js';
import { isForwarding, readGatewayFacts, hasGatewayRules } from './facts.js';
import { addressFor } from './interfaces.js';
import { planGateway } from './plan.js';
import { restoreDevices, routeDevices, type NotRouted, type RouteRequest } from './route-devices.js';
import { GatewayStore, type GatewayState } from './state.js';
import { applySteps, undoOf, undoSteps } from './steps.js';

/** `lan` is null if none is set up; then no device is routed. */
type Request = Omit<RouteRequest, 'lan'> & { lan: LAN | null };

export interface GatewayOn extends Request {
  from: string;
  to: string;
  /** The devices of the LAN to route. */
  devices: readonly Device[];
  clock: Clock;
}

/** The commands, as root would type them. */
export interface GatewayPlan {
  here: string[];
  /** Null for a device that is not on the interface's network. */
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

/** The commands of `gateway off`; null if the gateway is off. */
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
 * Forwards and masquerades between two interfaces of this machine, and routes devices through it. The previous state is saved
 * first; if a step fails, this machine is restored.
 * @returns the devices that could not be routed
 * @throws CollabError `gateway-on`, `gateway-foreign`, `needs-root`, `gateway-step`, and the errors of `readGatewayFacts`.
 */
export async function gatewayOn(request: GatewayOn): Promise<NotRouted[]> {
  const { workspace, from, to, devices, lan, clock, emit } = request;
  const shell = new LocalShell();
  const store = new GatewayStore(workspace);
  const before = await store.read();
  if (before !== null) throw alreadyOn(before);
  const prefix = await rootPrefix(shell);
  const facts = await readGatewayFacts(shell, prefix, { from, to });
  if (prefix === null) throw needsRoot(`collab gateway on --from ${from} --to ${to}`);
  if ((await hasGatewayRules(shell, prefix)) === true) throw foreignGateway();
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
 * Restores the devices, then this machine.
 * @param lanOf loads the LAN whose devices were routed; null if it no longer exists
 * @returns the devices whose route could not be restored, with the command for the user; null if the gateway was off
 * @throws CollabError `needs-root`; `gateway-off` if this machine could not be restored, then the saved state is kept.
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
      what: 'This machine could not be restored completely.',
      why: failed.join('\n'),
      next: 'Fix the errors above, then run again: collab gateway off',
      exitCode: ExitCode.internal,
    });
  }
  await store.remove();
  return left;
}

export interface GatewayStatus {
  state: GatewayState | null;
  /** Whether rules of a gateway exist; null without root. */
  rules: boolean | null;
  forwarding: boolean;
}

export async function gatewayStatus({ workspace }: Pick<Request, 'workspace'>): Promise<GatewayStatus> {
  const shell = new LocalShell();
  const [state, rules, forwarding] = await Promise.all([
    new GatewayStore(workspace).read(),
    rootPrefix(shell).then((prefix) => hasGatewayRules(shell, prefix)),
    isForwarding(),
  ]);
  return { state, rules, forwarding };
}

function needsRoot(command: string): CollabError {
  return new CollabError('needs-root', {
    what: 'Only root can change the network of this machine.',
    why: 'You are not root, and sudo asks for a password.',
    next: `Unlock sudo for this terminal, then try again: sudo -v && ${command}`,
    exitCode: ExitCode.internal,
  });
}

function alreadyOn({ from, to, since }: GatewayState): CollabError {
  return new CollabError('gateway-on', {
    what: `The gateway is already on, from ${from} to ${to}, since ${since}.`,
    next: 'Turn it off first: collab gateway off',
    exitCode: ExitCode.usage,
  });
}

function foreignGateway(): CollabError {
  return new CollabError('gateway-foreign', {
    what: 'This machine is already a gateway, but not of this workspace.',
    why: 'It has rules named collab_gateway, from another workspace or from open_gateway.sh.',
    next: 'Turn it off in that workspace: collab gateway off. Or with: open_gateway.sh off <inner> <outer>',
    exitCode: ExitCode.usage,
  });
}

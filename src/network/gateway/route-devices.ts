import { messageOf } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { Workspace } from '../../workspace/index.js';
import { type Answer, connectDevices, type FindAgainEvent } from '../connect/index.js';
import type { Device, LAN } from '../lan/index.js';
import {
  asRoot,
  manualCommand,
  readRoutes,
  restoreCommand,
  routeCommand,
  type Routes,
} from './device-route.js';
import type { GatewayEvent } from './events.js';
import { addressFor, type Network } from './interfaces.js';
import type { RoutedDevice } from './state.js';

export interface RouteRequest {
  workspace: Workspace;
  lan: LAN;
  emit: Emit<GatewayEvent | FindAgainEvent>;
  signal?: AbortSignal;
}

/** A device whose route was not changed, the reason, and the command for the user. */
export interface NotRouted {
  device: string;
  reason: string;
  command: string;
}

/**
 * Routes devices through this machine.
 * @param remember called with the previous route before it is changed
 */
export async function routeDevices(
  devices: readonly Device[],
  networks: readonly Network[],
  remember: (device: RoutedDevice) => Promise<void>,
  request: RouteRequest,
): Promise<NotRouted[]> {
  return overDevices(devices, request, async (answer) => {
    const { device } = answer;
    const via = addressFor(networks, device.address);
    if (via === null)
      return { reason: `${device.address} is not in a network of that interface`, command: '' };
    const command = manualCommand(device, routeCommand(via));
    if ('error' in answer) return { reason: messageOf(answer.error), command };
    const { shell } = answer.connected;
    await remember({ name: device.name, via, before: await readRoutes(shell) });
    const refused = await asRoot(shell, routeCommand(via));
    if (refused !== null) return { reason: refused, command };
    request.emit({ kind: 'gateway.routed', device: device.name, via });
    return null;
  });
}

/** Restores the previous default routes of devices. */
export async function restoreDevices(
  routed: readonly RoutedDevice[],
  request: RouteRequest,
): Promise<NotRouted[]> {
  const known = request.lan.devices.filter(({ name }) => routed.some((one) => one.name === name));
  return overDevices(known, request, async (answer) => {
    const { device } = answer;
    const one = routed.find(({ name }) => name === device.name);
    if (one === undefined) return null;
    const { via, before } = one;
    const ours: Routes = [['default', 'via', via]];
    const command = (now: Routes) => restoreCommand(via, before, now);
    if ('error' in answer)
      return { reason: messageOf(answer.error), command: manualCommand(device, command(ours) ?? []) };
    const { shell } = answer.connected;
    const needed = command(await readRoutes(shell));
    const refused = needed === null ? null : await asRoot(shell, needed);
    if (refused !== null) return { reason: refused, command: manualCommand(device, needed ?? []) };
    request.emit({ kind: 'gateway.restored', device: device.name });
    return null;
  });
}

async function overDevices(
  devices: readonly Device[],
  { workspace, lan, emit, signal }: RouteRequest,
  work: (answer: Answer) => Promise<{ reason: string; command: string } | null>,
): Promise<NotRouted[]> {
  if (devices.length === 0) return [];
  const answers = await connectDevices(devices, { workspace, lan, emit, ...(signal && { signal }) });
  const outcomes = await Promise.all(
    answers.map(async (answer): Promise<NotRouted[]> => {
      const left = await work(answer)
        .catch((error: unknown) => ({ reason: messageOf(error), command: '' }))
        .finally(() => ('connected' in answer ? answer.connected.close() : undefined));
      if (left === null) return [];
      emit({ kind: 'gateway.not-routed', device: answer.device.name, ...left });
      return [{ device: answer.device.name, ...left }];
    }),
  );
  return outcomes.flat();
}

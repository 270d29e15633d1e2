import {
  controllerEngine,
  deviceEngine,
  filesBelow,
  hindranceOf,
  lanRuntime,
  reachAll,
} from '../../deployment/index.js';
import type { Clock, Emit } from '../../events.js';
import {
  connectDevices,
  type DevicePick,
  keepConnected,
  type LAN,
  pickDevices,
} from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { Experiment } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import { imagesByRole, readBases } from '../images/index.js';
import type { Pin } from '../plan/index.js';
import { hostDeviceMisfit } from './host-device-misfit.js';
import { LanStage } from './lan-stage.js';
import { placeOnReached } from './place-on-reached.js';

/** Connects to the devices of a LAN, and places the roles on those that can be used. */
export async function connectLan(request: {
  experiment: Experiment;
  lan: LAN;
  pick?: DevicePick;
  pins: readonly Pin[];
  workspace: Workspace;
  emit: Emit<RunEvent>;
  clock: Clock;
  signal: AbortSignal;
}): Promise<LanStage> {
  const { experiment, lan, pins, workspace, emit, clock, signal } = request;
  const devices = pickDevices(lan, request.pick ?? {});
  emit({ kind: 'run.connecting', devices: devices.map((device) => device.name) });
  const answers = await connectDevices(devices, { lan, workspace, emit, signal });
  const kept = answers.map((answer) =>
    'connected' in answer
      ? { ...answer, connected: keepConnected(answer.connected, { lan, workspace }, deviceEngine) }
      : answer,
  );
  const reached = await reachAll(kept, deviceEngine);
  const open = reached.flatMap((one) => ('engine' in one ? [one] : []));
  const closeAll = async () => {
    await Promise.all(open.map(({ connected }) => connected.close()));
  };
  try {
    for (const one of reached) {
      if (!('error' in one)) continue;
      const { step, what: reason, next } = hindranceOf(one.error);
      emit({ kind: 'run.device-left-out', device: one.device.name, step, reason, next });
    }
    const { roles } = experiment.definition;
    const bases = await readBases(roles, workspace);
    const reachable = open.map(({ connected }) => connected);
    const placement = placeOnReached(roles, reached, pins, {
      baseMisfit: bases.misfit,
      hostDeviceMisfit: await hostDeviceMisfit(roles, reachable, lanRuntime.name),
    });
    const used = open.filter(({ device }) => placement.some((placed) => placed.device === device.name));
    const playing = used.map(({ device }) => device);
    const notes = bases.notes(roles, placement, devices);
    for (const note of notes) emit({ kind: 'run.note', note });
    const engineOf = (device: string) => {
      const engine = used.find(({ connected }) => connected.device.name === device)?.engine;
      if (engine === undefined) throw new TypeError(`no engine of ${device}`);
      return engine;
    };
    const experimentFiles = () => filesBelow(experiment.folder, experiment.files, '');
    const runtime = await lanRuntime.open({ engineOf, experimentFiles, clock });
    return new LanStage({
      lan: lan.name,
      experiment,
      workspace,
      placement,
      used,
      imageOf: await imagesByRole(experiment, bases, placement, playing),
      notes,
      controllerEngine: await controllerEngine(),
      runtime,
      clock,
      closeAll,
    });
  } catch (error) {
    await closeAll();
    throw error;
  }
}

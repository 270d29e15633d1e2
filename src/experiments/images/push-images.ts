import {
  CodeLayers,
  controllerEngine,
  type DeliveryEvent,
  deviceEngine,
  deviceTarget,
  type Engine,
  LayerStore,
  reachAll,
} from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import {
  connectDevices,
  type ConnectedDevice,
  type Device,
  type LAN,
  refuseHeld,
} from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { Clock, Emit } from '../../events.js';
import { loadExperiment } from '../definition/index.js';
import { rolesThatFit } from './fitting-roles.js';
import { readBases } from './bases.js';
import { deployImages } from './deploy-images.js';
import type { RunEvent } from '../events/index.js';
import type { ImageSite } from './image-site.js';
import { imagesByRole, type ImageOf } from './images-by-role.js';
import { lookAtImages } from './look-at-images.js';

/** An image that a device has after the push. */
export interface PushedImage {
  roles: string[];
  ref: string;
  imageId: string;
  /** Bytes that were sent for it; 0 when the device had it. */
  sentBytes: number;
  seconds: number;
}

export interface Pushed {
  devices: { device: string; images: PushedImage[] }[];
  failures: { device: string; error: CollabError }[];
}

export interface PushRequest {
  /** Name of an experiment of `TestCases/`, or a path to its folder. */
  experiment: string;
  workspace: Workspace;
  emit: Emit<RunEvent>;
  signal: AbortSignal;
}

/** A connected device and its engine. */
export interface OpenDevice {
  connected: ConnectedDevice;
  engine: Engine;
}

/**
 * Sends the images of an experiment to devices ahead of a run: to each, those of all roles that it could play. A device
 * that fails, or that a run or another user holds, does not stop the others.
 */
export async function pushImages(
  request: PushRequest & { lan: LAN; devices: readonly Device[]; clock: Clock },
): Promise<Pushed> {
  const { lan, devices, workspace, emit, signal, clock } = request;
  const planned = await planPush(request, devices);
  const freeEngine = async (connected: ConnectedDevice) => {
    const [engine] = await Promise.all([deviceEngine(connected), refuseHeld(connected, clock)]);
    return engine;
  };
  const answers = await connectDevices(planned.devices, { lan, workspace, emit, signal });
  const reached = await reachAll(answers, freeEngine);
  const open = reached.flatMap((one) => ('engine' in one ? [one] : []));
  try {
    const pushed = await push(planned, open, request);
    const unreached = reached.flatMap((one) =>
      'error' in one ? [{ device: one.device.name, error: one.error }] : [],
    );
    return { ...pushed, failures: [...unreached, ...pushed.failures] };
  } finally {
    await Promise.all(open.map(({ connected }) => connected.close()));
  }
}

/** The same over open connections, which stay open. */
export async function pushImagesTo(open: readonly OpenDevice[], request: PushRequest): Promise<Pushed> {
  const devices = open.map(({ connected }) => connected.device);
  return push(await planPush(request, devices), open, request);
}

interface PlannedPush {
  pairs: { role: string; device: string }[];
  devices: Device[];
  imageOf: ImageOf;
}

async function planPush(request: PushRequest, devices: readonly Device[]): Promise<PlannedPush> {
  const { workspace } = request;
  const experiment = await loadExperiment(workspace, request.experiment);
  const bases = await readBases(experiment.definition.roles, workspace);
  const pairs = rolesThatFit(experiment.definition.roles, devices, bases);
  const fitting = devices.filter(({ name }) => pairs.some(({ device }) => device === name));
  if (fitting.length === 0) throw nothingFits(experiment.name);
  return { pairs, devices: fitting, imageOf: await imagesByRole(experiment, bases, pairs, fitting) };
}

async function push(
  { pairs, devices, imageOf }: PlannedPush,
  open: readonly OpenDevice[],
  { emit, signal }: PushRequest,
): Promise<Pushed> {
  const failures: Pushed['failures'] = [];
  const targets = new Map(
    open.map(({ connected, engine }) => [connected.device.name, deviceTarget(connected, engine)]),
  );
  const store = new LayerStore();
  const sent = new Sent();
  const site: ImageSite = {
    instances: pairs
      .filter(({ device }) => targets.has(device))
      .map(({ role, device }) => ({ role, device, architecture: imageOf(role, device).plan.architecture })),
    imageOf,
    targetOf: (device) => {
      const target = targets.get(device);
      if (target === undefined) throw new TypeError(`no connection to ${device}`);
      return target;
    },
    controllerEngine: await controllerEngine(),
    store,
    code: new CodeLayers(store),
  };
  const deployed = await deployImages({
    ...site,
    sited: await lookAtImages(site),
    planned: [],
    signal,
    emit: (event) => {
      sent.hear(event);
      emit(event);
    },
    onFailure: (device, error) => failures.push({ device, error }),
  });
  const served = devices.filter(({ name }) => deployed.some(({ device }) => device === name));
  return {
    failures,
    devices: served.map(({ name }) => {
      const here = deployed.filter(({ device }) => device === name);
      const refs = [...new Set(here.map(({ ref }) => ref))];
      const images = refs.map((ref) => {
        const roles = here.filter((one) => one.ref === ref);
        const imageId = roles[0]?.imageId ?? '';
        return { ref, imageId, roles: roles.map(({ role }) => role), ...sent.of(name, ref) };
      });
      return { device: name, images };
    }),
  };
}

/** What was sent, read off the events of the deliveries. */
class Sent {
  private readonly deliveries = new Map<string, { sentBytes: number; seconds: number }>();

  hear(event: RunEvent | DeliveryEvent): void {
    if (event.kind !== 'delivery.done') return;
    const { device, ref, sent_bytes: sentBytes, seconds } = event;
    this.deliveries.set(`${device} ${ref}`, { sentBytes, seconds });
  }

  of(device: string, ref: string): { sentBytes: number; seconds: number } {
    return this.deliveries.get(`${device} ${ref}`) ?? { sentBytes: 0, seconds: 0 };
  }
}

function nothingFits(experiment: string): CollabError {
  return new CollabError('not-placeable', {
    what: `None of these devices can play a role of ${experiment}.`,
    next: `collab run ${experiment} --dry-run says for each role and device why not.`,
    exitCode: ExitCode.usage,
  });
}

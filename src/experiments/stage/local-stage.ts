import {
  clearRunFolder,
  filesBelow,
  HashCache,
  keepOwnFolderOutOfGit,
  localRuntime,
  type PlacedData,
  planLocalData,
} from '../../deployment/index.js';
import type { Clock } from '../../events.js';
import { commandLine, Controller, LeaseSet, ownClock } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { Experiment } from '../definition/index.js';
import { describePython } from '../images/index.js';
import { notPlaceable, type Pin, place, planDataNeeds } from '../plan/index.js';
import { hostDeviceMisfit } from './host-device-misfit.js';
import type { ConnectedStage } from './stage.js';

const loopback = '127.0.0.1';

/** This machine alone, without an engine: every role is a process here, and peers meet on the loopback address. */
export async function localStage(
  experiment: Experiment,
  clock: Clock,
  pins: readonly Pin[],
  workspace: Workspace,
): Promise<ConnectedStage> {
  const controller = await Controller.read();
  const { name, tags, facts } = controller;
  const device = { name, tags, facts, unavailable: null };
  const { definition, folder, files, dataFrom } = experiment;
  const connected = await controller.connect();
  const placed = place(definition.roles, [device], {
    runtime: localRuntime.name,
    pins,
    hostDeviceMisfit: await hostDeviceMisfit(definition.roles, [connected], localRuntime.name),
  });
  if (!placed.placed) {
    await connected.close();
    throw notPlaceable(placed);
  }
  const { placement } = placed;
  const cache = new HashCache(workspace);
  /** Data is read in place. */
  const readData = (signal: AbortSignal): Promise<PlacedData[]> =>
    planLocalData(planDataNeeds(definition, placement), { experimentFolder: dataFrom, cache, signal });
  const experimentFiles = () => filesBelow(folder, files, '');
  const runtime = await localRuntime.open({ engineOf: noEngine, experimentFiles, clock });
  let ran: string | null = null;
  return {
    runtime,
    devices: [controller],
    connected: () => connected,
    addressOf: () => loopback,
    copyCommand: (_device, folder, into) => commandLine(['cp', '-Rp', folder, `${into}/`]),
    measureClocks: () => Promise.resolve(new Map([[name, ownClock()]])),
    learn: async (signal) => ({
      lan: null,
      runtime: runtime.kind.name,
      placement,
      images: null,
      data: await readData(signal),
      notes: [],
    }),
    begin: async (runId) => {
      ran = runId;
      await keepOwnFolderOutOfGit(connected);
      return LeaseSet.none();
    },
    deploy: ({ dependenciesLeftOut }, emit) => {
      for (const leftOut of dependenciesLeftOut) emit({ kind: 'run.dependencies-left-out', ...leftOut });
      return Promise.resolve([]);
    },
    describe: async (emit) => {
      emit({ kind: 'python.read', python: await describePython(workspace, connected.shell, clock) });
      return new Map();
    },
    imageId: () => null,
    bringData: (_plan, _emit, signal) => readData(signal),
    [Symbol.asyncDispose]: async () => {
      if (ran !== null) await clearRunFolder(connected, ran);
      await connected.close();
    },
  };
}

function noEngine(): never {
  throw new TypeError('a run on this machine alone has no engine');
}

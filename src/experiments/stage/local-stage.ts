import {
  deviceRunFolder,
  filesBelow,
  HashCache,
  localRuntime,
  type PlacedData,
  planLocalData,
} from '../../deployment/index.js';
import type { Clock } from '../../events.js';
import { Controller, LeaseSet, ownClock } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { Experiment } from '../definition/index.js';
import { notPlaceable, type Pin, place } from '../plan/index.js';
import type { Stage } from './stage.js';

/** Data is read where it lies. */
async function localData(
  experiment: Experiment,
  device: string,
  cache: HashCache,
  signal?: AbortSignal,
): Promise<PlacedData[]> {
  const needs = experiment.definition.roles.flatMap((role) =>
    role.data.map(({ name, path }) => ({ role: role.name, device, name, path })),
  );
  return planLocalData(needs, { experimentFolder: experiment.folder, cache, signal });
}

const loopback = '127.0.0.1';

/** This machine alone, without an engine: every role is a process here, and peers meet on the loopback address. */
export async function localStage(
  experiment: Experiment,
  clock: Clock,
  pins: readonly Pin[],
  workspace: Workspace,
): Promise<Stage> {
  const controller = await Controller.read();
  const { name, tags, facts } = controller;
  const device = { name, tags, facts, unavailable: null };
  const placed = place(experiment.definition.roles, [device], { runtime: localRuntime.name, pins });
  if (!placed.placed) throw notPlaceable(placed);
  const connected = await controller.connect();
  const experimentFiles = () => filesBelow(experiment.folder, experiment.files, '');
  const cache = new HashCache(workspace);
  const data = (signal?: AbortSignal) => localData(experiment, name, cache, signal);
  return {
    lan: null,
    runtime: await localRuntime.open({ engineOf: noEngine, experimentFiles, clock }),
    placement: placed.placement,
    devices: [controller],
    measureClocks: () => Promise.resolve(new Map([[name, ownClock(clock.now().getTime())]])),
    connected: () => connected,
    addressOf: () => loopback,
    lease: () => Promise.resolve(LeaseSet.none()),
    deploy: (emit) => {
      for (const { name: role, dependencies } of experiment.definition.roles) {
        const { apt, pip, requirements } = dependencies;
        const all = [...apt, ...pip, ...(requirements === null ? [] : [requirements])];
        if (all.length > 0) emit({ kind: 'run.dependencies-left-out', role, dependencies: all });
      }
      return Promise.resolve([]);
    },
    imageId: () => null,
    bringData: (_emit, signal) => data(signal),
    plan: async () => ({ images: [], deliveries: [], data: await data(), notes: [] }),
    close: async (runId) => {
      if (runId !== null) await connected.shell.remove(deviceRunFolder(connected, runId));
      await connected.close();
    },
  };
}

function noEngine(): never {
  throw new TypeError('a run on this machine alone has no engine');
}

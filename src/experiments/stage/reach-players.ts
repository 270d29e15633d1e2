import {
  clearRunFolder,
  deviceEngine,
  type Engine,
  localRuntime,
  reachAll,
  type Runtime,
  runtimes,
} from '../../deployment/index.js';
import type { Clock, Emit } from '../../events.js';
import type { RunRecord } from '../../logs/index.js';
import {
  commandLine,
  connectDevices,
  type ConnectedDevice,
  Controller,
  type LAN,
  LeaseSet,
  scpCommand,
} from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { RunEvent } from '../events/index.js';
import { takeDevices } from './take-devices.js';

/** The devices of a run, as far as they can be reached, to end what runs on them. Dispose of it at the end. */
export interface Players extends AsyncDisposable {
  runtime: Runtime;
  /** Those that are there. */
  reached: readonly ConnectedDevice[];
  /** Those that are not, and why. */
  unreached: readonly { device: string; reason: string }[];
  copyCommand(device: string, folder: string, into: string): string;
  begin(): Promise<LeaseSet>;
}

/** Connects to the devices of a run; its experiment need not be there any more. */
export async function reachPlayers(
  { run_id: runId, runtime: name, devices: wanted }: RunRecord,
  request: { lan: LAN | null; workspace: Workspace; emit: Emit<RunEvent>; clock: Clock; signal: AbortSignal },
): Promise<Players> {
  const { lan, workspace, emit, clock, signal } = request;
  const experimentFiles = () => Promise.resolve([]);
  const open = (engineOf: (device: string) => Engine) =>
    runtimes[name].open({ engineOf, experimentFiles, clock });
  if (lan === null) {
    const connected = await (await Controller.read()).connect();
    return {
      runtime: await localRuntime.open({ engineOf: noEngine, experimentFiles, clock }),
      reached: [connected],
      unreached: [],
      copyCommand: (_device, folder, into) => commandLine(['cp', '-Rp', folder, `${into}/`]),
      begin: () => Promise.resolve(LeaseSet.none()),
      [Symbol.asyncDispose]: () => clearRunFolder(connected, runId),
    };
  }
  const ids = wanted.map(({ id }) => id);
  const there = lan.devices.filter(({ id }) => ids.includes(id));
  const gone = wanted.filter(({ id }) => !there.some((device) => device.id === id));
  const answers = await connectDevices(there, { lan, workspace, emit, signal });
  const tried = await reachAll(answers, deviceEngine);
  const used = tried.flatMap((one) => ('engine' in one ? [one] : []));
  const engineOf = (device: string) => {
    const found = used.find((one) => one.device.name === device);
    if (found === undefined) throw new TypeError(`no engine of ${device}`);
    return found.engine;
  };
  return {
    runtime: await open(engineOf),
    reached: used.map(({ connected }) => connected),
    unreached: [
      ...gone.map(({ name: device }) => ({ device, reason: `it is not in the LAN ${lan.name} any more` })),
      ...tried.flatMap((one) =>
        'error' in one ? [{ device: one.device.name, reason: one.error.what }] : [],
      ),
    ],
    copyCommand: (device, folder, into) => {
      const found = used.find((one) => one.device.name === device);
      return found === undefined
        ? ''
        : scpCommand(found.device.login, workspace.knownHostsOf(lan.name), folder, into);
    },
    begin: () => takeDevices(runId, used, { clock, workspace }),
    [Symbol.asyncDispose]: async () => {
      await Promise.allSettled(used.map(({ connected }) => clearRunFolder(connected, runId)));
      await Promise.all(used.map(({ connected }) => connected.close()));
    },
  };
}

function noEngine(): never {
  throw new TypeError('a run on this machine alone has no engine');
}

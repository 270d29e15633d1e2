import type { ConnectedDevice } from '../../network/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { Clock } from '../../events.js';
import { roleFiles } from '../../logs/index.js';
import { type TarFile, wrapperFiles } from '../archives/index.js';
import { endListeners, endWrappers } from './end-roles.js';
import { freshCopy, workFolder } from './experiment-copy.js';
import { allEnded, findProcess, putFiles } from './on-device.js';
import { PreparedProcess, ProcessRole, wrapperOf } from './process-role.js';
import {
  deviceRoleFolder,
  deviceRunFolder,
  orderThere,
  type PreparedRole,
  roleFile,
  type RolePlace,
  type RoleStart,
  type RunningRole,
  type Runtime,
  type RuntimeKind,
} from './runtime.js';
import { SharedFiles } from './shared-files.js';
import { findPython } from './wrapper-program.js';

/** Roles as plain processes of the login: no engine and no image. */
export const processRuntime: RuntimeKind = {
  name: 'process',
  needs: { engine: false, image: false, python: true },
  shares: { network: true, cgroup: true, files: true },
  publishesPorts: false,
  listenAddress: (deviceAddress) => deviceAddress,
  open: async ({ experimentFiles, experimentFolder, env, clock, sharedFiles }) =>
    new ProcessRuntime(
      experimentFolder ?? (await experimentFiles()),
      sharedFiles ?? new SharedFiles(await wrapperFiles()),
      clock,
      env,
    ),
};

/**
 * Runs a role as a plain process of the login, without an engine: in a copy of the experiment's folder, under the
 * same wrapper. The role shares the host's network namespace and cgroup, and the wrapper says so.
 */
export class ProcessRuntime implements Runtime {
  readonly kind = processRuntime;
  /** Devices that have the files of the run, and their Python. */
  private readonly prepared = new Map<string, Promise<string>>();

  constructor(
    /** Files that are put on the device, or a folder of the device with all of them. */
    private readonly experiment: readonly TarFile[] | string,
    private readonly shared: SharedFiles,
    private readonly clock: Clock,
    private readonly env: Readonly<Record<string, string>> = {},
  ) {}

  async start(start: RoleStart): Promise<RunningRole> {
    return (await this.prepare(start)).start();
  }

  async adopt(connected: ConnectedDevice, place: RolePlace): Promise<RunningRole | null> {
    const order = await orderThere(connected, place);
    if (order === null) return null;
    const shared = deviceRunFolder(connected, place.run_id);
    const folder = deviceRoleFolder(connected, place);
    const wrapper = this.shared.wrapperFolder(connected, place.run_id);
    const pid = await findProcess(connected, wrapperOf('python3', wrapper, folder));
    const directory = workFolder(shared, place);
    return new ProcessRole(connected, order, { folder, directory, wrapper }, pid, this.clock);
  }

  async prepare(start: RoleStart): Promise<PreparedRole> {
    const { connected, order } = start;
    if (connected.device.facts.python === null) throw noPython(connected.device.name);
    const place = { ...order, process: start.process };
    const shared = deviceRunFolder(connected, order.run_id);
    const folder = deviceRoleFolder(connected, place);
    const directory = workFolder(shared, place);
    const env = { ...this.env, ...start.env };
    const wrapper = this.shared.wrapperFolder(connected, order.run_id);
    const prepared = new PreparedProcess(start, { folder, directory, wrapper, env }, this.clock);
    try {
      prepared.python = await this.giveFiles(connected, order.run_id, shared);
      const file = roleFile(start, this.kind, { directory });
      await allEnded([
        freshCopy(connected, this.experimentOn(shared), directory),
        connected.shell.write(`${folder}/${roleFiles.role}`, file),
      ]);
      if (start.hold === true) await prepared.startHeld();
    } catch (error) {
      // Cleaning up must not hide why the role cannot start.
      await prepared.discard().catch(() => undefined);
      throw error;
    }
    return prepared;
  }

  async endRoles(connected: ConnectedDevice, runId: string): Promise<void> {
    await endWrappers(connected, runId, this.shared.sharedWrapper);
    await endListeners(connected, runId);
  }

  /** Puts the experiment and the wrapper on the device, once per run and device. @returns its Python */
  private giveFiles(connected: ConnectedDevice, runId: string, shared: string): Promise<string> {
    const key = connected.device.name;
    const work = this.prepared.get(key) ?? this.copy(connected, runId, shared);
    this.prepared.set(key, work);
    return work;
  }

  private experimentOn(shared: string): string {
    return typeof this.experiment === 'string' ? this.experiment : `${shared}/experiment`;
  }

  private async copy(connected: ConnectedDevice, runId: string, shared: string): Promise<string> {
    if (typeof this.experiment !== 'string') {
      await connected.shell.makeFolder(this.experimentOn(shared));
      await putFiles(connected, this.experiment, this.experimentOn(shared));
    }
    await this.shared.wrapper(connected, runId);
    return findPython(connected);
  }
}

function noPython(device: string): CollabError {
  return new CollabError('no-python', {
    what: `${device} has no python3, which the wrapper needs.`,
    next: `Install Python 3.6 or newer on ${device} (Debian: apt-get install python3), then run again.`,
    exitCode: ExitCode.deviceUnreachable,
  });
}

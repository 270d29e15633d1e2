import type { ConnectedDevice } from '../../network/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { Clock } from '../../events.js';
import { roleFiles } from '../../logs/index.js';
import { programText } from '../../package-folder.js';
import { type TarFile, wrapperFiles } from '../archives/index.js';
import { endListeners, endWrappers } from './end-roles.js';
import { freshCopy, workFolder } from './experiment-copy.js';
import { allEnded, findProcess, putFiles, removeUnlessRun, startInBackground } from './on-device.js';
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
import { findPython, wrapperPython } from './wrapper-program.js';

/** How often a process is looked at; the kernel tells only its parent that it has ended. More often at first, for short ones. */
const lookEveryMs = 150;
const lookAtFirstMs = 15;
const lookLonger = 1.15;

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

const wrapperOf = (python: string, wrapper: string, folder: string) => [
  ...wrapperPython(python),
  `${wrapper}/wrapper.py`,
  folder,
];

interface ProcessPlace {
  /** Of the role. */
  folder: string;
  /** In which its command starts. */
  directory: string;
  /** Where the wrapper is. */
  wrapper: string;
}

/** A copy of the experiment, and the role's folder with its order. */
class PreparedProcess implements PreparedRole {
  python = 'python3';

  constructor(
    private readonly asked: RoleStart,
    private readonly at: ProcessPlace & { env: Readonly<Record<string, string>> },
    private readonly clock: Clock,
  ) {}

  async start(): Promise<RunningRole> {
    const { connected, order } = this.asked;
    const { folder, env } = this.at;
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const wrapper = wrapperOf(this.python, this.at.wrapper, folder);
    // `env` becomes the wrapper.
    const argv = variables.length === 0 ? wrapper : ['env', ...variables, ...wrapper];
    const pid = await startInBackground(connected, folder, argv);
    if (typeof pid === 'number') return new ProcessRole(connected, order, this.at, pid, this.clock);
    // Cleaning up must not hide why the role did not start.
    await this.discard().catch(() => undefined);
    throw new CollabError('role-not-started', {
      what: `The role ${order.role} could not be started on ${connected.device.name}.`,
      why: pid.why,
      next: 'Check the device and run again.',
      exitCode: ExitCode.experimentFailed,
    });
  }

  async discard(): Promise<void> {
    const { connected } = this.asked;
    await connected.shell.remove(this.at.directory);
    await removeUnlessRun(connected, this.at.folder);
  }
}

class ProcessRole implements RunningRole {
  constructor(
    readonly connected: RoleStart['connected'],
    readonly order: RoleStart['order'],
    private readonly at: ProcessPlace,
    /** Null if it has ended. */
    private readonly pid: number | null,
    private readonly clock: Clock,
  ) {}

  get folder(): string {
    return this.at.folder;
  }

  async alive(): Promise<{ alive: boolean; reason: string | null }> {
    if (await this.isThere()) return { alive: true, reason: null };
    const log = await this.connected.shell.read(`${this.folder}/wrapper.log`);
    const said = log?.toString().trim() ?? '';
    return { alive: false, reason: said === '' ? null : said };
  }

  async waitForEnd(signal: AbortSignal): Promise<void> {
    for (let ms = lookAtFirstMs; !signal.aborted && (await this.isThere()); ms *= lookLonger)
      await this.clock.sleep(Math.min(ms, lookEveryMs), signal);
  }

  /** Reads a file of /proc, without starting a program. One that has ended but was not reaped (state Z) has ended. */
  private async isThere(): Promise<boolean> {
    if (this.pid === null) return false;
    const stat = await this.connected.shell.read(`/proc/${this.pid}/stat`).catch((error: unknown) => {
      // It ended between the opening of the file and its reading.
      if (error instanceof CollabError && error.name === 'device-file') return null;
      throw error;
    });
    return stat !== null && stat.length > 0 && !/\) [ZX] /.test(stat.toString());
  }

  async stop(): Promise<void> {
    const deadline = this.clock.now().getTime() + (this.order.stop_grace_s + 3) * 1000;
    let alive = await this.signal('-TERM');
    for (let ms = 5; alive && this.clock.now().getTime() < deadline; ms = Math.min(2 * ms, 100)) {
      await this.clock.sleep(ms);
      alive = await this.isThere();
    }
    if (alive) await this.signal('-KILL');
    await this.endWhatIsLeft();
  }

  /** A wrapper that was killed cannot end its process tree: the command died with it, its children did not. */
  private async endWhatIsLeft(): Promise<void> {
    const { connected, order, folder, at } = this;
    if ((await connected.shell.read(`${folder}/exit.json`)) !== null) return;
    const ended = await connected.shell.exec(['python3', '-B', `${at.wrapper}/wrapper.py`, '--end', folder]);
    if (ended.code === 0) return;
    throw new CollabError('role-not-ended', {
      what: `Processes that ${order.role}-${order.rank} started on ${connected.device.name} could not be ended.`,
      why: `${ended.stdout}${ended.stderr}`.trim(),
      next: `Look on the device: collab device shell ${connected.device.name}`,
      exitCode: ExitCode.experimentFailed,
    });
  }

  release(): Promise<void> {
    return this.connected.shell.remove(this.at.directory);
  }

  async remove(): Promise<void> {
    await this.release();
    await this.connected.shell.remove(this.folder);
  }

  private async signal(signal: '-TERM' | '-KILL'): Promise<boolean> {
    if (this.pid === null) return false;
    const argv = [
      'sh',
      '-c',
      programText('deployment/runtimes/signal-process.sh'),
      'sh',
      signal,
      String(this.pid),
    ];
    return (await this.connected.shell.exec(argv)).code === 0;
  }
}

function noPython(device: string): CollabError {
  return new CollabError('no-python', {
    what: `${device} has no python3, which the wrapper needs.`,
    next: `Install Python 3.6 or newer on ${device} (Debian: apt-get install python3), then run again.`,
    exitCode: ExitCode.deviceUnreachable,
  });
}

import { CollabError, ExitCode } from '../../errors.js';
import type { Clock } from '../../events.js';
import { programText } from '../../package-folder.js';
import { Hold } from './hold.js';
import { removeUnlessRun, startInBackground } from './on-device.js';
import type { PreparedRole, RoleStart, RunningRole } from './runtime.js';
import { wrapperPython } from './wrapper-program.js';

/** How often a process is looked at; the kernel tells only its parent that it has ended. More often at first, for short ones. */
const lookEveryMs = 150;
const lookAtFirstMs = 15;
const lookLonger = 1.15;
/** A wrapper that waited ends at once, unless it has yet to come up. */
const heldEndMs = 3000;

/** How a wrapper is called. */
export const wrapperOf = (python: string, wrapper: string, folder: string) => [
  ...wrapperPython(python),
  `${wrapper}/wrapper.py`,
  folder,
];

export interface ProcessPlace {
  /** Of the role. */
  folder: string;
  /** In which its command starts. */
  directory: string;
  /** Where the wrapper is. */
  wrapper: string;
}

/** A copy of the experiment, and the role's folder with its order. */
export class PreparedProcess implements PreparedRole {
  python = 'python3';
  private held: { hold: Hold; role: ProcessRole } | null = null;

  constructor(
    private readonly asked: RoleStart,
    private readonly at: ProcessPlace & { env: Readonly<Record<string, string>> },
    private readonly clock: Clock,
  ) {}

  /** Starts the wrapper, which then waits. */
  async startHeld(): Promise<void> {
    const { connected, order } = this.asked;
    const hold = await Hold.open(connected, this.at.folder, this.argv);
    this.held = { hold, role: new ProcessRole(connected, order, this.at, hold.pid, this.clock) };
  }

  async start(): Promise<RunningRole> {
    return this.held === null ? this.startNow() : this.go(this.held);
  }

  private async go({ hold, role }: { hold: Hold; role: ProcessRole }): Promise<RunningRole> {
    try {
      await hold.go(this.asked.connected);
      this.held = null;
      return role;
    } catch (error) {
      await this.discard().catch(() => undefined);
      throw error;
    }
  }

  private get argv(): string[] {
    const variables = Object.entries(this.at.env).map(([name, value]) => `${name}=${value}`);
    const wrapper = wrapperOf(this.python, this.at.wrapper, this.at.folder);
    // `env` becomes the wrapper.
    return variables.length === 0 ? wrapper : ['env', ...variables, ...wrapper];
  }

  private async startNow(): Promise<RunningRole> {
    const { connected, order } = this.asked;
    const pid = await startInBackground(connected, this.at.folder, this.argv);
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
    await this.held?.hold.end();
    await this.held?.role.endWaiting();
    await connected.shell.remove(this.at.directory);
    await removeUnlessRun(connected, this.at.folder);
  }
}

/** The wrapper of a role, and its folder. */
export class ProcessRole implements RunningRole {
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

  /** Waits for the end of a wrapper that nobody holds any more, or kills it: it has started nothing. */
  async endWaiting(): Promise<void> {
    await this.waitForEnd(AbortSignal.timeout(heldEndMs));
    if (await this.isThere()) await this.signal('-KILL');
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

import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { endWrappersBelow, wrapperIn } from '../../deployment/index.js';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { Clock } from '../../events.js';
import { LocalShell } from '../../network/index.js';
import { readFileIfThere, writeFileAtomic } from '../../workspace/index.js';
import { programsFolder } from '../broker/index.js';
import {
  endProcess,
  isRunning,
  type OwnProcess,
  signalProcess,
  startProcess,
  stateOf,
} from './own-process.js';
import type { FleetMember } from './record.js';
import type { FleetSite, MemberSetup, SeenMember } from './site.js';

/** Time to say goodbye to the other members. */
const graceMs = 8000;
/** That of a task, in seconds. */
const taskGraceS = 3;

/** Keeps the peaks of nats-server at 27 to 81 MB instead of 83 to 214 MB. */
const natsMemory = 'GOMEMLIMIT=64MiB';

const runningFile = z.object({
  hash: z.string(),
  programs: z.string(),
  services: z.record(
    z.string(),
    z.object({ command: z.array(z.string()), pid: z.int().positive(), start_ticks: z.number() }),
  ),
});
type Running = z.output<typeof runningFile>;

/** Programs on this machine, and what identifies their version. */
export interface LocalPrograms {
  member: string;
  natsServer: string;
  /** Docker's name of this machine's architecture. */
  architecture: string;
  hash: string;
}

/** Members as processes on this machine, each with a folder of its own. Nothing starts them again when they end. */
export class ProcessSite implements FleetSite {
  constructor(
    /** Holds a folder for each member. */
    private readonly folder: string,
    /** Null for a site where nothing is started. */
    private readonly given: LocalPrograms | null,
    private readonly clock: Clock,
  ) {}

  programsOf(): string {
    return this.programs.hash;
  }

  folderOf({ id }: Pick<FleetMember, 'id'>): string {
    return join(this.folder, id);
  }

  async look(member: FleetMember): Promise<SeenMember> {
    const before = await this.read(member);
    if (before === null) return { state: 'none', hash: null, programs: null, isOfOtherForm: false };
    const states = await Promise.all(Object.values(before.services).map((one) => stateOf(processOf(one))));
    const state = states.every((one) => one === 'running') ? 'running' : 'stopped';
    return { state, hash: before.hash, programs: before.programs, isOfOtherForm: false };
  }

  start(setup: MemberSetup): Promise<void> {
    return this.change(setup);
  }

  async change(setup: MemberSetup): Promise<void> {
    const folder = this.folderOf(setup.member);
    await mkdir(join(folder, 'logs'), { recursive: true, mode: 0o700 });
    for (const { path, content, mode, isKept } of setup.files) {
      const there = isKept === undefined ? null : await readFileIfThere(join(folder, path));
      if (there !== null && isKept?.(there) === true) continue;
      await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
      await writeFileAtomic(join(folder, path), content, mode);
    }
    const before = await this.read(setup.member);
    const services: Running['services'] = {};
    for (const [name, old] of Object.entries(before?.services ?? {})) {
      const command = this.commands(setup)[name];
      const goesOn = command?.join('\0') === old.command.join('\0') && (await isRunning(processOf(old)));
      if (goesOn) {
        signalProcess(old.pid, 'SIGCONT');
        services[name] = old;
      }
      if (!goesOn) await endProcess(processOf(old), graceMs, this.clock);
    }
    const now = { programs: this.programs.hash, services };
    for (const [name, command] of Object.entries(this.commands(setup))) {
      services[name] ??= await this.run(setup.member, name, command);
      // Each at once, so that nothing is forgotten when the next one cannot be started.
      await this.write(setup.member, { ...now, hash: '' });
    }
    await this.write(setup.member, { ...now, hash: setup.hash });
  }

  async replace(setup: MemberSetup): Promise<void> {
    await this.remove(setup.member, false);
    await this.start(setup);
  }

  async remove(member: FleetMember, purge: boolean): Promise<void> {
    await this.stop(member);
    const gone = purge ? this.folderOf(member) : this.fileOf(member);
    await rm(gone, { recursive: true, force: true });
    // With the last member, the folder of the fleet goes too.
    if (purge) await rmdir(this.folder).catch(() => undefined);
  }

  async kill(member: FleetMember): Promise<void> {
    await this.signal(member, 'SIGKILL');
  }

  async stop(member: FleetMember): Promise<void> {
    for (const one of Object.values((await this.read(member))?.services ?? {}))
      await endProcess(processOf(one), graceMs, this.clock);
    await this.endTasks(member);
  }

  /** An agent that was killed could not end its tasks, and processes of models never end by themselves. */
  private async endTasks(member: FleetMember): Promise<void> {
    const folder = this.folderOf(member);
    const runs = join(folder, '.collab/runs');
    const sharedWrapper = wrapperIn(join(folder, programsFolder));
    for (const run of await readdir(runs).catch(() => []))
      await endWrappersBelow(new LocalShell(), join(runs, run), { graceS: taskGraceS, sharedWrapper });
  }

  async pause(member: FleetMember): Promise<void> {
    await this.signal(member, 'SIGSTOP');
  }

  async unpause(member: FleetMember): Promise<void> {
    await this.signal(member, 'SIGCONT');
  }

  async revive(member: FleetMember): Promise<void> {
    const before = await this.read(member);
    if (before === null) return;
    await this.unpause(member);
    const services = { ...before.services };
    for (const [name, old] of Object.entries(before.services)) {
      if (await isRunning(processOf(old))) continue;
      services[name] = await this.run(member, name, old.command);
      await this.write(member, { ...before, services });
    }
  }

  private async signal(member: FleetMember, name: NodeJS.Signals): Promise<void> {
    for (const one of Object.values((await this.read(member))?.services ?? {}))
      if (await isRunning(processOf(one))) signalProcess(one.pid, name);
  }

  private async run(
    member: FleetMember,
    name: string,
    command: readonly string[],
  ): Promise<Running['services'][string]> {
    const folder = this.folderOf(member);
    const logPath = join(folder, 'logs', `${name}.log`);
    try {
      const { pid, startTicks } = await startProcess(command, { logPath, cwd: folder });
      return { command: [...command], pid, start_ticks: startTicks };
    } catch (error) {
      throw new CollabError('fleet-not-started', {
        what: `${member.name} could not be started: ${command[0] ?? name}.`,
        why: messageOf(error),
        next: `Look at ${logPath}, then run collab fleet up --local again.`,
        exitCode: ExitCode.internal,
        cause: error,
      });
    }
  }

  private commands({ services }: MemberSetup): Readonly<Record<string, readonly string[]>> {
    const { member, natsServer } = this.programs;
    return {
      ...(services.member && { member: [member, ...services.member] }),
      ...(services.nats && { nats: ['/usr/bin/env', natsMemory, natsServer, ...services.nats] }),
      ...(services.agent && { agent: [process.execPath, ...services.agent] }),
    };
  }

  private get programs(): LocalPrograms {
    if (this.given === null) throw new TypeError('this site has no programs');
    return this.given;
  }

  private fileOf(member: Pick<FleetMember, 'id'>): string {
    return join(this.folderOf(member), 'running.json');
  }

  private async read(member: FleetMember): Promise<Running | null> {
    const text = await readFileIfThere(this.fileOf(member));
    if (text === null) return null;
    return runningFile.parse(JSON.parse(text));
  }

  private async write(member: FleetMember, running: Running): Promise<void> {
    await writeFileAtomic(this.fileOf(member), `${JSON.stringify(running, null, 2)}\n`, 0o600);
  }
}

const processOf = (one: Running['services'][string]): OwnProcess => ({
  pid: one.pid,
  startTicks: one.start_ticks,
});

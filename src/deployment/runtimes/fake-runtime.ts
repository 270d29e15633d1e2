import type { ExitRecord } from '../../logs/index.js';
import { runtimes } from './registry.js';
import {
  deviceRoleFolder,
  type PreparedRole,
  roleFile,
  type RolePlace,
  type RoleStart,
  type RunningRole,
  type Runtime,
  type RuntimeKind,
} from './runtime.js';

/** What a test lets a role do once it has started. */
export type FakeCourse = (role: FakeRole) => Promise<void> | void;

/** A runtime for unit tests: a role writes what the wrapper would write, as the test's course says. */
export class FakeRuntime implements Runtime {
  readonly roles: FakeRole[] = [];
  /** Names of the roles that were prepared, and of those that were then not started. */
  readonly prepared: string[] = [];
  readonly discarded: string[] = [];

  constructor(
    private readonly course: FakeCourse,
    readonly kind: RuntimeKind = runtimes.docker,
  ) {}

  async start(start: RoleStart): Promise<RunningRole> {
    return (await this.prepare(start)).start();
  }

  async prepare(start: RoleStart): Promise<PreparedRole> {
    const role = new FakeRole(start);
    const { shell } = start.connected;
    const file = roleFile(start, this.kind, { directory: '/experiment' });
    await shell.write(`${role.folder}/role.json`, file);
    this.prepared.push(role.name);
    return {
      start: async () => {
        await this.course(role);
        this.roles.push(role);
        return role;
      },
      discard: async () => {
        await shell.remove(role.folder);
        this.discarded.push(role.name);
      },
    };
  }

  async endRoles({ device }: RoleStart['connected'], runId: string): Promise<void> {
    for (const role of this.roles)
      if (
        role.connected.device.name === device.name &&
        role.order.run_id === runId &&
        !role.fate.includes('removed')
      )
        await role.stop();
  }

  /** Roles live as long as the runtime: give it to both of the runs that a test makes. */
  adopt(connected: RoleStart['connected'], place: RolePlace): Promise<RunningRole | null> {
    const found = this.roles.find(
      ({ folder, fate }) => folder === deviceRoleFolder(connected, place) && !fate.includes('removed'),
    );
    return Promise.resolve(found ?? null);
  }
}

export class FakeRole implements RunningRole {
  readonly connected: RoleStart['connected'];
  readonly order: RoleStart['order'];
  readonly folder: string;
  /** What happened to it, in order. */
  readonly fate: ('stopped' | 'released' | 'removed')[] = [];
  private readonly over = new AbortController();
  private died: { reason: string | null } | null = null;
  private readonly written = new Map<string, string>();

  constructor(readonly asked: RoleStart) {
    this.connected = asked.connected;
    this.order = asked.order;
    this.folder = deviceRoleFolder(asked.connected, { ...asked.order, process: asked.process });
  }

  get name(): string {
    return `${this.order.role}-${this.order.rank}`;
  }

  state(state: 'started' | 'ready'): Promise<void> {
    return this.append('state.jsonl', `${JSON.stringify({ state, monotonic_s: 1, realtime_s: 1 })}\n`);
  }

  print(line: string, file: 'stdout.log' | 'stderr.log' = 'stdout.log'): Promise<void> {
    return this.append(file, `${line}\n`);
  }

  /** Ends the role with an exit record, as the wrapper does. */
  async exit(change: Partial<ExitRecord> = {}): Promise<void> {
    const exit: ExitRecord = {
      code: 0,
      signal: null,
      reason: 'exited',
      started_monotonic_s: 1,
      ended_monotonic_s: 2,
      started_realtime_s: 1,
      totals: {},
      ...change,
    };
    await this.connected.shell.write(`${this.folder}/exit.json`, JSON.stringify(exit));
    this.end(null);
  }

  /** Ends without a word of its wrapper. */
  die(reason: string | null): void {
    this.end(reason);
  }

  private end(reason: string | null): void {
    this.died = { reason };
    this.over.abort();
  }

  alive(): Promise<{ alive: boolean; reason: string | null }> {
    return Promise.resolve({ alive: this.died === null, reason: this.died?.reason ?? null });
  }

  waitForEnd(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([this.over.signal, signal]);
    return new Promise((resolve) => {
      if (either.aborted) resolve();
      else either.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  async stop(): Promise<void> {
    this.fate.push('stopped');
    if (this.died === null) await this.exit({ code: null, signal: 'SIGTERM', reason: 'stopped' });
  }

  release(): Promise<void> {
    this.fate.push('released');
    return Promise.resolve();
  }

  /** It releases as well. */
  async remove(): Promise<void> {
    if (this.fate.at(-1) === 'released') this.fate.pop();
    this.fate.push('removed');
    await this.connected.shell.remove(this.folder);
  }

  private async append(file: string, text: string): Promise<void> {
    const content = (this.written.get(file) ?? '') + text;
    this.written.set(file, content);
    await this.connected.shell.write(`${this.folder}/${file}`, content);
  }
}

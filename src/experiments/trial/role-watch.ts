import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Mirror, type RunningRole } from '../../deployment/index.js';
import { type ExitRecord, exitRecord, roleFiles } from '../../logs/index.js';
import { readFileIfThere } from '../../workspace/index.js';

/** How often the runtime is asked whether a role without an exit.json is still alive. */
const askEveryMs = 1000;

/** One role instance of a trial, followed from the controller: its logs are copied as they grow, and its state is read from them. */
export class RoleWatch {
  ready = false;
  exit: ExitRecord | null = null;
  /** Set when the wrapper died without an exit.json: what the runtime knows about it. */
  lost: string | null = null;
  /** Whether the event that it is ready, or that it ended, was recorded. */
  reportedReady = false;
  reportedEnd = false;
  private readonly mirror: Mirror;
  /** By the controller's clock. */
  readonly startedAtMs: number;
  private askedAtMs: number;

  constructor(
    readonly running: RunningRole,
    readonly device: string,
    readonly service: boolean,
    localFolder: string,
    private readonly nowMs: () => number,
  ) {
    this.mirror = new Mirror(running.connected.shell, running.folder, localFolder);
    this.startedAtMs = nowMs();
    this.askedAtMs = this.startedAtMs;
  }

  get role(): string {
    return this.running.order.role;
  }
  get rank(): number {
    return this.running.order.rank;
  }
  get name(): string {
    return `${this.role}-${this.rank}`;
  }
  get ended(): boolean {
    return this.exit !== null || this.lost !== null;
  }
  get folder(): string {
    return this.mirror.localFolder;
  }

  /** Copies what is new, and reads the role's state from it. */
  async poll(): Promise<void> {
    if (this.ended) return;
    if ((await this.readState()) !== null || this.nowMs() - this.askedAtMs < askEveryMs) return;
    this.askedAtMs = this.nowMs();
    const { alive, reason } = await this.running.alive();
    if (alive) return;
    const exit = await this.readState();
    if (exit === null) this.lost = reason ?? 'its wrapper ended without writing exit.json';
  }

  /** Copies everything that the role left, including its outputs. */
  async collect(): Promise<void> {
    await this.mirror.follow(true);
    await this.readState();
  }

  private async readState(): Promise<ExitRecord | null> {
    await this.mirror.follow();
    if (!this.ready) {
      const state = await readFileIfThere(join(this.folder, roleFiles.state));
      this.ready = state?.split('\n').some((line) => /"state":\s*"ready"/.test(line)) ?? false;
    }
    const exit = await readFileIfThere(join(this.folder, roleFiles.exit));
    if (exit !== null) this.exit = exitRecord.parse(JSON.parse(exit));
    return this.exit;
  }

  /** The newest lines that the role printed: of stderr, else of stdout. */
  async lastLines(count: number): Promise<string[]> {
    for (const file of [roleFiles.stderr, roleFiles.stdout]) {
      const text = await readFile(join(this.folder, file), 'utf8').catch(() => '');
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      if (lines.length > 0) return lines.slice(-count);
    }
    return [];
  }
}

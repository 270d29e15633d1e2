import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { followEveryMs, Mirror, type RunningRole } from '../../deployment/index.js';
import { type ExitRecord, exitRecord, roleFiles } from '../../logs/index.js';
import { readFileIfThere } from '../../workspace/index.js';

/** How often the runtime is asked whether a role is alive although nothing has said that it ended. */
const askEveryMs = 30_000;

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
  private followedAtMs = -Infinity;
  /** The wrapper has probably ended, or its end cannot be noticed any more: the next poll asks. */
  private over = false;
  private readonly leave = new AbortController();

  /** @param hurry called when the next poll should not wait */
  constructor(
    readonly running: RunningRole,
    readonly device: string,
    readonly service: boolean,
    localFolder: string,
    private readonly nowMs: () => number,
    private readonly hurry: () => void,
  ) {
    this.mirror = new Mirror(running.connected.shell, running.folder, localFolder);
    this.startedAtMs = nowMs();
    this.askedAtMs = this.startedAtMs;
    this.listen();
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

  /**
   * Copies what is new, and reads the role's state from it. To be called often: it asks the device only for the file of
   * states while the role is not ready, and for everything once a second or when the role has ended.
   */
  async poll(): Promise<void> {
    if (this.ended) return;
    const now = this.nowMs();
    if (this.over || now - this.followedAtMs >= followEveryMs) {
      this.followedAtMs = now;
      await this.mirror.follow();
    } else if (!this.ready) await this.mirror.followFile(roleFiles.state);
    else return;
    if ((await this.readState()) !== null) return;
    if (this.over || now - this.askedAtMs >= askEveryMs) await this.ask(now);
  }

  private async ask(now: number): Promise<void> {
    const wasOver = this.over;
    this.askedAtMs = now;
    const { alive, reason } = await this.running.alive();
    if (alive) {
      // The engine was restarted, and the role survived it.
      if (wasOver) this.listen();
      return;
    }
    await this.mirror.follow();
    const exit = await this.readState();
    if (exit === null) this.lost = reason ?? 'its wrapper ended without writing exit.json';
  }

  private listen(): void {
    const isFirst = !this.over;
    this.over = false;
    const ended = () => {
      this.over = true;
      if (isFirst) this.hurry();
    };
    // Why the waiting failed is what asking for its state reports.
    this.running.waitForEnd(this.leave.signal).then(ended, () => (this.over = true));
  }

  /** Copies everything that the role left, including its outputs. @throws if a file is not here whole */
  async collect(): Promise<void> {
    this.leave.abort();
    await this.mirror.collect();
    await this.readState();
  }

  private async readState(): Promise<ExitRecord | null> {
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
      const lines = await endOf(join(this.folder, file));
      if (lines.length > 0) return lines.slice(-count);
    }
    return [];
  }
}

/** Enough for the lines of an error; a log may be longer than what fits into memory. */
const endBytes = 64 * 1024;

/** The last lines of a log that are not empty; a line that begins before the last 64 KiB is cut. */
async function endOf(path: string): Promise<string[]> {
  const file = await open(path).catch(() => null);
  if (file === null) return [];
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - endBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer
      .toString('utf8', 0, bytesRead)
      .split('\n')
      .filter((line) => line.trim() !== '');
  } finally {
    await file.close();
  }
}

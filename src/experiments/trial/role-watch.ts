import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { followEveryMs, Mirror, News, type RunningRole } from '../../deployment/index.js';
import { type ExitRecord, exitRecord, roleFiles } from '../../logs/index.js';
import { readFileIfThere } from '../../workspace/index.js';
import { EnginePatience, engineRestarted } from './engine-patience.js';

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
  /** When its command was seen to have started, after its `prepare`; null before. */
  commandAtMs: number | null = null;
  private askedAtMs: number;
  private followedAtMs = -Infinity;
  /** The wrapper has probably ended, or its end cannot be noticed any more: the next poll asks. */
  private over = false;
  private readonly leave = new AbortController();
  private readonly patience: EnginePatience;
  private readonly news: Pick<News, 'wait' | 'close'>;
  /** The wrapper has told something since the last poll. */
  private hasNews = false;
  /** The wrapper tells when its state changes: there is no need to ask for it. */
  private isTold = false;

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
    this.patience = new EnginePatience(nowMs);
    this.askedAtMs = this.startedAtMs;
    this.news = running.news ?? new News(running.connected.shell, running.folder);
    this.listen();
    void this.hear();
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
   * states when its wrapper has told that something changed (until it tells anything, while the role is not ready), and for
   * everything once a second or when the role has ended.
   */
  async poll(): Promise<void> {
    if (this.ended) return;
    const now = this.nowMs();
    const hasNews = this.hasNews || (!this.ready && !this.isTold);
    this.hasNews = false;
    if (this.over || now - this.followedAtMs >= followEveryMs) {
      this.followedAtMs = now;
      await this.mirror.follow();
    } else if (hasNews) await this.mirror.followFile(roleFiles.state);
    else return;
    const { exit, hasExited } = await this.readState();
    this.throwIfEngineEnded();
    if (exit !== null) return;
    // The command has ended, and exit.json is the last that the wrapper writes.
    if (hasExited && hasNews) {
      await this.mirror.follow();
      const { exit: now } = await this.readState();
      this.throwIfEngineEnded();
      if (now !== null) return;
    }
    if (this.over || now - this.askedAtMs >= askEveryMs) await this.ask(now);
  }

  /** Copies what is new, however short ago it did. */
  async look(): Promise<void> {
    await this.mirror.follow();
    await this.readState();
  }

  private async ask(now: number): Promise<void> {
    const wasOver = this.over;
    this.askedAtMs = now;
    const state = await this.patience.ask(() => this.running.alive());
    if (state === null) return;
    const { alive, reason } = state;
    if (alive) {
      // The engine was restarted, and the role survived it.
      if (wasOver) this.listen();
      return;
    }
    await this.mirror.follow();
    const { exit } = await this.readState();
    this.throwIfEngineEnded(exit === null);
    if (exit === null) this.lost = reason ?? 'its wrapper ended without writing exit.json';
  }

  /** An engine ends with some containers, and stops those that it finds when it starts. */
  private throwIfEngineEnded(isLost = false): void {
    if (this.patience.wasAway && (isLost || this.exit?.reason === 'stopped'))
      throw engineRestarted(this.name, this.device);
  }

  private listen(): void {
    const isFirst = !this.over;
    this.over = false;
    const ended = () => {
      this.over = true;
      if (isFirst) this.hurry();
    };
    // Why the waiting failed is what asking for its state reports.
    this.running.waitForEnd(this.leave.signal).then(ended, (error: unknown) => {
      this.over = true;
      this.patience.heard(error);
    });
  }

  /** Hears what the wrapper tells. The first word may be that the device listens. */
  private async hear(): Promise<void> {
    for (let words = 1; !this.leave.signal.aborted; words += 1) {
      await this.news.wait(this.leave.signal);
      this.hasNews = true;
      this.isTold ||= words > 1 && (!(this.news instanceof News) || this.news.isOpen);
      this.hurry();
    }
  }

  /** Copies everything that the role left, including its outputs. @throws if a file is not here whole */
  async collect(): Promise<void> {
    this.abandon();
    await this.mirror.collect();
    await this.readState();
  }

  /** Follows the role no longer; what it left on its device stays there. */
  abandon(): void {
    this.leave.abort();
    this.news.close();
  }

  private async readState(): Promise<{ exit: ExitRecord | null; hasExited: boolean }> {
    const state = (await readFileIfThere(join(this.folder, roleFiles.state))) ?? '';
    const says = (what: string) => new RegExp(`^[^\\n]*"state":\\s*"${what}"`, 'm').test(state);
    this.ready ||= says('ready');
    if (says('started')) this.commandAtMs ??= this.nowMs();
    const exit = await readFileIfThere(join(this.folder, roleFiles.exit));
    if (exit !== null) this.exit = exitRecord.parse(JSON.parse(exit));
    return { exit: this.exit, hasExited: says('exited') };
  }

  /** The newest lines that the role printed: of what failed beside its command, else of stderr, else of stdout. */
  async lastLines(count: number): Promise<string[]> {
    const { exit } = this;
    const beside = [
      ...(exit?.reason === 'prepare-failed' ? [roleFiles.prepare] : []),
      ...(exit?.finalize_failed !== undefined && exit.code === 0 ? [roleFiles.finalize] : []),
    ];
    for (const file of [...beside, roleFiles.stderr, roleFiles.stdout]) {
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

import { attemptName, type ExitRecord, exitRecord, roleFiles } from '../../../logs/index.js';
import type { RoleOrder, RunningRole } from '../runtime.js';
import type { WarmProcess } from './warm-process.js';

/** How long a wrapper may take to end the trial of a service, before its process is stopped. */
const finishMs = 5000;

/** One trial of a process that stays for the run. To the trial it is a role like any other. */
export class WarmTrial implements RunningRole {
  readonly folder: string;
  readonly news;

  constructor(
    readonly process: WarmProcess,
    readonly order: RoleOrder,
  ) {
    this.folder = `${process.running.folder}/${attemptName(order)}`;
    process.trials += 1;
    this.news = process.news.reader();
  }

  get connected(): RunningRole['connected'] {
    return this.process.running.connected;
  }

  async alive(): Promise<{ alive: boolean; reason: string | null }> {
    const state = await this.process.alive();
    return state.alive ? state : { alive: false, reason: await this.whyEnded(state.reason) };
  }

  /** Its end is told; without a word of its wrapper, that of the process is noticed. */
  waitForEnd(signal: AbortSignal): Promise<void> {
    return this.process.whenEnded(signal);
  }

  /** Ends the trial of a service. Any other role has no other end than that of its process. */
  async stop(): Promise<void> {
    const isToFinish = this.order.service === true && this.process.end === null;
    // A process that cannot be told is ended, so that it writes what it measured.
    if (isToFinish && (await this.finish().catch(() => false))) return;
    await this.process.stop();
  }

  private async finish(): Promise<boolean> {
    await this.process.give({ kind: 'finish' });
    const news = this.process.news.reader();
    const late = this.process.after(finishMs);
    while (!late.signal.aborted && this.process.end === null) {
      if (await this.hasEnded()) break;
      await news.wait(late.signal);
    }
    late.cancel();
    return this.hasEnded();
  }

  private async hasEnded(): Promise<boolean> {
    return (await this.connected.shell.read(`${this.folder}/${roleFiles.exit}`)) !== null;
  }

  /** What is known of the end of the process: its own exit.json, and the last that it printed. */
  private async whyEnded(reason: string | null): Promise<string> {
    const { folder } = this.process.running;
    const text = await this.connected.shell.read(`${folder}/${roleFiles.exit}`).catch(() => null);
    const parsed = text === null ? null : exitRecord.safeParse(jsonIn(text.toString()));
    const exit = parsed?.success === true ? parsed.data : null;
    if (exit === null) return reason ?? 'its wrapper ended without writing exit.json';
    const before = await this.whyNotStarted(exit);
    if (before !== null) return before;
    const how = exit.signal === null ? `with code ${exit.code ?? 'unknown'}` : `by ${exit.signal}`;
    const why = exit.message ?? '';
    const said = exit.code === 0 ? '' : await this.lastLine();
    return [`its process ended ${how}`, why, said].filter((part) => part !== '').join(': ');
  }

  private async whyNotStarted({ reason, message = 'no reason given' }: ExitRecord): Promise<string | null> {
    if (reason === 'not-started') return `its command could not be started: ${message}`;
    if (reason !== 'prepare-failed') return null;
    const said = await this.lastLine(roleFiles.prepare);
    return [`its command was not started: ${message}`, said].filter((part) => part !== '').join(': ');
  }

  private async lastLine(file: string = roleFiles.stderr): Promise<string> {
    const { shell } = this.connected;
    const log = `${this.process.running.folder}/${file}`;
    const text = await shell.read(log, 0, 1 << 20).catch(() => null);
    return (text?.toString() ?? '').trimEnd().split('\n').at(-1)?.trim() ?? '';
  }

  /** The process goes on. */
  release(): Promise<void> {
    this.news.close();
    return Promise.resolve();
  }

  async remove(): Promise<void> {
    await this.release();
    await this.connected.shell.remove(this.folder);
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

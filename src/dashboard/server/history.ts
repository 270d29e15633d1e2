import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../index.js';
import type { MemberEntry, Reading } from '../live/index.js';

/** A point each 10 s, for a day. */
const everyMs = 10_000;
const keptMs = 24 * 3600_000;
const fileName = 'history.jsonl';

type Line = [
  timeMs: number,
  readings: Record<string, [number | null, number | null, number | null, number | null]>,
];

/**
 * The load of each member over the last day. It is kept in a file, a line for each time, so that it survives a restart of the
 * server. While the server is down there are no readings: a gap stays a gap.
 */
export class History {
  private lines: Line[] = [];
  private constructor(private readonly path: string) {}

  static async open(folder: string, nowMs: number): Promise<History> {
    const history = new History(join(folder, fileName));
    const text = await readFile(history.path, 'utf8').catch(() => '');
    history.lines = text
      .split('\n')
      .flatMap(lineOf)
      .filter(([timeMs]) => timeMs > nowMs - keptMs && timeMs <= nowMs);
    // What is too old, and a line that was cut, go.
    await history.rewrite();
    return history;
  }

  /** Takes the readings of now, unless the last ones are too near. */
  async take(members: readonly MemberEntry[], nowMs: number): Promise<void> {
    if (nowMs - (this.lines.at(-1)?.[0] ?? -Infinity) < everyMs) return;
    const line: Line = [
      nowMs,
      Object.fromEntries(
        members.flatMap(({ id, load }) =>
          load === null
            ? []
            : [[id, [load.cpuPercent, load.memoryUsedBytes, load.temperatureC, load.powerW]]],
        ),
      ),
    ];
    this.lines.push(line);
    const old = this.lines.findIndex(([timeMs]) => timeMs > nowMs - keptMs);
    // Not one by one: the file is written anew each time.
    if (old > 1000) {
      this.lines.splice(0, old);
      await this.rewrite();
    } else await appendFile(this.path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  }

  of(member: string): Reading[] {
    return this.lines.map(([timeMs, readings]) => {
      const own = Object.hasOwn(readings, member) ? readings[member] : undefined;
      const [cpuPercent = null, memoryUsedBytes = null, temperatureC = null, powerW = null] = own ?? [];
      return { timeMs, cpuPercent, memoryUsedBytes, temperatureC, powerW };
    });
  }

  private rewrite(): Promise<void> {
    return writeFileAtomic(this.path, this.lines.map((line) => `${JSON.stringify(line)}\n`).join(''), 0o600);
  }
}

function lineOf(text: string): Line[] {
  try {
    const line: unknown = JSON.parse(text);
    const isLine =
      Array.isArray(line) && typeof line[0] === 'number' && typeof line[1] === 'object' && line[1] !== null;
    return isLine ? [line as Line] : [];
  } catch {
    return [];
  }
}

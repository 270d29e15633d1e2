import { plainText, type CollabEvent } from '../index.js';
import { eventLine } from './event-line.js';
import { drawRun, plainRole } from './live/draw.js';
import { LiveRun, type LiveRole } from './live/live-run.js';
import { stepLine } from './step-line.js';
import { clip } from './text-width.js';

/** Off a terminal, one line of progress at most in so many milliseconds for each thing that progresses. */
const plainEveryMs = 5000;
/** ... and one line of what a role does. */
const plainRoleEveryMs = 15_000;

/**
 * Draws events: lasting lines one below the other, and on a terminal below them what is under way, changing in place:
 * a step, or the roles of a run. Off a terminal there is no animation, only now and then a plain line.
 */
export class Screen {
  /** Lines that change in place, as they stand on the terminal. */
  private shown: string[] = [];
  private readonly toldAt = new Map<string, number>();

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly live = new LiveRun([]),
  ) {}

  say(line: string): void {
    this.clear();
    this.stream.write(`${plainText(line)}\n`);
  }

  show(event: CollabEvent): void {
    const now = Date.now();
    this.live.take(event, now);
    const line = eventLine(event);
    const step = stepLine(event);
    if (line !== null) this.say(line);
    if (this.stream.isTTY) {
      const columns = Math.max(20, this.stream.columns) - 1;
      // What does not fit the terminal could not be taken away again.
      const rows = Math.max(1, (this.stream.rows || 24) - 1);
      if (step !== null) this.draw([clip(step.text, columns)]);
      else if (this.live.running) this.draw(drawRun(this.live, columns, now).slice(0, rows));
    } else if (step?.isPlain === true) {
      this.tell(step.about, step.text, plainEveryMs);
    } else if (event.kind === 'role.sampled') {
      this.tellRole(this.live.roleOf(event));
    }
  }

  /** Takes away the lines that change in place. */
  clear(): void {
    this.draw([]);
  }

  private draw(lines: readonly string[]): void {
    const wanted = lines.map((line) => plainText(line).replaceAll('\n', ' '));
    if (wanted.length === 0 && this.shown.length === 0) return;
    const up = this.shown.length > 1 ? `\x1b[${this.shown.length - 1}A` : '';
    const erase = this.shown.length > 0 || wanted.length > 0 ? `\r${up}\x1b[J` : '';
    this.stream.write(erase + wanted.join('\n'));
    this.shown = wanted;
  }

  private tellRole(role: LiveRole | undefined): void {
    if (role === undefined) return;
    // What a role does in its first seconds is told by its start.
    if (!this.toldAt.has(role.name)) this.toldAt.set(role.name, Date.now());
    else this.tell(role.name, plainRole(role), plainRoleEveryMs);
  }

  private tell(about: string, text: string, everyMs: number): void {
    const now = Date.now();
    if (now - (this.toldAt.get(about) ?? 0) < everyMs) return;
    this.toldAt.set(about, now);
    this.stream.write(`${plainText(text)}\n`);
  }
}

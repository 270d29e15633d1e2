import { plainText, type CollabEvent } from '../../index.js';
import { glyphsFor, type Glyphs } from '../text/index.js';
import { eventLine } from './event-line.js';
import { canRedraw } from './can-redraw.js';
import { clip } from '../text/index.js';
import { drawRun, plainRole } from './draw.js';
import { LiveRun, type LiveRole } from './live-run.js';
import { stepLine } from './step-line.js';

/** Without a live view, the interval between progress lines about the same thing. */
const plainEveryMs = 5000;
/** Without a live view, the interval between lines about a role. */
const plainRoleEveryMs = 15_000;

/**
 * Draws events. Most print a line. On a terminal, a progress line or the live view of a run stands below them and changes
 * in place; elsewhere a plain progress line is printed now and then.
 */
export class Screen {
  /** The lines that change in place, as they are on the terminal now. */
  private shown: string[] = [];
  private readonly printedAt = new Map<string, number>();
  private readonly redraws: boolean;
  private readonly glyphs: Glyphs;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly live = new LiveRun([]),
    environment = process.env,
  ) {
    this.redraws = canRedraw(stream, environment);
    this.glyphs = glyphsFor(environment);
  }

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
    if (this.redraws) {
      const columns = Math.max(20, this.stream.columns) - 1;
      // Lines outside the terminal cannot be erased.
      const rows = Math.max(1, (this.stream.rows || 24) - 1);
      if (step !== null) this.draw([clip(step.text, columns)]);
      else if (this.live.running) this.draw(drawRun(this.live, columns, now, this.glyphs).slice(0, rows));
    } else if (step?.isPlain === true) {
      this.printNowAndThen(step.about, step.text, plainEveryMs);
    } else if (event.kind === 'role.sampled') {
      this.printRole(this.live.roleOf(event));
    }
  }

  /** Erases the lines that change in place. */
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

  private printRole(role: LiveRole | undefined): void {
    if (role === undefined) return;
    // The first seconds of a role are covered by the line of its start.
    if (!this.printedAt.has(role.name)) this.printedAt.set(role.name, Date.now());
    else this.printNowAndThen(role.name, plainRole(role), plainRoleEveryMs);
  }

  private printNowAndThen(about: string, text: string, everyMs: number): void {
    const now = Date.now();
    if (now - (this.printedAt.get(about) ?? 0) < everyMs) return;
    this.printedAt.set(about, now);
    this.stream.write(`${plainText(text)}\n`);
  }
}

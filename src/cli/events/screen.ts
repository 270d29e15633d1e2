import { LiveRun, plainText, type CollabEvent, type LiveRole } from '../../index.js';
import { clip, glyphsFor, messageText, type Glyphs } from '../text/index.js';
import { eventLine } from './event-line.js';
import { canRedraw } from './can-redraw.js';
import { drawRun, plainProgress, plainRole } from './draw.js';
import { stepLine } from './step-line.js';
import { TerminalTitle } from './terminal-title.js';

/** Without a live view, the interval between progress lines about the same thing. */
const plainEveryMs = 5000;
/** Without a live view, the interval between lines about a role, and about the run. */
const plainRoleEveryMs = 15_000;
/** While nothing happens, the live view is drawn again so often: its clock goes on. */
const tickMs = 1000;

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
  private readonly title: TerminalTitle | null;
  private ticking: NodeJS.Timeout | undefined;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly live = new LiveRun([]),
    environment = process.env,
  ) {
    this.redraws = canRedraw(stream, environment);
    this.glyphs = glyphsFor(environment);
    this.title = this.redraws ? new TerminalTitle((text) => stream.write(text)) : null;
  }

  /** @param state what the line tells of, which has a color */
  say(line: string, state: string | null = null): void {
    this.clear();
    this.stream.write(`${messageText(plainText(line), this.stream, state)}\n`);
  }

  /** How long a trial took in an earlier run of the experiment that runs. */
  expectTrials(seconds: number): void {
    this.live.expectTrials(seconds);
  }

  show(event: CollabEvent): void {
    const now = Date.now();
    this.live.take(event, timeOf(event) ?? now);
    const line = eventLine(event);
    const step = stepLine(event);
    if (line !== null) this.say(line, stateOf(event));
    this.title?.take(event, now);
    clearInterval(this.ticking);
    if (this.redraws) {
      if (step !== null) this.draw([clip(step.text, this.columns())]);
      else if (this.live.running) {
        this.drawLive();
        this.ticking = setInterval(() => this.drawLive(), tickMs);
        this.ticking.unref();
      }
    } else if (step?.isPlain === true) {
      this.printNowAndThen(step.about, step.text, plainEveryMs);
    } else if (event.kind === 'role.sampled') {
      this.printProgress(now);
      this.printRole(this.live.roleOf(event));
    }
  }

  private readonly columns = () => Math.max(20, this.stream.columns) - 1;

  private drawLive(): void {
    // Lines outside the terminal cannot be erased.
    const rows = Math.max(1, (this.stream.rows || 24) - 1);
    this.draw(drawRun(this.live, this.columns(), Date.now(), this.glyphs).slice(0, rows));
  }

  /** Leaves the terminal as it was, however the process ends. */
  end(): void {
    this.title?.end();
  }

  /** Erases the lines that change in place. */
  clear(): void {
    clearInterval(this.ticking);
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

  /** The first seconds of a run are covered by the line of its first trial. */
  private printProgress(now: number): void {
    const text = plainProgress(this.live, now);
    if (text === null) return;
    if (!this.printedAt.has('run')) this.printedAt.set('run', now);
    else this.printNowAndThen('run', text, plainRoleEveryMs);
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

/** When an event of a journal happened, which is read later; null for one that happens now. */
function timeOf(event: CollabEvent): number | null {
  return 'time' in event && typeof event.time === 'string' ? Date.parse(event.time) : null;
}

const stateOf = (event: CollabEvent): string | null => ('state' in event ? event.state : null);

import { plainText, type CollabEvent } from '../index.js';
import { eventLine } from './event-line.js';
import { stepLine } from './step-line.js';

/** Off a terminal, one line of progress at most in so many milliseconds for each thing that progresses. */
const plainEveryMs = 5000;

/**
 * Draws events: lasting lines one below the other, and on a terminal one line that changes in place for what is
 * under way. Off a terminal there is no animation, only now and then a plain line.
 */
export class Screen {
  private stepShown = false;
  private readonly toldAt = new Map<string, number>();

  constructor(private readonly stream: NodeJS.WriteStream) {}

  say(line: string): void {
    this.clear();
    this.stream.write(`${plainText(line)}\n`);
  }

  show(event: CollabEvent): void {
    const line = eventLine(event);
    if (line !== null) {
      this.say(line);
      return;
    }
    const step = stepLine(event);
    if (step === null) return;
    if (this.stream.isTTY) this.drawStep(step.text);
    else if (step.percent !== null) this.tellStep(step.about, step.text);
  }

  /** Takes away the line that changes in place. */
  clear(): void {
    if (!this.stepShown) return;
    this.stream.write('\r\x1b[K');
    this.stepShown = false;
  }

  private drawStep(text: string): void {
    const width = Math.max(20, this.stream.columns) - 1;
    this.stream.write(`\r\x1b[K${plainText(text).replaceAll('\n', ' ').slice(0, width)}`);
    this.stepShown = true;
  }

  private tellStep(about: string, text: string): void {
    const now = Date.now();
    if (now - (this.toldAt.get(about) ?? 0) < plainEveryMs) return;
    this.toldAt.set(about, now);
    this.stream.write(`${plainText(text)}\n`);
  }
}

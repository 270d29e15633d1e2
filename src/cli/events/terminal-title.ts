import { plainText, type CollabEvent } from '../../index.js';

/** xterm's: keep the title and put it back. */
const keep = '\x1b[22;0t';
const putBack = '\x1b[23;0t';
const bell = '\x07';
/** A run that took longer rings the bell at its end: the user may look elsewhere. */
const longMs = 30_000;

/** What a terminal shows of a run outside of its lines: its title while the run is under way, and a bell at the end. */
export class TerminalTitle {
  private run: { experiment: string; beganMs: number } | null = null;
  private isSet = false;

  /** @param write to the terminal */
  constructor(private readonly write: (text: string) => void) {}

  take(event: CollabEvent, nowMs: number): void {
    if (event.kind === 'run.started') this.begin(event.experiment, nowMs);
    // The name of the experiment is that of the folder with its runs.
    else if (event.kind === 'run.resumed') this.begin(event.folder.split('/').at(-2) ?? '', nowMs);
    else if (event.kind === 'trial.started' || event.kind === 'trial.adopted')
      this.set(` ${event.trial}/${event.of}`);
    else if (event.kind === 'run.ended') {
      if (this.run !== null && nowMs - this.run.beganMs > longMs) this.write(bell);
      this.end();
    }
  }

  /** Puts back the title that the terminal had. */
  end(): void {
    if (this.isSet) this.write(putBack);
    this.isSet = false;
    this.run = null;
  }

  private begin(experiment: string, nowMs: number): void {
    this.run = { experiment: plainText(experiment), beganMs: nowMs };
    if (!this.isSet) this.write(keep);
    this.isSet = true;
    this.set('');
  }

  private set(trial: string): void {
    if (this.run !== null) this.write(`\x1b]0;collab: ${this.run.experiment}${trial}\x07`);
  }
}

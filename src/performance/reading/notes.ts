import { plainText } from '../../errors.js';
import type { LinesReport } from '../../logs/index.js';

/** What a reader of the numbers must know: what is missing, broken or not certain. Each is said once. */
export class Notes {
  private readonly said = new Set<string>();

  get all(): string[] {
    return [...this.said];
  }

  add(note: string): void {
    const text = plainText(note);
    this.said.add(text.slice(0, 1).toUpperCase() + text.slice(1));
  }

  unavailable(metric: string, where: string, reason: string): void {
    this.said.add(plainText(`${metric} is unavailable for ${where}: ${reason}`));
  }

  /** Tells what a pass over a JSONL file had to leave out or change. */
  lines(label: string, file: string, report: LinesReport): void {
    if (report.cut) this.add(`${label}: the last line of ${file} was cut and is left out.`);
    if (report.brokenLines > 0) {
      const shown = report.faults.map(({ line, reason }) => `line ${line}: ${reason}`).join('; ');
      const more = report.brokenLines > report.faults.length ? '; ...' : '';
      this.add(
        `${label}: left out of ${file}: ${counted(report.brokenLines, 'broken line')} (${shown}${more}).`,
      );
    }
    if (report.notFinite > 0) {
      this.add(
        `${label}: left empty in ${file}: ${counted(report.notFinite, 'value')} that JSON does not know (NaN, Infinity).`,
      );
    }
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

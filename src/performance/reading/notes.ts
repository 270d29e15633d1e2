import { plainText } from '../../errors.js';
import type { LinesReport } from '../../logs/index.js';

/** What a reader of the numbers must know: what is missing, broken or uncertain. Each note appears once. */
export class Notes {
  private readonly notes = new Set<string>();

  get all(): string[] {
    return [...this.notes];
  }

  add(note: string): void {
    const text = plainText(note);
    this.notes.add(text.slice(0, 1).toUpperCase() + text.slice(1));
  }

  unavailable(metric: string, where: string, reason: string): void {
    this.notes.add(plainText(`${metric} is unavailable for ${where}: ${reason}`));
  }

  /** Notes what a pass over a JSONL file left out or changed. */
  lines(label: string, file: string, report: LinesReport): void {
    if (report.cut) this.add(`${label}: the last line of ${file} is incomplete and was skipped.`);
    if (report.brokenLines > 0) {
      const shown = report.faults.map(({ line, reason }) => `line ${line}: ${reason}`).join('; ');
      const more = report.brokenLines > report.faults.length ? '; ...' : '';
      this.add(
        `${label}: skipped ${counted(report.brokenLines, 'broken line')} of ${file} (${shown}${more}).`,
      );
    }
    if (report.notFinite > 0) {
      this.add(
        `${label}: ${counted(report.notFinite, 'value')} in ${file} ${report.notFinite === 1 ? 'is' : 'are'} empty because JSON has no NaN or Infinity.`,
      );
    }
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

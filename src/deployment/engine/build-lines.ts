/** One step of a Dockerfile, as the engine reports it: `Step 3/5 : RUN ...`. */
export interface BuildStep {
  step: number;
  of: number;
  instruction: string;
}

/** Number of newest lines of a step to keep for an error. */
const most = 60;

/** Parses the line that begins a step; null for other lines. */
export function stepOf(line: string): BuildStep | null {
  const match = /^Step (\d+)\/(\d+) : (.*)$/.exec(line);
  return match === null
    ? null
    : { step: Number(match[1]), of: Number(match[2]), instruction: match[3] ?? '' };
}

/**
 * Keeps the output of the current step, so that a failed build shows only these lines: none of earlier steps, and no
 * messages of the builder about its containers.
 */
export class BuildLines {
  private step: BuildStep | null = null;
  private lines: string[] = [];
  private left = 0;

  take(line: string): void {
    const begun = stepOf(line);
    if (begun !== null) {
      this.step = begun;
      this.lines = [];
      this.left = 0;
    } else if (!/^(?: ---> |Removing intermediate container )/.test(line)) {
      this.lines.push(line);
      if (this.lines.length > most) {
        this.lines.shift();
        this.left += 1;
      }
    }
  }

  /** The step, its own lines, and what the engine said at the end. */
  failure(error: string | null): string {
    const { step, lines, left } = this;
    return [
      ...(step === null ? [] : [`step ${step.step} of ${step.of}: ${step.instruction}`]),
      ...(left === 0 ? [] : [`(${left} lines before these)`]),
      ...lines,
      error ?? 'the build ended without an image',
    ].join('\n');
  }
}

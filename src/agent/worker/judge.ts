import { plainText } from '../../errors.js';
import { type Assignment, type AttemptEnd, batchIn } from '../../fleet/index.js';
import type { ExitRecord } from '../../logs/index.js';

/** How an attempt ended, before it is written down. */
export type Outcome = Pick<AttemptEnd, 'outcome' | 'code' | 'reason'>;

const linesAtMost = 20;
const charactersAtMost = 4000;
const reasonAtMost = 2000;

export const failed = (reason: string, code: number | null = null): Outcome => ({
  outcome: 'failed',
  code,
  reason: plainText(reason).slice(0, reasonAtMost),
});

/**
 * What the end of a task's process means.
 * @param exit null if its wrapper left none
 * @param lost what is known of the wrapper's end then
 */
export function judgeEnd(
  exit: ExitRecord | null,
  { lost, timeoutS }: { lost: string | null; timeoutS: number | null },
): Outcome {
  if (exit === null) return failed(`its wrapper ended without a word: ${lost ?? 'nothing is known of why'}`);
  const { code, signal, message } = exit;
  const beside = message === undefined ? '' : `: ${message}`;
  switch (exit.reason) {
    case 'not-started':
      return failed(`its command could not be started${beside}`);
    case 'prepare-failed':
      return failed(`its command was not started${beside}`);
    case 'timeout':
      return failed(`it ran past its timeout of ${timeoutS ?? 'unknown'} s`, code);
    case 'stopped':
      return failed('it was stopped from outside', code);
    case 'exited':
      if (code === 0) return { outcome: 'done', code, reason: null };
      if (signal !== null) return failed(`it was ended by ${signal}${beside}`, code);
      return failed(`it exited with code ${code ?? 'unknown'}${beside}`, code);
  }
}

/** Which images an attempt was at, for its end; nothing of a task that is no batch. */
export function batchOfEnd({ model, parameters }: Assignment): Pick<AttemptEnd, 'batch'> {
  const batch = model === null ? null : batchIn(parameters);
  return batch === null ? {} : { batch };
}

/** The last lines of an output, safe for a terminal. */
export function lastLinesOf(text: string): string {
  const lines = plainText(text).trimEnd().split('\n').slice(-linesAtMost);
  return lines.join('\n').slice(-charactersAtMost);
}

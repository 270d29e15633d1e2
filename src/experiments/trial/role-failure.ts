import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { ExitRecord } from '../../logs/index.js';
import type { ExperimentDefinition } from '../definition/index.js';
import type { RoleWatch } from './role-watch.js';

/** Why a trial ended early: one role, and what happened to it. */
export interface RoleFailure {
  watch: RoleWatch;
  reason: string;
}

/** Says why a role ends the trial, or null. */
type Judge = (watch: RoleWatch, definition: ExperimentDefinition, nowMs: number) => string | null;

/** How long the controller waits beyond the timeout that the wrapper enforces itself. */
const patienceS = 20;

/** The role has not ended as it should (a service may also be stopped). */
export const howItFailed: Judge = ({ lost, exit }, { timeoutS }) => {
  if (lost !== null) return `it was lost: ${lost}`;
  if (exit === null) return null;
  if (exit.reason === 'not-started') {
    return `its command could not be started: ${exit.message ?? 'no reason given'}`;
  }
  if (exit.reason === 'prepare-failed') {
    return `its command was not started: ${exit.message ?? 'its prepare failed'}`;
  }
  if (exit.reason === 'timeout') return `it ran past its timeout of ${timeoutS} s`;
  if (exit.reason === 'stopped') return 'it was stopped from outside';
  if (exit.code === 0) return finalizeFailure(exit);
  const beside = exit.message === undefined ? '' : `: ${exit.message}`;
  if (exit.signal !== null) return `it was ended by ${exit.signal}${beside}`;
  return `it exited with code ${exit.code ?? 'unknown'}${beside}`;
};

const endedBeforeReady: Judge = (watch, definition) =>
  readyOf(watch, definition) === null || watch.ready || !watch.ended ? null : 'it ended before it was ready';

const notReadyInTime: Judge = (watch, definition, nowMs) => {
  const timeoutS = readyOf(watch, definition)?.timeoutS ?? Infinity;
  // Its `prepare` does not count.
  const fromMs = watch.running.order.prepare == null ? watch.startedAtMs : (watch.commandAtMs ?? nowMs);
  if (watch.ready || watch.ended || (nowMs - fromMs) / 1000 <= timeoutS) return null;
  return `it was not ready within ${timeoutS} s`;
};

const ranTooLong: Judge = (watch, { idleS, timeoutS }, nowMs) => {
  const ranS = (nowMs - (watch.commandAtMs ?? watch.startedAtMs)) / 1000;
  const finalizeS = watch.running.order.finalize == null ? 0 : timeoutS;
  if (watch.ended || ranS <= idleS + timeoutS + finalizeS + patienceS) return null;
  return `it did not stop at its timeout of ${timeoutS} s`;
};

/** What can end a trial early because of a role, in this order. */
export const judges: readonly Judge[] = [howItFailed, endedBeforeReady, notReadyInTime, ranTooLong];

const readyOf = ({ role }: RoleWatch, { roles }: ExperimentDefinition) =>
  roles.find(({ name }) => name === role)?.ready ?? null;

/** Why its finalize failed, or null. */
function finalizeFailure({ finalize_failed: failure }: ExitRecord): string | null {
  return failure === undefined ? null : `its ${failure}`;
}

/** The first role whose finalize failed, once all have ended: that of a service runs after the trial's end. */
export function unfinalized(watches: readonly RoleWatch[]): RoleFailure | null {
  for (const watch of watches) {
    const reason = watch.exit === null ? null : finalizeFailure(watch.exit);
    if (reason !== null) return { watch, reason };
  }
  return null;
}

/** The error that a user reads: which role, on which device, in which trial, with its last lines. */
export async function roleFailed(
  failure: RoleFailure,
  trial: number,
  logs: string,
  partly: boolean,
): Promise<CollabError> {
  const { watch, reason } = failure;
  const lines = await watch.lastLines(15);
  return new CollabError('role-failed', {
    what: `Role ${watch.name} on ${watch.device} failed in trial ${trial}: ${plainText(reason)}.`,
    why:
      lines.length === 0
        ? 'It printed nothing.'
        : `Its last lines:\n${lines.map((line) => `  ${plainText(line)}`).join('\n')}`,
    next: `Read its logs in ${logs}, fix it, and run again. What was logged can be reported: collab report`,
    exitCode: partly ? ExitCode.partlyComplete : ExitCode.experimentFailed,
  });
}

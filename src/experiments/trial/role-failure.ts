import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { ExperimentDefinition } from '../definition/index.js';
import type { RoleWatch } from './role-watch.js';

/** Why a trial ended early: one role, and what happened to it. */
export interface RoleFailure {
  watch: RoleWatch;
  reason: string;
}

/** The failure of a role that has ended; null when it ended as it should (a service may also be stopped). */
export function failureOf(watch: RoleWatch, timeoutS: number): RoleFailure | null {
  if (watch.lost !== null) return { watch, reason: `it was lost: ${watch.lost}` };
  const { exit } = watch;
  if (exit === null) return null;
  if (exit.reason === 'not-started') {
    return { watch, reason: `its command could not be started: ${exit.message ?? 'no reason given'}` };
  }
  if (exit.reason === 'timeout') return { watch, reason: `it ran past its timeout of ${timeoutS} s` };
  if (exit.reason === 'stopped') return { watch, reason: 'it was stopped from outside' };
  if (exit.code === 0) return null;
  const beside = exit.message === undefined ? '' : `: ${exit.message}`;
  if (exit.signal !== null) return { watch, reason: `it was ended by ${exit.signal}${beside}` };
  return { watch, reason: `it exited with code ${exit.code ?? 'unknown'}${beside}` };
}

/** The reason when a role ends before it reports that it is ready; else null. */
export function notReady(watch: RoleWatch, definition: ExperimentDefinition): string | null {
  const ready = definition.roles.find((role) => role.name === watch.role)?.ready ?? null;
  if (ready === null || watch.ready || !watch.ended) return null;
  return 'it ended before it was ready';
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

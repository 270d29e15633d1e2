import { CollabError, ExitCode } from '../../errors.js';
import type { TrialRecord } from '../../logs/index.js';
import { DeviceLostError, type RoleFailure, type TrialOutcome } from '../trial/index.js';
import { describe } from './run-ending.js';

/** How a trial ended, as its event has it. */
export function endOf(outcome: TrialOutcome): Pick<TrialRecord, 'failure' | 'error'> & {
  state: TrialOutcome['state'];
} {
  const error = errorOf(outcome);
  return {
    state: outcome.state,
    ...('failure' in outcome && { failure: failureRecord(outcome.failure) }),
    ...(error && { error }),
  };
}

/** Whether the next trial may go better: not so without its device, or after a fault of collab or of this machine. */
export function isOfTrial(error: unknown): boolean {
  return error instanceof CollabError && error.exitCode === ExitCode.experimentFailed;
}

function errorOf(outcome: TrialOutcome): ReturnType<typeof describe> | undefined {
  if (outcome.state === 'lost') return describe(new DeviceLostError(outcome));
  return 'error' in outcome ? describe(outcome.error) : undefined;
}

function failureRecord({ watch, reason }: RoleFailure): NonNullable<TrialRecord['failure']> {
  return { role: watch.role, rank: watch.rank, device: watch.device, reason };
}

import type { AttemptPlace } from '../../fleet/index.js';

/** An attempt that this worker was given, until its end is written. */
export interface HeldAttempt {
  readonly place: AttemptPlace;
  /** Since when it has a slot; null while it has none, and nothing of it has run. Not said of a batch of images. */
  since: string | null | undefined;
  /** Aborts when it is not this worker's any more, or the agent ends. */
  readonly stop: AbortController;
  /** Aborts when the agent ends. */
  readonly end: AbortController;
  /** Aborts when somebody else is to have it. That counts only while it has no slot. */
  readonly back: AbortController;
}

export const keyOf = ({ job, task, attempt }: AttemptPlace): string => `${job}.${task}.${attempt}`;

/** Ends an attempt that this worker is not to run, or go on with: as if it was never here, if nothing of it has run. */
export function giveUp({ since, stop, back }: HeldAttempt): void {
  if (since === null) back.abort();
  else stop.abort();
}

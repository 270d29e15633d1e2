import type { RunEvidence } from './evidence.js';

/** Something that a reviewer would ask about. A `doubt` makes the run doubtful; a `remark` is for information. */
export interface Finding {
  readonly check: string;
  readonly level: 'doubt' | 'remark';
  /** Full sentences: what was found, how large it is, and what to do about it. */
  readonly text: string;
}

/** Judges the evidence and returns its findings. */
export type Check = (evidence: RunEvidence) => readonly Finding[];

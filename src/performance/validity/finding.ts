import type { RunEvidence } from './evidence.js';

/** One thing that a referee would ask about. A `doubt` makes the run doubtful; a `remark` is only to be known. */
export interface Finding {
  readonly check: string;
  readonly level: 'doubt' | 'remark';
  /** Whole sentences: what was seen, with its size, and what to do about it. */
  readonly text: string;
}

/** Looks at what was logged and says what it saw; knows its evidence and nothing else. */
export type Check = (evidence: RunEvidence) => readonly Finding[];

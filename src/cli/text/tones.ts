import type {
  DrillState,
  JobStatus,
  Member,
  ReplicationRecord,
  RunOverview,
  RunRecord,
  Validity,
} from '../../index.js';
import { paint, type Tone } from './paint.js';

/** The words for states and verdicts that have a color; those of the schemas must all be here. */
type Word =
  | RunOverview['state']
  | RunRecord['trials'][number]['state']
  | JobStatus['state']
  | Member['state']
  | Validity['verdict']
  | ReplicationRecord['verdict']
  | ReplicationRecord['metrics'][number]['finding']
  | ReplicationRecord['equal'][number]['finding']
  | DrillState
  // Of members that get no tasks.
  | 'drained'
  // Of devices: whether they are ready, and of drills that failed.
  | 'yes'
  | 'no'
  | 'FAILED';

const tones = {
  VALID: 'good',
  REPRODUCED: 'good',
  complete: 'good',
  done: 'good',
  yes: 'good',
  alive: 'good',
  passed: 'good',
  same: 'good',
  equal: 'good',
  DOUBTFUL: 'doubtful',
  drained: 'doubtful',
  'TOO FEW': 'doubtful',
  'too few': 'doubtful',
  partial: 'doubtful',
  suspect: 'doubtful',
  interrupted: 'doubtful',
  abandoned: 'doubtful',
  cancelled: 'doubtful',
  DIFFERENT: 'bad',
  different: 'bad',
  failed: 'bad',
  FAILED: 'bad',
  lost: 'bad',
  unreadable: 'bad',
  no: 'bad',
  running: null,
  pending: null,
  queued: null,
  skipped: null,
  left: null,
  undecided: null,
  'no share': null,
  missing: 'doubtful',
  'not measured': 'doubtful',
  'not-checked': null,
  'not compared': null,
} as const satisfies Record<Word, Tone | null>;

/** What a word says; null for a word that says neither good nor bad. */
export function toneOf(word: string): Tone | null {
  return Object.hasOwn(tones, word) ? tones[word as Word] : null;
}

/** A state or a verdict in its color, for standard output; a word that has none stays as it is. */
export const toned = (word: string): string => paint(toneOf(word), word);

/** The last verdict of a line in its color; for lines that were made plain before. */
export const tonedVerdict = (line: string): string =>
  line.replace(/\b(?:VALID|DOUBTFUL)\b(?!.*\b(?:VALID|DOUBTFUL)\b)/, toned);

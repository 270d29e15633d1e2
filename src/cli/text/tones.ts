import { paint, type Tone } from './paint.js';

/** What the words for states and verdicts say, of runs, trials, jobs, members and devices. */
const tones: Readonly<Record<string, Tone>> = {
  VALID: 'good',
  REPRODUCED: 'good',
  complete: 'good',
  done: 'good',
  ready: 'good',
  alive: 'good',
  passed: 'good',
  DOUBTFUL: 'doubtful',
  'TOO FEW': 'doubtful',
  partial: 'doubtful',
  suspect: 'doubtful',
  interrupted: 'doubtful',
  abandoned: 'doubtful',
  cancelled: 'doubtful',
  DIFFERENT: 'bad',
  failed: 'bad',
  FAILED: 'bad',
  lost: 'bad',
};

/** A state or a verdict in its color; a word that has none stays as it is. */
export function toned(word: string): string {
  return paint(Object.hasOwn(tones, word) ? (tones[word] ?? null) : null, word);
}

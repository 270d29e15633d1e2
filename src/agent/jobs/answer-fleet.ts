import type { JobLimits, JobsAnswer, JobsQuestion } from '../../fleet/index.js';
import type { Asker } from '../answers.js';
import { answerPools } from './answer-pools.js';
import { answerBatchSizes } from './batch-sizes.js';
import type { Drains } from './drains.js';
import type { FleetRecords } from './fleet-records.js';
import type { JobBook } from './job-book.js';
import type { NotifyKeys } from './notify-keys.js';
import type { Workers } from './workers.js';

const kinds = [
  'workers',
  'notify-key',
  'pools',
  'set-pool',
  'remove-pool',
  'set-batch-size',
  'batch-sizes',
  'drains',
  'drain',
  'undrain',
] as const;
type FleetQuestion = Extract<JobsQuestion, { kind: (typeof kinds)[number] }>;

/** Whether a question is about workers, or what the fleet keeps for its jobs, and not about the jobs themselves. */
export const isAboutFleet = (question: JobsQuestion): question is FleetQuestion =>
  (kinds as readonly string[]).includes(question.kind);

interface Asked extends FleetRecords {
  book: JobBook;
  workers: Workers;
  keys: NotifyKeys;
  drained: Drains;
  limits: JobLimits;
  nowMs: number;
}

export async function answerFleet(asked: Asked, asker: Asker, question: FleetQuestion): Promise<JobsAnswer> {
  const { workers, keys, drained, nowMs } = asked;
  switch (question.kind) {
    case 'workers':
      return { kind: 'workers', workers: workers.list(nowMs, (member) => drained.has(member)) };
    case 'notify-key': {
      const key = question.renew ? keys.renew(asker.name) : keys.of(asker.name);
      return { kind: 'notify-key', key: await key };
    }
    case 'pools':
    case 'set-pool':
    case 'remove-pool':
      return answerPools(asked, asker, question, workers.alive(nowMs));
    case 'set-batch-size':
    case 'batch-sizes':
      return answerBatchSizes(asked, question);
    case 'drains':
    case 'drain':
    case 'undrain':
      return drained.answer(asker, question);
  }
}

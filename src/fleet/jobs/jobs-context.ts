import type { Clock, Emit } from '../../events.js';
import type { StoreEvent } from '../files/index.js';
import type { JobEvent } from './events.js';

export interface JobsContext {
  clock: Clock;
  random: () => number;
}

export interface JobActs {
  emit: Emit<JobEvent | StoreEvent>;
  signal?: AbortSignal | undefined;
}

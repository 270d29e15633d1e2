import type { RunRecord } from '../../logs/index.js';

/**
 * Whether the times of a run's record and journal are of one clock. A job on the devices of a LAN has those of its leader, when
 * tasks are given out, and of each worker, when they end.
 */
export const hasOneClock = ({ job, lan }: Pick<RunRecord, 'job' | 'lan'>): boolean =>
  job === undefined || lan === null;

import { runBench } from '../run-bench.js';
import { begin } from './begin.js';
import { even } from './even.js';
import { JobsBed } from './jobs-bed.js';
import { leaderKilled, workerKilled } from './killed.js';
import { manyTasks } from './many-tasks.js';
import { queueAlone } from './queue.js';
import { wholeTasks } from './whole-tasks.js';
import { workerCost } from './worker-cost.js';

/** Jobs beside Celery and a loop over ssh; the targets are those of the project. */
await runBench({
  name: 'jobs',
  repeats: 3,
  sizes: { queued: 5000, tasks: 500, begins: 15, kills: 10, many: 100_000, idle: 60 },
  parts: [
    { name: 'queue', measure: (_, options) => queueAlone(options) },
    { name: 'cost', measure: workerCost },
    { name: 'many', measure: manyTasks },
    { name: 'begin', measure: begin },
    { name: 'even', measure: even },
    { name: 'whole', measure: wholeTasks },
    { name: 'worker-killed', measure: workerKilled },
    { name: 'leader-killed', measure: leaderKilled },
  ],
  prepare: () => Promise.resolve(new JobsBed()),
  clear: (bed) => bed.down(),
  programs: {
    Celery: ['/usr/bin/python3', '-m', 'celery', '--version'],
    Redis: ['redis-server', '--version'],
  },
});

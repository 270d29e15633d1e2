import { runBench } from '../run-bench.js';
import { InferBed } from './infer-bed.js';
import { kills } from './kills.js';
import { throughput } from './throughput.js';
import { twoJobs } from './two-jobs.js';

/** Inference beside loops of the same code without collab; the targets are those of the project. */
await runBench({
  name: 'infer',
  repeats: 3,
  sizes: { batches: 80, seconds: 40, kills: 20 },
  parts: [
    { name: 'throughput', measure: throughput },
    { name: 'two-jobs', measure: twoJobs },
    { name: 'kills', measure: kills },
  ],
  prepare: () => InferBed.up(),
  clear: (bed) => bed.down(),
});

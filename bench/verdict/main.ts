import { runBench } from '../run-bench.js';
import { VerdictBed } from './bed.js';
import { local, onLab } from './disturbed.js';

/**
 * How often the check for other load is right: runs beside a program that uses a known share of a core. Run it on a machine
 * that does nothing else; what else it does is found as well.
 */
await runBench({
  name: 'verdict',
  repeats: 10,
  sizes: { runs: 3, seconds: 3 },
  parts: [
    { name: 'lab', measure: onLab },
    { name: 'local', measure: local },
  ],
  prepare: () => Promise.resolve(new VerdictBed()),
  clear: (bed) => bed.down(),
});

import { runBench } from '../run-bench.js';
import { killed, replaced } from './failures.js';
import { memory } from './memory.js';
import { slowDisk } from './slow-disk.js';
import { getting, manySmall, putting } from './speed.js';
import { StoreBed } from './store-bed.js';

/** The fleet's store beside scp, on a Lab whose links have 1 Gbit/s; the targets are those of the project. */
await runBench({
  name: 'store',
  repeats: 5,
  sizes: { kills: 10, megabytes: 100, files: 1000, scps: 60 },
  parts: [
    { name: 'put', measure: putting },
    { name: 'get', measure: getting },
    { name: 'small', measure: manySmall },
    { name: 'memory', measure: memory },
    { name: 'killed', measure: killed },
    { name: 'replaced', measure: replaced },
    { name: 'slow-disk', measure: slowDisk },
  ],
  prepare: () => StoreBed.up(),
  clear: (bed) => bed.down(),
});

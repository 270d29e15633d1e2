import { runBench } from '../run-bench.js';
import { change } from './change.js';
import { fourDevices, oneDevice, slowLink } from './first.js';

/** Image delivery compared with `docker save | ssh docker load` and a registry through a tunnel. */
await runBench({
  name: 'images',
  repeats: 3,
  sizes: { files: 200, kilobytes: 10_000 },
  parts: [
    { name: 'first', measure: oneDevice },
    { name: 'slow', measure: slowLink },
    { name: 'four', measure: fourDevices },
    { name: 'change', measure: change },
  ],
  prepare: () => Promise.resolve(null),
  clear: () => Promise.resolve(),
});

import { needPrograms } from '../programs.js';
import { runBench } from '../run-bench.js';
import { busy } from './busy.js';
import { detection } from './detection.js';
import { joining } from './joining.js';
import { traffic } from './traffic.js';

/** Membership of a fleet beside Serf and a central server that pings all; the targets are those of the project. */
await runBench({
  name: 'membership',
  repeats: 20,
  sizes: { kills: 20, minutes: 30, seconds: 60, small: 10, middle: 50, large: 100 },
  parts: [
    { name: 'detection', measure: detection },
    { name: 'joining', measure: joining },
    { name: 'traffic', measure: traffic },
    { name: 'busy', measure: busy },
  ],
  prepare: () => {
    needPrograms('serf');
    return Promise.resolve(null);
  },
  clear: () => Promise.resolve(),
  programs: { Serf: ['serf', 'version'] },
});

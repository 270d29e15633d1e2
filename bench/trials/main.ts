import { runBench } from '../run-bench.js';
import { TrialsBed } from './bed.js';
import { local, onLab } from './fresh.js';
import { demo, warmLocal, warmOnLab } from './warm.js';

/** What a trial costs beyond its command, compared with the plainest ways to run the same; the targets are those of the project. */
await runBench({
  name: 'trials',
  repeats: 3,
  sizes: { trials: 10 },
  parts: [
    { name: 'lab', measure: onLab },
    { name: 'local', measure: local },
    { name: 'warm-lab', measure: warmOnLab },
    { name: 'warm-local', measure: warmLocal },
    { name: 'demo', measure: demo },
  ],
  prepare: () => Promise.resolve(new TrialsBed()),
  clear: (bed) => bed.down(),
  programs: { ansible: ['ansible', '--version'] },
});

import { runBench } from '../run-bench.js';
import { cpu } from './cpu.js';
import { chromiumPath, DashboardBed } from './dashboard-bed.js';
import { interactions } from './interactions.js';
import { sizes } from './sizes.js';

/** The dashboard with 100 members and a job of 10,000 tasks in Chromium; the targets are those of the project. */
await runBench({
  name: 'dashboard',
  repeats: 20,
  sizes: { seconds: 60 },
  parts: [
    { name: 'interactions', measure: interactions },
    { name: 'cpu', measure: cpu },
    { name: 'sizes', measure: sizes },
  ],
  prepare: () => DashboardBed.up(),
  clear: (bed) => bed.down(),
  programs: { Chromium: ['sh', '-c', '"$0" --version 2>/dev/null', chromiumPath] },
});

import { runBench } from '../run-bench.js';
import { constantCost } from './constant-cost.js';
import { following } from './following.js';
import { gpu } from './gpu.js';
import { overheadPart } from './wall.js';
import { prepare } from './python.js';
import { records } from './records.js';
import { samplerCost } from './sampler-cost.js';
import { shortLives } from './short-lives.js';

/** Compares the wrapper with mprof and a sampler based on psutil; the targets are those of the project. */
await runBench({
  name: 'wrapper',
  repeats: 9,
  sizes: { seconds: 5, samples: 100_000, children: 400 },
  parts: [
    { name: 'cost', measure: samplerCost },
    { name: 'short', measure: shortLives },
    { name: 'wall', measure: overheadPart },
    { name: 'constant', measure: constantCost },
    { name: 'records', measure: records },
    { name: 'gpu', measure: gpu },
    { name: 'following', measure: following },
  ],
  prepare: () => Promise.resolve(prepare()),
  clear: () => Promise.resolve(),
  programs: { Python: ['/usr/bin/python3', '--version'], mprof: ['python3-mprof', '--version'] },
});

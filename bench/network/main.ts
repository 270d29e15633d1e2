import { BenchLab } from '../bench-lab.js';
import { runBench } from '../run-bench.js';
import { connect } from './connect.js';
import { discovery } from './discovery.js';
import { facts } from './facts.js';
import { roundTrip } from './round-trip.js';

/** Compares devices and LANs with common alternatives; the targets are those of the project. */
await runBench({
  name: 'network',
  repeats: 5,
  sizes: { devices: 2, sessions: 100, cores: 2 },
  parts: [
    { name: 'connect', measure: connect },
    { name: 'facts', measure: facts },
    { name: 'discovery', measure: discovery },
    { name: 'round-trip', measure: (lab: BenchLab) => roundTrip(lab) },
  ],
  prepare: ({ sizes }) =>
    BenchLab.up({ devices: sizes.devices ?? 2, cpus: sizes.cores ?? 2, memory: '512m' }),
  clear: (lab) => lab.down(),
  programs: { ansible: ['ansible', '--version'] },
});

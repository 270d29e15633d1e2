import { describeWidths, device, image, names, runId } from '../../../tests/fixtures/describe-widths.js';
import { described } from '../../../tests/fixtures/described.js';
import type { ListedExperiment, RunOverview, RunPlan } from '../../index.js';
import { experimentsText } from './experiments.js';
import { outcomesText } from './outcomes.js';
import { planText } from './plan.js';
import { overviewText } from './run-overview.js';
import { usageText } from './usage.js';

const overview: RunOverview = {
  run_id: runId,
  experiment: 'split-inference',
  folder: `/home/alice/work/Logs/split-inference/${runId}`,
  state: 'partial',
  abandoned_at: null,
  unchecked: null,
  job: null,
  started_at: '2026-12-01T09:30:00.000Z',
  seconds: 3671,
  trials: { complete: 11, all: 12 },
  devices: names,
  name: 'baseline of the paper',
  note: null,
  tags: ['paper', 'final'],
  replication: { original: '20261130-101500-split-inference', verdict: 'TOO FEW', reasons: [] },
  validity: null,
  fault: null,
};
const validity = {
  verdict: 'DOUBTFUL',
  findings: [
    {
      check: 'load by others',
      level: 'doubt',
      text: 'raspberrypi-4b-lab01 was busy with something else for 34 % of one core in trial 7, more than the 10 % that are usual.',
    },
  ],
} as unknown as RunOverview['validity'] & object;
const listed = (name: string): ListedExperiment & { overview: RunOverview | null } => ({
  name,
  folder: `TestCases/${name}`,
  id: '0123456789abcdef0123456789abcdef',
  faults: 0,
  lastRun: { runId, experiment: name, folder: overview.folder },
  changes: { known: true, added: ['data/labels.csv'], changed: ['client.py', 'server.py'], removed: [] },
  overview: { ...overview, validity },
});
const plan: RunPlan = {
  experiment: 'split-inference',
  lan: 'shelf',
  runtime: 'docker',
  sweep: {
    order: 'random',
    seed: 42,
    stopWhen: null,
    counted: { product: '3 x 2', combinations: 6, excluded: 0, repeats: 5, warmup: 1 },
    onFailure: 'continue',
    onLoss: 'stop',
  },
  placement: [
    {
      role: 'client',
      rank: 0,
      device: device,
      pinned: true,
      devices: ['/dev/video0', '/dev/ttyUSB0'],
      network: 'host',
      restart: 'run',
    },
  ],
  trials: [1, 2].map((number) => ({
    number,
    parameters: {
      split: number,
      codec: 'raw',
      bandwidth_mbit: 100,
      batch_size: 32,
      model: 'mobilenet-v3-large',
      precision: 'float16',
      threads: 4,
    },
    repeat: 0,
    warmup: number === 1,
  })),
  order: [['client']],
  images: [],
  builds: [{ builder: device, layer: 'dependencies', ref: image }] as unknown as RunPlan['builds'],
  data: [
    {
      role: 'client',
      device: names[1] ?? '',
      name: 'imagenet-validation',
      sizeBytes: 6_700_000_000,
      source: 'controller',
      present: false,
    },
  ] as unknown as RunPlan['data'],
  dependenciesLeftOut: [],
  notes: ['The base image of client is not the one of the run 20261130-101500-split-inference.'],
  deliveries: names.map((device) => ({
    device,
    images: [{ ref: image, present: false, missing: ['dependencies', 'code'] }],
  })),
};
const outcome = (quantity: string) => ({
  quantity,
  unit: null,
  n: 4000,
  exact: true,
  leftOut: {
    values: 0,
    kinds: { text: 0, 'not finite': 0, empty: 0, 'true or false': 0, nested: 0 },
    examples: [],
  },
  medians: [1],
  meanOfRows: 1,
  overRepeats: described(1234.5678, 12.34),
  withinRepeat: described(1, null),
});
const combination = {
  role: 'client',
  parameters: { split: 4, codec: 'raw', bandwidth_mbit: 100 },
  trials: [1, 2, 3, 4, 5],
  outcomes: ['total_ms', 'compute_ms', 'network_ms', 'energy_per_frame_j'].map(outcome),
};
const usage = {
  role: 'client',
  parameters: combination.parameters,
  trials: [1, 2, 3, 4, 5],
  resources: ['wall_s', 'cpu_s', 'memory_peak_tree_bytes', 'energy_j'].map((metric) => ({
    metric,
    estimated: true,
    overRepeats: described(123_456_789, 1_234_567),
  })),
};

describeWidths({
  'run --dry-run': ['TRIAL  *SPLIT', (width) => planText(plan, width)],
  experiments: [
    'EXPERIMENT  *CHANGES',
    (width) => experimentsText([listed('split-inference'), listed('hello')], width),
  ],
  'show: results': [
    'split  *codec',
    (width) => outcomesText({ combinations: [combination], leftOut: [], withoutStatistics: [] }, width),
  ],
  'show: resources': ['split  *codec', (width) => usageText([usage], width)],
  show: ['split-inference', () => overviewText(overview, plan.placement, validity)],
});

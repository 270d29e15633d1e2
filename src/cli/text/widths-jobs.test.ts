import { describeWidths, device, jobId, nameOf, names } from '../../../tests/fixtures/describe-widths.js';
import type { JobStatus, TaskStatus } from '../../index.js';
import { batchPlacesText, modelsText, ratesText, timesText } from './inference.js';
import { assignmentsText, jobsText, jobText } from './jobs.js';
import { filesText, holdingsText, sharesText, shareText, versionsText } from './store.js';

const job: JobStatus = {
  id: jobId,
  owner: 'alice',
  submitted_at: '2026-12-02T09:30:00.000Z',
  folder: `jobs/${jobId}`,
  cancelled_at: null,
  retries: 0,
  ended_at: null,
  name: 'hyperparameters',
  command: [
    'python3',
    'train.py',
    '--rate',
    '{rate}',
    '--epochs',
    '100',
    '--data',
    '/data/imagenet',
    '--seed',
    '7',
  ],
  pool: ['gpu'],
  base: null,
  notify: null,
  notice: null,
  tasks: 128,
  state: 'running',
  counts: { queued: 100, running: 4, done: 20, failed: 3, cancelled: 1 },
  waits_for: 'a worker with the tag gpu and a free slot',
  service: null,
  inference: null,
};
const task = {
  task: 17,
  state: 'failed',
  parameters: { rate: 0.001, batch: 32 },
  attempt: null,
  member: null,
  assigned_at: null,
  started_at: null,
  ends: [{ attempt: 3, member: '0', outcome: 'failed', code: 1, reason: 'It ended with exit code 1.' }],
} as unknown as TaskStatus;
const file = {
  name: 'weights/mobilenet-v3-large/2026-12-01/checkpoint-epoch-0099-accuracy-0.7512.pt',
  version: 12,
  kind: 'file' as const,
  sizeBytes: 21_000_000,
  sha256: '0123456789abcdef'.repeat(4),
  mode: 0o644,
  owner: 'alice',
  putAt: new Date('2026-12-01T09:30:00Z'),
  target: null,
};
const model = 'mobilenet-v3-lg';

describeWidths({
  'store ls': ['SIZE  *VERSION', () => filesText([file], true)],
  'store versions': ['VERSION  *SIZE', () => versionsText([file])],
  'store ls-all': [
    'VERSION  *SIZE',
    () =>
      holdingsText(
        [
          {
            version: { n: 12, kind: 'file', size_bytes: 1e9 },
            parts: 3,
            replicas: 3,
            holders: names.map((_, at) => ({ member: String(at), parts: 2 })),
          },
        ] as unknown as Parameters<typeof holdingsText>[0],
        nameOf,
      ),
  ],
  'store store': [
    'DEVICE  *FILES',
    () =>
      sharesText(
        names.map((_, at) => ({
          member: String(at),
          files: 1234,
          versions: 5678,
          bytes: 987_654_321,
          usedBytes: 987_654_321,
          freeBytes: null,
          isOffline: true,
        })),
        nameOf,
      ),
  ],
  'store store <device>': [
    'CONTENT  *VERSIONS',
    () => shareText([{ name: file.name, versions: 12, bytes: 1e9 }]),
  ],
  'job list': ['JOB  *NAME', () => jobsText([job])],
  'job show': ['TASK  *STATE', () => jobText(job, [task], nameOf)],
  'job assignments': [
    'DEVICE  *SLOTS',
    () =>
      assignmentsText(
        [
          {
            member: '0',
            slots: 4,
            tags: ['gpu', 'arm64'],
            silent_ms: 340,
            holds: [1, 2, 3].map((at) => ({ job: jobId, task: at, attempt: 2 })),
          },
        ] as unknown as Parameters<typeof assignmentsText>[0],
        nameOf,
      ),
  ],
  'infer models': [
    'MODEL  *TASK',
    () =>
      modelsText([
        {
          name: model,
          description: 'A small network for images of 1000 classes, with weights of ImageNet',
          task: 'classification',
          width: 224,
          height: 224,
          batch_size: 32,
          weights_version: 3,
        },
      ]),
  ],
  'infer rate': [
    'MODEL  *COMPLETED',
    () =>
      ratesText([
        {
          model,
          jobs: ['a'],
          live: false,
          completed: 1000,
          queries: 1000,
          sinceMs: 0,
          untilMs: 4000,
          recentPerS: 123.45,
          perS: 120.11,
          stretchS: 1,
          completions: [1, 2],
        },
      ]),
  ],
  'infer times': [
    'MODEL  *N',
    () =>
      timesText([
        {
          model,
          jobs: ['a'],
          n: 12_345,
          unknown: 2,
          imagesMean: 31.9,
          meanS: 12.345,
          deviationS: 0.123,
          p50S: 12.1,
          p90S: 12.9,
          p95S: 13,
          p99S: 14,
        },
      ]),
  ],
  'infer assignments': [
    'DEVICE  *JOB',
    () =>
      batchPlacesText([
        {
          member: '0',
          device: device,
          job: jobId,
          jobName: 'classify-frames',
          model,
          batch: 123,
          attempt: 2,
          first: 3937,
          last: 3968,
          since: '2026-12-01T09:30:00.000Z',
        },
      ]),
  ],
});

import { deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { describeWidths, device, image, names, runId } from '../../../tests/fixtures/describe-widths.js';
import type { DeviceCheck, LAN, RemainsPlan } from '../../index.js';
import { basesText } from './bases.js';
import { cleanText } from './clean.js';
import { checkText } from './device-check.js';
import { deviceTable, setupTable } from './devices.js';
import { imagesText, pushedText } from './images.js';
import { labText } from './lab.js';
import { dataText, pruneText } from './prune.js';

const devices = names.map((name, at) =>
  deviceOf(name, {
    address: `192.168.178.${100 + at}`,
    tags: ['gpu', 'arm', 'shelf'],
    facts: factsOf({ os: { id: 'ubuntu', version: '22.04', name: 'Ubuntu 22.04.5 LTS' } }),
  }),
);
const checks: DeviceCheck[] = names.map((device, at) => ({
  device,
  address: `192.168.178.${100 + at}`,
  port: 22,
  user: 'pi',
  ready: at !== 1,
  hindrances:
    at === 1
      ? [
          {
            step: 'engine',
            what: 'Docker is not installed there.',
            why: null,
            next: 'Run collab device check --fix to have it installed by collab.',
          },
        ]
      : [],
  notes: [],
  engine: at === 1 ? null : '27.3.1',
  diskFreeBytes: 12_300_000_000,
  python: '3.11.2',
  clock: {
    offset_ms: -123.4,
    error_ms: 0.8,
    rtt_ms: 1.2,
    measured_at: '2026-12-01T09:30:00.000Z',
  } as DeviceCheck['clock'],
  holder: null,
  remedies: [],
}));
const remains: RemainsPlan = {
  remains: {
    runId,
    containers: [
      { id: 'c', name: `collab-${runId}-12-client-0`, running: true, createdAt: new Date('2026-12-01') },
    ],
    processes: [1234],
    lease: { who: 'alice', host: 'pc' },
    folder: {
      path: `~/.collab/runs/${runId}`,
      changedAt: new Date('2026-12-01'),
      sizeBytes: 123_456_789,
      logs: [],
    },
  },
  kept: null,
  uncollected: [{ path: 'trials/12/stdout.log', sizeBytes: 5 }],
  removesFolder: true,
};
const deviceImage = {
  id: 'sha256:1',
  refs: [image],
  kind: 'dependencies',
  experiment: null,
  layers: [],
  sizeBytes: 987_654_321,
  ownBytes: 123_456_789,
};

describeWidths({
  'device list': ['NAME  *ADDRESS', () => deviceTable(devices)],
  setup: ['NAME  *ADDRESS', () => setupTable({ devices } as unknown as LAN)],
  'device check': ['NAME  *READY', () => checkText('LAN shelf: 2 of 3 devices are ready', checks)],
  'images list': [
    'LAYER  *IMAGE',
    () =>
      imagesText(
        names.map((device) => ({ device, images: [deviceImage] })),
        { layers: 12, bytes: 3e9 },
      ),
  ],
  'images push': [
    'FOR  *IMAGE',
    () =>
      pushedText({
        devices: names.map((device) => ({
          device,
          images: [{ roles: ['client', 'server'], ref: image, sentBytes: 12e6, seconds: 12.3 }],
        })),
      } as unknown as Parameters<typeof pushedText>[0]),
  ],
  'images prune': [
    'LAYER  *IMAGE',
    () =>
      pruneText(
        [
          {
            device: device,
            plan: { remove: [deviceImage], freedBytes: 1e9 } as unknown as Parameters<
              typeof pruneText
            >[0][number]['plan'],
          },
        ],
        () => null,
      ),
  ],
  'images prune --data': [
    'DEVICE  *DATA',
    () =>
      dataText([
        {
          device: device,
          data: [{ name: '0123456789abcdef.part', sizeBytes: 1e9 }],
        },
      ]),
  ],
  'images list --bases': [
    'DEVICE',
    () =>
      basesText([
        {
          name: 'torch',
          description: 'PyTorch for CPUs',
          sizeMb: { arm64: 900, amd64: 1200 },
          builtFor: ['arm64'],
          devices: names.map((device) => ({
            device,
            fits: false,
            why: 'it is armv7l, and this base is for arm64 and amd64 only; use python-slim there',
          })),
        },
      ] as unknown as Parameters<typeof basesText>[0]),
  ],
  'lab status': [
    'NAME  *ADDRESS',
    () =>
      labText({
        name: 'lab',
        interface: 'collab-lab',
        subnet: '10.77.0.0/24',
        keyPath: '',
        devices: [
          {
            name: 'edge1',
            address: '10.77.0.11',
            running: true,
            cpus: 2,
            memoryBytes: 2e9,
            rateBitsPerS: 100e6,
            uplinkBitsPerS: 1e9,
            store: 'containerd',
          },
        ] as unknown as Parameters<typeof labText>[0]['devices'],
      }),
  ],
  clean: [
    'WHAT  *AGE',
    () => cleanText([{ device: device, value: [remains] }], new Date('2026-12-02')) ?? '',
  ],
});

import { describeWidths, names, runId } from '../../../tests/fixtures/describe-widths.js';
import { fleetOf, memberOf } from '../../../tests/fixtures/fleet.js';
import type { FleetPlan, FleetStatus, Member } from '../../index.js';
import { fleetPlanText, fleetStatusText, membersText } from './fleet.js';
import { fleetCostText } from './fleet-cost.js';
import { poolsText } from './pools.js';

const member = (name: string): Member => ({
  id: name,
  name,
  state: 'suspect' as const,
  stateS: 3600,
  heardS: 42,
  address: '192.168.178.100:7946',
  httpPort: 7947,
  brokerPort: null,
  tags: ['gpu', 'shelf'],
  architecture: 'arm64',
  cores: 4,
  memoryBytes: 4e9,
  accelerator: null,
  version: '0.1.0',
  keeper: true,
});
const fleetMembers = names.map((name, at) => memberOf(at, { name, id: String(at) }));
const record = fleetOf(fleetMembers);
const status = {
  record,
  viewOf: names[0],
  replicated: false,
  members: fleetMembers.map((one) => ({
    member: one,
    info: {
      self: member(one.name),
      load: { load1: 0.42, temperatureC: 45.2, powerW: 5.12 },
      lease: { who: 'alice', host: 'pc', run: runId },
    },
    error: null,
    seen: member(one.name),
    broker: { answers: true },
  })),
  strangers: [],
  store: null,
  storeFault: null,
  drains: null,
} as unknown as FleetStatus;
const fleetPlan = {
  record,
  members: fleetMembers.map((one) => ({
    member: one,
    act: 'replace',
    why: 'its image is that of collab 0.0.9, and this one is 0.1.0; its jobs go on elsewhere',
  })),
  failures: [],
  untouched: [],
  surplus: [],
} as unknown as FleetPlan;

describeWidths({
  'fleet up': ['MEMBER  *ACT', () => fleetPlanText(fleetPlan)],
  'fleet members': ['MEMBER  *STATE', () => membersText(names.map(member))],
  'fleet status': ['MEMBER  *STATE', () => fleetStatusText(status)],
  'fleet plan': [
    'THIS FLEET',
    () =>
      fleetCostText(
        {
          probe: { bytesPerS: 123 },
          pushPull: { bytesPerS: 12, everyS: 30, stateBytes: 1234 },
          central: { member: { bytesPerS: 100 }, server: { bytesPerS: 10_000 } },
          detection: { suspectS: 1.5, knownMedianS: 6, boundS: 12 },
          gossip: { payloadBytesPerMember: 234 },
          fleetBytesPerS: 12_345,
        } as unknown as Parameters<typeof fleetCostText>[0],
        record.settings as unknown as Parameters<typeof fleetCostText>[1],
        100,
      ),
  ],
  'pool list': [
    'POOL  *WORKERS',
    () =>
      poolsText([
        {
          name: 'jetsons',
          workers: ['0'],
          tags: ['gpu', 'shelf'],
          members: names,
          architecture: 'arm64',
          cores: 4,
          gpu: true,
        },
      ]),
  ],
});

import { expect, it } from 'vitest';
import type { FleetRecord } from '../install/index.js';
import { checkReport, reportOf } from './report.js';

const member = (name: string, id: string): FleetRecord['members'][number] => ({
  id,
  name,
  address: '10.0.0.5',
  gossip_port: 7946,
  http_port: 7947,
  nats_port: 4222,
  route_port: 6222,
  tags: ['shelf-of-ann'],
  architecture: 'arm64',
  cores: 4,
  memory_bytes: 4e9,
  accelerator: 'cuda',
});

const record: FleetRecord = {
  format: 1,
  name: 'anns-lab',
  kind: 'lan',
  lan: 'anns-lab',
  version: '0.1.0',
  tasks: true,
  settings: {
    profile: 'lan',
    ping_every_ms: 1000,
    ping_timeout_ms: 500,
    indirect_checks: 3,
    cleanup_ms: null,
    public_read: false,
    gossip_port: 7946,
    http_port: 7947,
  },
  keepers: { generation: 1, ids: ['a'.repeat(20)] },
  members: [member('anns-nano', 'a'.repeat(20)), member('bobs-pi', 'b'.repeat(20))],
};

it('has facts of the devices, and numbers for their names; no addresses and no names of people', () => {
  const report = reportOf({
    record,
    facts: (id) => ({
      model: id.startsWith('a') ? 'Jetson Nano' : null,
      os: 'Ubuntu',
      kernel: '4.9',
      engine: '20.10',
    }),
    results: [
      {
        drill: 'kill',
        state: 'failed',
        expected: 'all see it',
        why: ['anns-nano (10.0.0.5:7947) does not see that bobs-pi failed, says ann of anns-lab.'],
        measured: [{ what: 'seen as failed after', value: 6.1, unit: 's', member: 'bobs-pi' }],
        tookS: 12,
      },
    ],
    complete: true,
    time: new Date(0),
    names: ['ann', 'anns-lab', ''],
  });
  expect(checkReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  expect(report.devices[0]).toMatchObject({
    device: 'device-1',
    keeper: true,
    model: 'Jetson Nano',
    kernel: '4.9',
  });
  expect(report.drills[0]?.why).toEqual([
    'device-1 (<address>) does not see that device-2 failed, says <name> of <name>.',
  ]);
  expect(report.drills[0]?.measured[0]?.device).toBe('device-2');
  expect(JSON.stringify(report)).not.toMatch(/ann|bob|10\.0\.0|aaaaa/);
});

import { expect, it } from 'vitest';
import { fleetOf, memberOf } from '../../../tests/fixtures/fleet.js';
import { checkReport, reportOf } from './report.js';

const member = (name: string, id: string) =>
  memberOf(5, { id, name, tags: ['shelf-of-ann'], accelerator: 'cuda' });

const record = fleetOf([member('anns-nano', 'a'.repeat(20)), member('bobs-pi', 'b'.repeat(20))], {
  name: 'anns-lab',
  lan: 'anns-lab',
});

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

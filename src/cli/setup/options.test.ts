import { expect, it } from 'vitest';
import { withAnswers, type SetupFlags } from './options.js';

/** Flags as commander returns them without arguments. */
const none: SetupFlags = { interface: [], device: [], trust: [] };

it('the file supplies what no flag sets', () => {
  const file = { lan: 'shelf', interfaces: ['eth0'], scan: false, timeout_s: 9, take: ['all'], fix: true };
  expect(withAnswers(none, { ...file, trust: ['all'], devices: [{ address: 'a', name: 'n' }] })).toEqual({
    lan: 'shelf',
    interface: ['eth0'],
    scan: false,
    timeout: 9,
    take: ['all'],
    fix: true,
    trust: ['all'],
    device: [{ address: 'a', name: 'n' }],
  });
});

it('a flag takes precedence, and a list of flags replaces the whole list of the file', () => {
  const file = {
    lan: 'shelf',
    interfaces: ['eth0', 'eth1'],
    scan: true,
    fix: true,
    devices: [{ address: 'a' }],
  };
  const flags = { ...none, lan: 'desk', interface: ['wlan0'], scan: false, fix: false, device: ['b', 'c'] };
  expect(withAnswers(flags, file)).toMatchObject({
    lan: 'desk',
    interface: ['wlan0'],
    scan: false,
    fix: false,
    device: [{ address: 'b' }, { address: 'c' }],
  });
});

it('an omitted flag overrides nothing', () => {
  const untyped = { ...none, lan: undefined, scan: undefined } as unknown as SetupFlags;
  expect(withAnswers(untyped, { lan: 'shelf', scan: true })).toMatchObject({ lan: 'shelf', scan: true });
});

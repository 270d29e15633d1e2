import { describe, expect, it } from 'vitest';
import { parseIpNeigh } from '../facts/neighbors.js';
import type { Device } from '../lan/index.js';
import type { FoundDevice } from './discovery.js';
import { asDevices, merge } from './merge.js';
import { knownAs, recognize } from './recognize.js';

const found: FoundDevice = {
  host: 'nano1.local',
  address: '10.0.0.2',
  port: 22,
  how: 'mdns',
  service: 'nano1',
  user: null,
  mac: 'aa:bb:cc:dd:ee:01',
  known: null,
};
const device = (name: string, id: string, mac: string, address: string) =>
  ({
    name,
    id,
    address,
    port: 22,
    via: [],
    facts: { macs: [{ interface: 'eth0', mac }] },
  }) as unknown as Device;
const devices = [
  device('nano1', 'SHA256:one', 'AA:BB:CC:DD:EE:01', '10.0.0.9'),
  device('nano2', 'SHA256:two', 'aa:bb:cc:dd:ee:02', '10.0.0.2'),
];

describe('recognize', () => {
  it.each([
    ['by its host key, whatever its MAC and address say', 'SHA256:two', found.mac, 'nano2'],
    ['by its MAC when its key is new', 'SHA256:new', found.mac, 'nano1'],
    [
      'nobody when key and MAC are new: another device has the address',
      'SHA256:new',
      'aa:bb:cc:dd:ee:99',
      null,
    ],
    ['by its address if nothing else is available', null, null, 'nano2'],
  ])('identifies a device %s', (_, key, mac, name) => {
    expect(knownAs({ ...found, mac }, key, devices)).toBe(name);
  });

  it('asks every device, and keeps those that do not answer', async () => {
    const silent = { ...found, address: '10.0.0.3', mac: null };
    const known = await recognize([found, silent], devices, undefined, ({ address }) =>
      address === found.address
        ? Promise.resolve({ type: 'ssh-ed25519', fingerprint: 'SHA256:one', line: '' })
        : Promise.reject(new Error('no answer')),
    );
    expect(known.map((one) => one.known)).toEqual(['nano1', null]);
  });

  it('asks nobody without a LAN', async () => {
    expect(await recognize([found], [], undefined, () => expect.fail('it asked'))).toEqual([found]);
  });
});

describe('merge', () => {
  const ssh = { ...found, port: 2222, mac: null, weight: 4 };
  const scanned = { ...ssh, host: '10.0.0.2', port: 22, how: 'scan' as const, service: null, weight: 0 };

  it('takes name and port from the higher weight, and the rest from the other', () => {
    const workstation = {
      ...ssh,
      host: 'nano1-2.local',
      port: 22,
      mac: 'aa:bb:cc:dd:ee:07',
      user: 'pi',
      weight: 2,
    };
    const both = { host: 'nano1.local', port: 2222, how: 'mdns', user: 'pi', mac: 'aa:bb:cc:dd:ee:07' };
    expect(merge(workstation, ssh)).toMatchObject(both);
    expect(merge(ssh, workstation)).toMatchObject(both);
    expect(merge(scanned, { ...ssh, host: '10.0.0.2' })).toMatchObject({ how: 'mdns', port: 2222 });
    expect(merge(scanned, ssh).host).toBe('nano1.local');
  });

  it('sorts by name and number, and prefers the MAC from the kernel', () => {
    const macs = new Map([['10.0.0.2', 'aa:bb:cc:dd:ee:42']]);
    const ten = { ...ssh, host: 'nano10.local', address: '10.0.0.10' };
    const listed = asDevices([ten, { ...ssh, host: 'nano2.local', mac: 'aa:bb:cc:dd:ee:01' }], macs);
    expect(listed.map(({ host, mac }) => [host, mac])).toEqual([
      ['nano2.local', 'aa:bb:cc:dd:ee:42'],
      ['nano10.local', null],
    ]);
  });
});

it('reads the neighbor table from the output of `ip neigh`', () => {
  const text = [
    '10.0.0.2 dev eth0 lladdr DC:A6:32:4f:81:c5 STALE',
    '10.0.0.3 dev eth0  FAILED',
    '10.0.0.4 dev eth0 lladdr dc:a6:32:4f:81:c6 FAILED',
    '10.0.0.5 dev wlan0 INCOMPLETE',
    '10.0.0.6 dev wlan0 lladdr dc:a6:32:4f:81:c7 ref 1 used 0/0/0 probes 1 REACHABLE',
  ].join('\n');
  expect([...parseIpNeigh(text)]).toEqual([
    ['10.0.0.2', 'dc:a6:32:4f:81:c5'],
    ['10.0.0.6', 'dc:a6:32:4f:81:c7'],
  ]);
});

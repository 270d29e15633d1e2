import { describe, expect, it } from 'vitest';
import { discover } from './discover.js';
import { chooseInterfaces, findInterface, isOnNetwork, listInterfaces } from './interfaces.js';

const network = { name: 'lab0', address: '172.30.0.1', prefix: 24 };

describe('interfaces', () => {
  it('are those with an IPv4 address', () => {
    const info = { netmask: '', mac: '', internal: false };
    const listed = listInterfaces({
      eth0: [
        { ...info, family: 'IPv6', address: 'fe80::1', cidr: 'fe80::1/64', scopeid: 1 },
        { ...info, family: 'IPv4', address: '10.0.0.1', cidr: '10.0.0.1/16' },
      ],
      wlan0: [{ ...info, family: 'IPv6', address: 'fe80::2', cidr: 'fe80::2/64', scopeid: 2 }],
    });
    expect(listed).toEqual([{ name: 'eth0', address: '10.0.0.1', prefix: 16 }]);
    expect(isOnNetwork('10.0.200.7', { name: 'eth0', address: '10.0.0.1', prefix: 16 })).toBe(true);
    expect(isOnNetwork('10.1.0.7', { name: 'eth0', address: '10.0.0.1', prefix: 16 })).toBe(false);
    expect(isOnNetwork('nonsense', network)).toBe(false);
  });

  it('of engines, Labs and tunnels are skipped unless they are named', () => {
    const names = ['lo', 'docker0', 'br-5c1d9a2f77e0', 'veth3f2c8a1', 'collab-lab', 'wg0', 'tun0', 'virbr0'];
    const good = ['eth0', 'wlan0', 'enp3s0', 'br0', 'br-lan', 'bond0', 'usb0', 'end0'];
    const all = [...names, ...good].map((name) => ({ ...network, name }));
    expect(chooseInterfaces([], all).map(({ name }) => name)).toEqual(good);
    expect(chooseInterfaces(['collab-lab', 'collab-lab'], all)).toEqual([{ ...network, name: 'collab-lab' }]);
    expect(() => chooseInterfaces([], [{ ...network, name: 'docker0' }])).toThrow(
      expect.objectContaining({
        name: 'no-interface',
        why: expect.stringContaining('docker0 (172.30.0.1)') as string,
      }),
    );
  });

  it('that are unknown give an error that lists the existing ones', async () => {
    expect(() => findInterface('eth9', [network])).toThrow(
      expect.objectContaining({ name: 'unknown-interface', why: 'It has: lab0 (172.30.0.1)', exitCode: 2 }),
    );
    await expect(discover({ interfaces: ['no-such-interface'] })).rejects.toMatchObject({
      name: 'unknown-interface',
    });
  });
});

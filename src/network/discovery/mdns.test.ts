import { describe, expect, it } from 'vitest';
import { discover } from './discover.js';
import { findInterface, isOnNetwork, listInterfaces } from './interfaces.js';
import { deviceOf } from './mdns.js';

const network = { name: 'lab0', address: '172.30.0.1', prefix: 24 };
const service = {
  name: 'nano1',
  host: 'nano1.local',
  port: 22,
  addresses: ['fe80::1', '192.168.1.5', '172.30.0.2'],
  txt: { user: 'pi' },
};

describe('deviceOf', () => {
  it('takes the IPv4 address on the network that was asked', () => {
    expect(deviceOf(service, network)).toEqual({
      host: 'nano1.local',
      address: '172.30.0.2',
      port: 22,
      how: 'mdns',
      service: 'nano1',
      user: 'pi',
    });
  });

  it('takes the sender when the answer names no address of this network, and nothing from elsewhere', () => {
    const without = { ...service, addresses: ['fe80::1'] };
    expect(deviceOf({ ...without, referer: { address: '172.30.0.9' } }, network)?.address).toBe('172.30.0.9');
    expect(deviceOf({ ...without, referer: { address: '10.1.1.1' } }, network)).toBeNull();
  });

  it('does not find this machine itself, nor takes text that is no user name', () => {
    expect(deviceOf({ ...service, addresses: ['172.30.0.1'] }, network)).toBeNull();
    const odd = deviceOf({ ...service, host: 'na\x1b[31mno', txt: { user: '-oProxyCommand=x' } }, network);
    expect(odd?.host).toBe('nano');
    expect(odd).not.toHaveProperty('user');
  });
});

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

  it('that are unknown give an error that lists those there are', async () => {
    expect(() => findInterface('eth9', [network])).toThrow(
      expect.objectContaining({ name: 'unknown-interface', why: 'It has: lab0 (172.30.0.1)', exitCode: 2 }),
    );
    await expect(discover({ interfaces: ['no-such-interface'] })).rejects.toMatchObject({
      name: 'unknown-interface',
    });
  });
});

import { describe, expect, it } from 'vitest';
import { sightingOf, type Announcement } from './announcement.js';

const network = { name: 'lab0', address: '172.30.0.1', prefix: 24 };
const said: Announcement = {
  type: 'ssh',
  name: 'nano1',
  host: 'nano1.local',
  port: 2222,
  addresses: ['fe80::1', '192.168.1.5', '172.30.0.2'],
  txt: ['model=x', 'user=pi'],
  from: '172.30.0.9',
};

describe('sightingOf', () => {
  it('uses the IPv4 address on the searched network', () => {
    expect(sightingOf(said, network)).toEqual({
      host: 'nano1.local',
      address: '172.30.0.2',
      port: 2222,
      how: 'mdns',
      service: 'nano1',
      user: 'pi',
      mac: null,
      weight: 4,
    });
  });

  it('uses the source address if the answer has no address in this network, and rejects other networks', () => {
    const without = { ...said, addresses: ['fe80::1', 'nonsense'] };
    expect(sightingOf(without, network)?.address).toBe('172.30.0.9');
    expect(sightingOf({ ...without, from: '10.1.1.1' }, network)).toBeNull();
    expect(sightingOf({ ...without, from: null }, network)).toBeNull();
  });

  it('does not find this machine itself', () => {
    expect(sightingOf({ ...said, addresses: ['172.30.0.1'] }, network)).toBeNull();
  });

  it('takes the MAC of a workstation, and the default ssh port', () => {
    const name = 'nano1 [DC:A6:32:4F:81:C5]';
    expect(sightingOf({ ...said, type: 'workstation', name, port: 9 }, network)).toMatchObject({
      port: 22,
      mac: 'dc:a6:32:4f:81:c5',
      service: 'nano1 [DC:A6:32:4F:81:C5]',
    });
  });

  it.each([
    ['a\x1b[31mb.local', 'ab.local'],
    ['$(reboot).local', '172.30.0.2'],
    ['`id`', '172.30.0.2'],
    ['-oProxyCommand=x', '172.30.0.2'],
    ['a..b', '172.30.0.2'],
    ['', '172.30.0.2'],
    ['x'.repeat(64), '172.30.0.2'],
    [`${'x.'.repeat(40_000)}local`, '172.30.0.2'],
    ['пример.local', '172.30.0.2'],
  ])('shows the host name %j as %s', (host, shown) => {
    expect(sightingOf({ ...said, host }, network)?.host).toBe(shown);
  });

  it.each([
    ["Jane's Pi (2)", "Jane's Pi (2)".replace(/['()]/g, '')],
    ['Küche', 'Küche'],
    ['a$(touch /tmp/x)`id`;|&b', 'atouch /tmp/xidb'],
    ['\x1b]0;title\x07nano\u202egpj\x00', 'nanogpj'],
    ['\n\r\t', null],
    ['n'.repeat(60_000), 'n'.repeat(63)],
  ])('shows the service name %j as %j', (name, shown) => {
    expect(sightingOf({ ...said, name }, network)?.service).toBe(shown);
  });

  it.each(['-oProxyCommand=x', '$(id)', 'a b', '', 'root\x1b[0m', 'u'.repeat(33), 'u'.repeat(60_000)])(
    'takes no login user from user=%j',
    (user) => {
      expect(sightingOf({ ...said, txt: [`user=${user}`] }, network)?.user).toBeNull();
    },
  );

  it.each([0, -1, 65536, 1.5, NaN])('drops a service at port %s', (port) => {
    expect(sightingOf({ ...said, port }, network)).toBeNull();
  });
});

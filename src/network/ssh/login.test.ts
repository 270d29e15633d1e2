import { expect, it } from 'vitest';
import { hopOf, hopRecord, keyPlace, recordOf, stationsOf } from './login.js';

const hop = (host: string, port = 22) => ({ host, port, user: 'me', keyPath: null, hostKeyAlias: null });
const device = { host: '10.0.0.5', port: 2222, user: 'pi' };

it('one address behind different jump hosts has different known_hosts names', () => {
  const names = [[], [hop('gw')], [hop('gw', 2200)], [hop('gw'), hop('inner')]].map((via) => {
    const { host, port } = keyPlace({ ...device, via });
    return `${host} ${port}`;
  });
  expect(names).toEqual([
    '10.0.0.5 2222',
    '[10.0.0.5]:2222/gw 22',
    '[10.0.0.5]:2222/[gw]:2200 22',
    '[10.0.0.5]:2222/inner/gw 22',
  ]);
});

it('a HostKeyAlias replaces address and port', () => {
  expect(keyPlace({ ...device, hostKeyAlias: 'nano', via: [hop('gw')] })).toEqual({ host: 'nano', port: 22 });
});

it('each station is reached through the ones before it', () => {
  const via = [hop('outer'), hop('inner')];
  expect(stationsOf({ ...device, via }).map((one) => [one.host, one.via?.length])).toEqual([
    ['outer', 0],
    ['inner', 1],
    ['10.0.0.5', 2],
  ]);
});

it('reads a jump host back from the LAN file', () => {
  const one = { ...hop('gw', 2200), keyPath: '/k/id', hostKeyAlias: 'gate' };
  expect(hopOf(hopRecord.parse(JSON.parse(JSON.stringify(recordOf(one)))))).toEqual(one);
});

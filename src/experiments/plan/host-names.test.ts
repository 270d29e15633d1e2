import { expect, test } from 'vitest';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { hostNames } from './host-names.js';

const server = { role: roleOf('server'), rank: 0, device: 'pi4' };
const [first, second] = [0, 1].map((rank) => ({
  role: roleOf('client', { count: 2 }),
  rank,
  device: `nano${rank}`,
})) as [typeof server, typeof server];
const addresses: Record<string, string> = { pi4: '10.0.0.4', nano0: '10.0.0.10', nano1: '10.0.0.11' };
const addressOf = (device: string) => addresses[device] ?? '';

test('a role finds the others by role and rank, all devices, and a role with one instance', () => {
  expect(hostNames([server, first, second], first, addressOf)).toEqual([
    { name: 'server-0', address: '10.0.0.4' },
    { name: 'client-1', address: '10.0.0.11' },
    { name: 'pi4', address: '10.0.0.4' },
    { name: 'nano0', address: '10.0.0.10' },
    { name: 'nano1', address: '10.0.0.11' },
    { name: 'server', address: '10.0.0.4' },
  ]);
});

test('role and rank take precedence over a device of that name, in any case of letters, and each name stands once', () => {
  const odd = [server, { ...first, device: 'Server-0' }, { ...second, device: 'pi4' }];
  const names = hostNames(odd, second, (device) => (device === 'Server-0' ? '10.0.0.9' : '10.0.0.4'));
  expect(names).toEqual([
    { name: 'server-0', address: '10.0.0.4' },
    { name: 'client-0', address: '10.0.0.9' },
    { name: 'pi4', address: '10.0.0.4' },
    { name: 'server', address: '10.0.0.4' },
  ]);
});

test('its own name and localhost keep their meaning', () => {
  const instances = [server, { ...first, device: 'localhost' }, { ...second, device: 'client-0' }];
  expect(hostNames(instances, first, () => '10.0.0.5').map(({ name }) => name)).toEqual([
    'server-0',
    'client-1',
    'pi4',
    'server',
  ]);
});

test('an address that is a name, or one of a link, has no line; one of IPv6 has', () => {
  const names = (address: string) => hostNames([server], first, () => address).map((one) => one.address);
  expect(names('pi4.local')).toEqual([]);
  expect(names('fe80::1%eth0')).toEqual([]);
  expect(names('2001:db8::7')).toEqual(['2001:db8::7', '2001:db8::7', '2001:db8::7']);
});

import { expect, test } from 'vitest';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { planResolver, planSharedResolver, resolverOf } from './resolver.js';

const route =
  'Iface\tDestination\tGateway\tFlags\neth0\t00000000\t0100000A\t0003\neth0\t0000000A\t00000000\t0001\n';
const isolated = 'Iface\tDestination\tGateway\tFlags\neth0\t004D1FAC\t00000000\t0001\n';
const options = ['timeout:1', 'attempts:1'];

test.each([
  [
    'the servers of the device',
    'nameserver 10.0.0.1\nnameserver 10.0.0.2\n',
    null,
    route,
    ['10.0.0.1', '10.0.0.2'],
  ],
  [
    'at most two',
    'nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3',
    null,
    route,
    ['10.0.0.1', '10.0.0.2'],
  ],
  [
    'one where names are tried twice',
    'search lan\nnameserver 10.0.0.1\nnameserver 10.0.0.2',
    null,
    route,
    ['10.0.0.1'],
  ],
  [
    'two where the search list is empty',
    'search .\nnameserver 10.0.0.1\nnameserver 10.0.0.2',
    null,
    route,
    ['10.0.0.1', '10.0.0.2'],
  ],
  [
    'those of IPv4',
    'nameserver fe80::1%eth0\nnameserver 2001:db8::1\nnameserver 10.0.0.1',
    null,
    route,
    ['10.0.0.1'],
  ],
  ['those behind systemd-resolved', 'nameserver 127.0.0.53\n', 'nameserver 10.0.0.1\n', route, ['10.0.0.1']],
  ['none where systemd-resolved has none', 'nameserver 127.0.0.53\n', '# none\n', route, ['255.255.255.255']],
  ['none where the device has none', '# empty\n', null, route, ['255.255.255.255']],
  [
    'none where only public ones are left, and no way to them',
    'nameserver 127.0.0.11\n',
    null,
    isolated,
    ['255.255.255.255'],
  ],
  ['none where the routes cannot be read', 'nameserver 127.0.0.1\n', null, null, ['255.255.255.255']],
  [
    'a public one where the device has a local one and a way out',
    'nameserver 127.0.0.1\n',
    null,
    route,
    ['8.8.8.8'],
  ],
  ["the engine's where nothing could be read", null, null, null, null],
] as const)('a container gets %s', (_, resolvConf, systemd, routes, servers) => {
  expect(planResolver({ resolvConf, systemd, routes, daemon: null })).toEqual({ servers, options });
});

test('a device that cannot be read gives a resolver all the same', async () => {
  const shell = new FakeShell();
  shell.files.set('/etc/resolv.conf', Buffer.from('nameserver 10.0.0.9\n'));
  shell.folders.add('/proc/net/route');
  expect(await resolverOf(shell, 'own')).toEqual({ servers: ['10.0.0.9'], options });
});

test("the engine's own servers stay, where its settings name some", () => {
  const files = { resolvConf: 'nameserver 127.0.0.1\n', systemd: null, routes: route };
  const servers = (daemon: string) => planResolver({ ...files, daemon }).servers;
  expect(servers('{ "dns": ["10.0.0.2"] }')).toBeNull();
  for (const none of ['{ "dns": [] }', '{}', 'null', '{ broken']) expect(servers(none)).toEqual(['8.8.8.8']);
});

test('in the network of its device a container has the same servers, and no more than fit into 2 s', () => {
  expect(planSharedResolver('nameserver 127.0.0.53\n')).toEqual({ servers: ['127.0.0.53'], options });
  const three = ['1', '2', '3'].map((last) => `nameserver 10.0.0.${last}\n`).join('');
  expect(planSharedResolver(three).servers).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(planSharedResolver(`search lan\n${three}`).servers).toEqual(['10.0.0.1']);
  expect(planSharedResolver(null).servers).toBeNull();
});

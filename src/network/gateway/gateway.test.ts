import { describe, expect, it, test } from 'vitest';
import { FakeShell } from '../shell/fake-shell.js';
import { asRoot, manualCommand, parseRoutes, restoreCommand, routeCommand } from './device-route.js';
import { addressFor, subnetOf } from './interfaces.js';
import { planGateway, type GatewayFacts } from './plan.js';
import { applySteps, undoOf, undoSteps } from './steps.js';

const facts: GatewayFacts = {
  tool: 'nft',
  from: 'eth1',
  to: 'wlan0',
  forwarding: false,
  forwardDropped: false,
  networks: [{ address: '10.0.0.7', prefix: 24 }],
};
const lines = (changed: Partial<GatewayFacts>) =>
  planGateway({ ...facts, ...changed }).map(({ argv }) => argv.join(' '));

describe('the plan', () => {
  it('with nft: one table, whose removal undoes everything; forwarding last', () => {
    expect(lines({})).toEqual([
      'nft add table ip collab_gateway',
      'nft add chain ip collab_gateway postrouting { type nat hook postrouting priority 100 ; }',
      'nft add rule ip collab_gateway postrouting ip saddr 10.0.0.0/24 oifname "wlan0" masquerade',
      'nft add chain ip collab_gateway forward { type filter hook forward priority 0 ; }',
      'nft add rule ip collab_gateway forward iifname "wlan0" oifname "eth1" ct state new drop',
      'sh -c echo 1 >/proc/sys/net/ipv4/ip_forward',
    ]);
    expect(undoOf(planGateway(facts)).map((argv) => argv.join(' '))).toEqual([
      'sh -c echo 0 >/proc/sys/net/ipv4/ip_forward',
      'nft delete table ip collab_gateway',
    ]);
  });

  it('keeps forwarding if it was on, and accepts packets in a chain that drops', () => {
    const planned = lines({ tool: 'iptables', forwarding: true, forwardDropped: true });
    expect(planned.filter((line) => line.includes('ip_forward'))).toEqual([]);
    expect(planned).toHaveLength(4);
    expect(planned[2]).toBe(
      'iptables -w -t filter -I FORWARD -i eth1 -o wlan0 -m comment --comment collab_gateway -j ACCEPT',
    );
  });
});

test("networks and this machine's address for a device", () => {
  expect(subnetOf({ address: '192.168.133.77', prefix: 20 })).toBe('192.168.128.0/20');
  expect(subnetOf({ address: '255.255.255.1', prefix: 30 })).toBe('255.255.255.0/30');
  const networks = [
    { address: '10.0.0.1', prefix: 24 },
    { address: '10.9.0.1', prefix: 16 },
  ];
  expect(addressFor(networks, '10.9.77.3')).toBe('10.9.0.1');
  expect(addressFor(networks, '10.0.1.3')).toBeNull();
  expect(addressFor(networks, 'nano.local')).toBeNull();
});

describe('steps', () => {
  const shellThatFailsAt = (word: string, stderr: string) =>
    new FakeShell((argv) => (argv.includes(word) ? { code: 1, stderr } : {}));

  it('are undone in reverse order if one fails', async () => {
    const shell = shellThatFailsAt('forward', 'no such hook');
    await expect(applySteps(shell, ['sudo', '-n'], planGateway(facts), () => undefined)).rejects.toThrow(
      /could not be made a gateway/,
    );
    expect(shell.ran.at(-1)).toEqual(['sudo', '-n', 'nft', 'delete', 'table', 'ip', 'collab_gateway']);
  });

  it('that are already removed are ignored on undo; other errors are reported', async () => {
    const undo = [['nft', 'delete', 'table', 'ip', 'collab_gateway']];
    const gone = shellThatFailsAt('nft', 'Error: Could not process rule: No such file or directory');
    expect(await undoSteps(gone, [], undo, () => undefined)).toEqual([]);
    const denied = shellThatFailsAt('nft', 'Operation not permitted');
    expect(await undoSteps(denied, [], undo, () => undefined)).toEqual([
      'nft delete table ip collab_gateway: Operation not permitted',
    ]);
  });
});

describe('the default route of a device', () => {
  const dhcp = 'default via 10.0.0.254 dev eth0 proto dhcp src 10.0.0.9 metric 100 \n';
  const plain = 'default via 10.0.0.254 dev eth0 linkdown\n';
  const ours = 'default via 10.0.0.1 dev eth0 \n';

  it('is read with its hops, without words that ip does not accept', () => {
    expect(parseRoutes(plain)).toEqual([['default', 'via', '10.0.0.254', 'dev', 'eth0']]);
    expect(parseRoutes('default \n\tnexthop via 10.0.0.2 dev a weight 1\n')).toHaveLength(1);
    expect(parseRoutes(`default via $(reboot) ; rm\n${ours}`)).toHaveLength(1);
    expect(parseRoutes('')).toEqual([]);
  });

  it('is restored, or the gateway route is removed if the old one has a metric', () => {
    const back = (before: string, now: string) =>
      restoreCommand('10.0.0.1', parseRoutes(before), parseRoutes(now))?.join(' ');
    expect(back(plain, ours)).toBe('ip route replace default via 10.0.0.254 dev eth0');
    expect(back(dhcp, ours + dhcp)).toBe('ip route del default via 10.0.0.1');
    expect(back('', ours)).toBe('ip route del default via 10.0.0.1');
    expect(back(plain, dhcp)).toBeUndefined();
  });

  it('is changed as root only: with sudo without a password, otherwise by the user', async () => {
    const user = (sudo: number) =>
      new FakeShell(([program]) =>
        program === 'id' ? { stdout: '1000\n' } : program === 'sudo' ? { code: sudo } : {},
      );
    const able = user(0);
    expect(await asRoot(able, routeCommand('10.0.0.1'))).toBeNull();
    expect(able.ran.at(-1)?.join(' ')).toBe('sudo -n ip route replace default via 10.0.0.1');
    expect(await asRoot(user(1), routeCommand('10.0.0.1'))).toContain('sudo');
    expect(manualCommand({ user: 'pi', address: '10.0.0.9', port: 2222 }, routeCommand('10.0.0.1'))).toBe(
      'ssh -t -p 2222 pi@10.0.0.9 sudo ip route replace default via 10.0.0.1',
    );
  });
});

import { expect, it } from 'vitest';
import { deviceOf } from '../../../tests/fixtures/connected-device.js';
import { findAgain, type FindAgainEvent, type NetworkView } from './find-again.js';

const keyOf = (fingerprint: string) => ({
  type: 'ssh-ed25519',
  fingerprint,
  line: `ssh-ed25519 ${fingerprint}`,
});

/** A network with ssh servers at addresses, of which some announce themselves and some are known neighbors. */
function network(
  servers: Record<string, string>,
  seen: { announced?: string[]; macs?: Record<string, string> },
) {
  const asked: string[] = [];
  const searched: (readonly string[])[] = [];
  const view: NetworkView = {
    interfaces: () => [
      { name: 'lo', address: '127.0.0.1', prefix: 8 },
      { name: 'eth0', address: '10.0.0.1', prefix: 24 },
      { name: 'wlan0', address: '192.168.1.1', prefix: 24 },
    ],
    announced: (interfaces) => {
      searched.push(interfaces);
      return Promise.resolve((seen.announced ?? []).map((address) => ({ address, port: 22 })));
    },
    neighbors: () => Promise.resolve(new Map(Object.entries(seen.macs ?? {}))),
    showKey: ({ address }) => {
      asked.push(address);
      const fingerprint = servers[address];
      return fingerprint ? Promise.resolve(keyOf(fingerprint)) : Promise.reject(new Error('no answer'));
    },
  };
  return { view, asked, searched };
}

async function find(view: NetworkView, ...names: [name: string, address: string][]) {
  const events: FindAgainEvent[] = [];
  const missing = names.map(([name, address]) => {
    const device = deviceOf(name, { address });
    return { device, fingerprints: [device.id], keys: [] };
  });
  const findings = await findAgain(missing, { view, emit: (event) => events.push(event) });
  return { events, places: findings.map((one) => (one.kind === 'moved' ? one.to.address : one.kind)) };
}

it('searches only on the interface whose network contains the saved address', async () => {
  const { view, searched } = network({ '10.0.0.9': 'SHA256:nano1' }, { announced: ['10.0.0.9'] });
  const { places, events } = await find(view, ['nano1', '10.0.0.2']);
  expect(places).toEqual(['10.0.0.9']);
  expect(searched).toEqual([['eth0']]);
  expect(events).toMatchObject([{ kind: 'network.searching', devices: ['nano1'], interfaces: ['eth0'] }]);
});

it('sends no multicast for a device in another network or on loopback', async () => {
  const { view, searched, asked } = network({}, {});
  expect((await find(view, ['nano1', '172.16.0.2'], ['nano2', '127.0.0.9'])).places).toEqual([
    'not-found',
    'not-found',
  ]);
  expect(searched).toEqual([]);
  expect(asked).toEqual(['172.16.0.2', '127.0.0.9']);
});

it('finds devices that swapped their addresses, without announcements', async () => {
  const { view } = network({ '10.0.0.2': 'SHA256:nano2', '10.0.0.3': 'SHA256:nano1' }, {});
  expect((await find(view, ['nano1', '10.0.0.2'], ['nano2', '10.0.0.3'])).places).toEqual([
    '10.0.0.3',
    '10.0.0.2',
  ]);
});

it('finds a device that announces nothing by its MAC in the neighbor table', async () => {
  const macs = { '10.0.0.7': '00:00:5e:00:53:01', '10.0.0.8': '00:00:5e:00:53:99' };
  const { view, asked } = network({ '10.0.0.7': 'SHA256:nano1' }, { macs });
  expect((await find(view, ['nano1', '10.0.0.2'])).places).toEqual(['10.0.0.7']);
  expect(asked).toEqual(['10.0.0.2', '10.0.0.7']);
});

it('continues with the known addresses if the search fails', async () => {
  const { view } = network({ '10.0.0.2': 'SHA256:nano1' }, {});
  const failing = { ...view, announced: () => Promise.reject(new Error('no multicast')) };
  expect((await find(failing, ['nano1', '10.0.0.2'])).places).toEqual(['10.0.0.2']);
});

import { expect, test } from 'vitest';
import { CollabError } from '../../errors.js';
import { discover, type DiscoverOptions } from './discover.js';
import type { DiscoveryEvent, Sighting } from './discovery.js';
import { FakeDiscovery } from './fake-discovery.js';

const sightingOf = (address: string, change: Partial<Sighting> = {}): Sighting => ({
  host: address,
  address,
  port: 22,
  how: 'mdns',
  service: null,
  user: null,
  mac: null,
  weight: 2,
  ...change,
});
const near = { sighting: sightingOf('127.0.0.2'), afterMs: 0 };
const late = { sighting: sightingOf('127.0.0.3'), afterMs: 50_000 };
const look = (ways: readonly FakeDiscovery[], options: Partial<DiscoverOptions> = {}) =>
  discover({ interfaces: ['lo'], timeoutMs: 100, ...options }, ways);
function failing(): FakeDiscovery {
  const way = new FakeDiscovery([]);
  way.fault = new CollabError('discovery-failed', { what: 'Port 5353 is taken.', next: '', exitCode: 4 });
  return way;
}

test('what several ways see of a device is one device, reported once', async () => {
  const events: DiscoveryEvent[] = [];
  const named = sightingOf('127.0.0.2', { host: 'nano1.local', weight: 4, service: 'nano1' });
  const ways = [new FakeDiscovery([near]), new FakeDiscovery([{ sighting: named, afterMs: 10 }])];
  const found = await look(ways, { emit: (event) => events.push(event) });
  expect(found).toMatchObject([{ host: 'nano1.local', address: '127.0.0.2', service: 'nano1', known: null }]);
  expect(events.filter(({ kind }) => kind === 'network.found')).toHaveLength(1);
});

test('the search ends as soon as the expected number of devices is found', async () => {
  const startedMs = performance.now();
  const way = new FakeDiscovery([near, late]);
  expect(await look([way], { expect: 1, timeoutMs: 60_000 })).toHaveLength(1);
  expect(performance.now() - startedMs).toBeLessThan(5000);
});

test('a way that fails is an error only when no other way finds a device', async () => {
  expect(await look([failing(), new FakeDiscovery([near])])).toHaveLength(1);
  await expect(look([failing(), new FakeDiscovery([])])).rejects.toMatchObject({ name: 'discovery-failed' });
});

import { describeDiscovery } from '../../../tests/conformance/discovery.js';
import type { Sighting } from './discovery.js';
import { FakeDiscovery } from './fake-discovery.js';

describeDiscovery('FakeDiscovery', () => {
  const addresses = ['10.0.0.11', '10.0.0.12'];
  const devices = addresses.map((address, index) => ({ sighting: sightingOf(address), afterMs: 20 * index }));
  return Promise.resolve({
    discovery: new FakeDiscovery(devices),
    network: { name: 'eth0', address: '10.0.0.1', prefix: 24 },
    empty: { name: 'eth1', address: '10.0.1.1', prefix: 24 },
    addresses,
    withinMs: 100,
  });
});

function sightingOf(address: string): Sighting {
  return { host: address, address, port: 22, how: 'mdns', service: null, user: null, mac: null, weight: 4 };
}

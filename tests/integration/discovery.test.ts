import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover, nothingFound, recognize } from '../../src/network/index.js';
import { showHostKey } from '../../src/network/ssh/client.js';
import { deviceOf, factsOf } from '../fixtures/connected-device.js';
import { Responders } from '../fixtures/responders.js';

const bridge = 'collab-tdisc';
const interfaces = [bridge];
const names = ['one', 'two', 'three', 'four'];
let responders: Responders;

beforeAll(async () => {
  responders = await Responders.start(bridge, '10.213.201.0/24', [
    ...names.map((name): [string, 'both'] => [name, 'both']),
    ['quiet', 'sshd'],
    ['mute', 'nothing'],
  ]);
});
afterAll(() => responders.stop());

describe('mDNS', () => {
  it('finds every device with its name, login and hardware address', async () => {
    const found = await discover({ interfaces, expect: names.length });
    expect(found.map(({ host }) => host)).toEqual(names.map((name) => `${name}.local`).sort());
    expect(found.find(({ host }) => host === 'one.local')).toEqual({
      host: 'one.local',
      address: '10.213.201.11',
      port: 22,
      how: 'mdns',
      service: 'one',
      user: 'collab',
      mac: expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/) as string,
      known: null,
    });
  });

  it('finds all of them 20 times out of 20, in quick succession', async () => {
    const tookMs: number[] = [];
    for (let time = 0; time < 20; time += 1) {
      const startedMs = performance.now();
      expect(await discover({ interfaces, expect: names.length })).toHaveLength(names.length);
      tookMs.push(performance.now() - startedMs);
    }
    // The median, because other load on this machine may delay a single search.
    expect(tookMs.sort((a, b) => a - b)[10]).toBeLessThan(100);
  });

  it('waits for the given time if fewer answer than expected', async () => {
    const startedMs = performance.now();
    const found = await discover({ interfaces, expect: 99, timeoutMs: 1500 });
    expect(found).toHaveLength(names.length);
    expect(performance.now() - startedMs).toBeGreaterThan(1490);
  });

  it('ends at once on an interrupt', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    const startedMs = performance.now();
    await expect(discover({ interfaces, signal: abort.signal })).rejects.toMatchObject({
      name: 'interrupted',
    });
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });
});

describe('a scan', () => {
  it('finds a device that announces nothing, and skips one without sshd', async () => {
    const kinds = new Set<string>();
    const found = await discover({
      interfaces,
      timeoutMs: 500,
      scan: true,
      emit: ({ kind }) => kinds.add(kind),
    });
    expect(found).toHaveLength(names.length + 1);
    const quiet = found.find(({ address }) => address === '10.213.201.15');
    expect(quiet).toMatchObject({
      host: '10.213.201.15',
      port: 22,
      service: null,
      mac: expect.any(String) as string,
    });
    expect(['neighbor', 'scan']).toContain(quiet?.how);
    expect(found.filter(({ how }) => how === 'mdns')).toHaveLength(names.length);
    expect([...kinds].sort()).toEqual(['network.found', 'network.looking', 'network.scanning']);
  });

  it('ends as soon as enough are found', async () => {
    const startedMs = performance.now();
    await discover({ interfaces, scan: true, expect: 1 });
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });
});

describe('a device that was found', () => {
  it('is identified by its host key at any address, unlike a device that took its address', async () => {
    const { fingerprint } = await showHostKey({ host: '10.213.201.11', port: 22 }, []);
    const facts = factsOf({ macs: [] });
    const moved = deviceOf('nano1', { id: fingerprint, address: '10.213.201.99', facts });
    const gone = deviceOf('nano2', { id: 'SHA256:gone', address: '10.213.201.12', port: 22, facts });
    const found = await recognize(await discover({ interfaces, expect: names.length }), [moved, gone]);
    expect(found.filter(({ known }) => known !== null).map(({ host, known }) => [host, known])).toEqual([
      ['one.local', 'nano1'],
    ]);
  });
});

it('the error for no devices names the queried networks and possible causes', async () => {
  expect(await discover({ interfaces: ['lo'], timeoutMs: 300 })).toEqual([]);
  const { what, why, next, exitCode } = nothingFound(['lo'], false);
  expect(what).toBe('No device answered on lo.');
  expect(why).toContain('lo (127.0.0.1/8)');
  expect(why).toMatch(/no mDNS responder[^]*multicast \(UDP port 5353\)/);
  expect(next).toContain('--scan');
  expect(exitCode).toBe(4);
  expect(nothingFound(interfaces, true)).toMatchObject({
    why: expect.stringContaining('every address in: 10.213.201.0/24') as string,
    next: expect.not.stringContaining('--scan') as string,
  });
});

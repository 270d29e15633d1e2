import { beforeAll, describe, expect, it } from 'vitest';
import type { Discovery, FindOptions, Sighting } from '../../src/network/discovery/discovery.js';
import { isOnNetwork, type NetworkInterface } from '../../src/network/index.js';

/** A discovery to test, on a network with known devices. */
export interface DiscoverySubject {
  discovery: Discovery;
  network: NetworkInterface;
  /** A network of this machine without devices. */
  empty: NetworkInterface;
  /** Addresses of all devices that it must find on `network`. */
  addresses: readonly string[];
  /** The time limit for finding all of them. */
  withinMs: number;
}

/** The contract of every Discovery: the fake, and each mDNS implementation. */
export function describeDiscovery(name: string, makeSubject: () => Promise<DiscoverySubject>): void {
  describe(`Discovery: ${name}`, () => {
    let subject: DiscoverySubject;
    beforeAll(async () => {
      subject = await makeSubject();
    });
    const find = async (
      change: Partial<FindOptions>,
      see: (sighting: Sighting) => void = () => undefined,
    ) => {
      const seen: Sighting[] = [];
      const startedMs = performance.now();
      await subject.discovery.find(
        {
          networks: [subject.network],
          timeoutMs: subject.withinMs,
          scan: false,
          emit: () => undefined,
          signal: new AbortController().signal,
          ...change,
        },
        (sighting) => {
          seen.push(sighting);
          see(sighting);
        },
      );
      return { seen, tookMs: performance.now() - startedMs };
    };

    it('finds every device, with what is needed to reach it', async () => {
      const { seen } = await find({});
      expect([...new Set(seen.map(({ address }) => address))].sort()).toEqual([...subject.addresses].sort());
      for (const { host, address, port, weight } of seen) {
        expect(host).toMatch(/^[A-Za-z0-9.-]+$/);
        expect(isOnNetwork(address, subject.network)).toBe(true);
        expect(port).toBe(22);
        expect(weight).toBeGreaterThan(0);
      }
    });

    it('finds them again in a second search right after the first', async () => {
      const { seen } = await find({});
      expect(new Set(seen.map(({ address }) => address)).size).toBe(subject.addresses.length);
    });

    it('reports a device as soon as it finds it, and ends at once on abort', async () => {
      const abort = new AbortController();
      const { seen, tookMs } = await find({ timeoutMs: 60_000, signal: abort.signal }, () => abort.abort());
      expect(seen.length).toBeGreaterThan(0);
      expect(tookMs).toBeLessThan(subject.withinMs + 1000);
    });

    it('does not search if it is aborted before it starts', async () => {
      const { seen, tookMs } = await find({ timeoutMs: 60_000, signal: AbortSignal.abort() });
      expect(seen).toEqual([]);
      expect(tookMs).toBeLessThan(1000);
    });

    it('takes no more than the given time', async () => {
      const { tookMs } = await find({ timeoutMs: 300 });
      expect(tookMs).toBeGreaterThan(290);
      expect(tookMs).toBeLessThan(1300);
    });

    it('queries only the given networks; finding nothing is not an error', async () => {
      expect((await find({ networks: [subject.empty], timeoutMs: 300 })).seen).toEqual([]);
      expect((await find({ networks: [], timeoutMs: 300 })).seen).toEqual([]);
    });
  });
}

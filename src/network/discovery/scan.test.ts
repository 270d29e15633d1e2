import { createServer, type AddressInfo, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Sighting } from './discovery.js';
import { answersSsh, scan, scanAddresses } from './scan.js';
import { scanRange } from './scan-range.js';

const at = (address: string, prefix: number) => scanRange({ name: 'lab0', address, prefix });

describe('scanRange', () => {
  it('is the network without its own, the network and the broadcast address', () => {
    expect(at('10.0.0.2', 30)).toEqual({ subnet: '10.0.0.0/30', addresses: ['10.0.0.1'] });
    const { subnet, addresses } = at('192.168.1.77', 24);
    expect(subnet).toBe('192.168.1.0/24');
    expect(addresses).toHaveLength(253);
    expect([addresses[0], addresses.at(-1)]).toEqual(['192.168.1.1', '192.168.1.254']);
    expect(addresses).not.toContain('192.168.1.77');
  });

  it('is at most a /22, around the own address', () => {
    const { subnet, addresses } = at('172.16.200.9', 12);
    expect(subnet).toBe('172.16.200.0/22');
    expect(addresses).toHaveLength(1021);
    expect(addresses.at(-1)).toBe('172.16.203.254');
  });

  it('uses both addresses of a /31', () => {
    expect(at('10.0.0.2', 31)).toEqual({ subnet: '10.0.0.2/31', addresses: ['10.0.0.3'] });
    expect(at('10.0.0.2', 32).addresses).toEqual([]);
  });
});

describe('scanAddresses', () => {
  const { addresses } = at('10.0.0.1', 22);

  it('tries neighbors first, one every 4 ms, and reports how each was found', async () => {
    const tried: string[] = [];
    const seen: Sighting[] = [];
    let sleptMs = 0;
    await scanAddresses(addresses, new AbortController().signal, (one) => seen.push(one), {
      clock: { now: () => new Date(0), sleep: (ms) => Promise.resolve(void (sleptMs += ms)) },
      neighbors: () =>
        Promise.resolve(
          new Map([
            ['10.0.2.5', 'aa:bb:cc:dd:ee:ff'],
            ['9.9.9.9', 'aa:bb:cc:dd:ee:00'],
          ]),
        ),
      probe: (address) => {
        tried.push(address);
        return Promise.resolve(['10.0.2.5', '10.0.0.9'].includes(address));
      },
    });
    expect(tried).toHaveLength(1021);
    expect(new Set(tried).size).toBe(1021);
    expect(tried[0]).toBe('10.0.2.5');
    expect(sleptMs).toBe(4 * 1021);
    expect(seen.map(({ address, how, port }) => [address, how, port])).toEqual([
      ['10.0.2.5', 'neighbor', 22],
      ['10.0.0.9', 'scan', 22],
    ]);
  });

  it('runs at most 256 probes at once, and stops on abort', async () => {
    const abort = new AbortController();
    let underWay = 0;
    let most = 0;
    await scanAddresses(addresses, abort.signal, () => undefined, {
      clock: { now: () => new Date(0), sleep: () => Promise.resolve() },
      neighbors: () => Promise.resolve(new Map()),
      probe: async () => {
        most = Math.max(most, ++underWay);
        if (underWay === 256) setImmediate(() => abort.abort());
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
        return false;
      },
    });
    expect(most).toBeLessThanOrEqual(256);
    expect(most).toBeGreaterThan(50);
  });

  it('probes nothing without `scan`', async () => {
    const find = {
      networks: [{ name: 'lo', address: '127.0.0.1', prefix: 24 }],
      timeoutMs: 1,
      scan: false,
      signal: new AbortController().signal,
      emit: () => expect.fail('it said that it scans'),
    };
    await scan.find(find, () => expect.fail('it found something'));
  });
});

describe('answersSsh', () => {
  const signal = new AbortController().signal;
  const greets = async (greeting: string): Promise<boolean> => {
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(greeting);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const answer = await answersSsh('127.0.0.1', (server.address() as AddressInfo).port, signal);
    server.close();
    return answer;
  };

  it('is true for the greeting of an ssh server', async () => {
    expect(await greets('SSH-2.0-OpenSSH_9.2p1\r\n')).toBe(true);
    expect(await greets('Authorised use only.\r\nSSH-2.0-dropbear\r\n')).toBe(true);
    expect(await greets('220 ftp ready\r\n')).toBe(false);
    expect(await greets('x'.repeat(100_000))).toBe(false);
  });

  it('is false where nothing listens', async () => {
    expect(await answersSsh('127.0.0.1', 1, signal)).toBe(false);
  });
});

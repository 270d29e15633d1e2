import { expect, it, vi } from 'vitest';
import {
  contentIn,
  putContent,
  putFile,
  putRecord,
  putState,
  storeBroker,
} from '../../tests/fixtures/filled-broker.js';
import { SteppedClock } from '../../tests/fixtures/stepped-clock.js';
import type { BrokerMessage } from '../fleet/index.js';
import { Collector } from './collector.js';

const [one, two] = ['a'.repeat(22), 'b'.repeat(22)] as const;
const hours = (count: number) => count * 3_600_000;

async function collecting() {
  const clock = new SteppedClock();
  const broker = await storeBroker(clock);
  const lines: string[] = [];
  const stop = new AbortController();
  const { signal } = stop;
  const context = { clock, log: (line: string) => void lines.push(line), signal };
  const collector = new Collector(broker, context, () => clock.now().getTime());
  const ids = async () =>
    [...new Set((await contentIn(broker)).map((subject) => subject.split('.')[3]))].sort();
  return { clock, broker, collector, lines, ids, stop };
}

/** Sweeps, and again when it can be seen that nothing has happened for long enough. */
async function sweepLater({ clock, collector }: Awaited<ReturnType<typeof collecting>>) {
  await collector.sweep();
  await clock.sleep(hours(1));
  await collector.sweep();
}

it('removes the content of a version as soon as no record names it', async () => {
  const { broker, collector, ids } = await collecting();
  await putFile(broker, 'a/one', one, Buffer.from('one'));
  const { versions } = await putFile(broker, 'two', two, Buffer.from('two'));
  await collector.look();
  await putRecord(broker, { format: 1, name: 'a/one', next: 2, versions: [] });
  await putRecord(broker, { format: 1, name: 'two', next: 3, versions });
  await collector.look();
  expect(await ids()).toEqual([two]);
});

it('removes what a killed put left after an hour, and nothing that a record names', async () => {
  const { clock, broker, collector, lines, ids } = await collecting();
  await putContent(broker, one, Buffer.from('never named'));
  await putFile(broker, 'two', two, Buffer.from('two'));
  await clock.sleep(hours(3));
  await collector.sweep();
  await clock.sleep(hours(1) - 1);
  await collector.sweep();
  expect(await ids()).toEqual([one, two]);
  await clock.sleep(1);
  await collector.sweep();
  expect(await ids()).toEqual([two]);
  expect(lines).toEqual(['removed what 1 puts left that did not end']);
});

it('removes nothing of a space with a record that cannot be read', async () => {
  const all = await collecting();
  const { broker, lines, ids } = all;
  await putContent(broker, one, Buffer.from('perhaps named'));
  await broker.publish('i.s.a', Buffer.from('{'));
  await sweepLater(all);
  expect(await ids()).toEqual([one]);
  expect(lines[0]).toMatch(/^the record i\.s\.a cannot be read/);
});

it('forgets removed files after a day, but not one that is put again meanwhile', async () => {
  const { clock, broker, collector } = await collecting();
  await putRecord(broker, { format: 1, name: 'gone', next: 2, versions: [] });
  await putRecord(broker, { format: 1, name: 'back', next: 2, versions: [] });
  await clock.sleep(hours(25));
  await putFile(broker, 'back', one, Buffer.from('again'));
  await collector.sweep();
  expect([...(await broker.subjects('INDEX', 'i.>')).keys()]).toEqual(['i.s.back']);
});

it('removes at once what a put was given up for, but no file', async () => {
  const { broker, collector, ids } = await collecting();
  await putContent(broker, one, Buffer.from('given up'));
  await putFile(broker, 'two', two, Buffer.from('two'));
  expect(await collector.abort('s', [one, two])).toBe(1);
  expect(await ids()).toEqual([two]);
});

it('removes nothing of a record that a replica lacks which came back after hours', async () => {
  const all = await collecting();
  const { broker, ids } = all;
  await putFile(broker, 'one', one, Buffer.from('one'));
  const message = await broker.last('INDEX', 'i.s.one');
  broker.damage('INDEX', 's2', message?.sequence ?? 0, null);
  broker.anyReplica = 's2';
  await sweepLater(all);
  expect(await all.collector.abort('s', [one])).toBe(0);
  expect(await ids()).toEqual([one]);
});

it('removes nothing of a record that only the disk of the leader lost', async () => {
  const all = await collecting();
  const { broker, ids } = all;
  await putFile(broker, 'one', one, Buffer.from('one'));
  const message = await broker.last('INDEX', 'i.s.one');
  broker.damage('INDEX', 's1', message?.sequence ?? 0, null);
  await sweepLater(all);
  expect(await ids()).toEqual([one]);
});

it('removes nothing while the index has no leader', async () => {
  const all = await collecting();
  const { broker, collector, clock, ids } = all;
  await putContent(broker, one, Buffer.from('one'));
  await collector.sweep();
  await clock.sleep(hours(1));
  broker.servers = [];
  await expect(collector.sweep()).rejects.toThrow('no leader');
  expect(await ids()).toEqual([one]);
});

it('removes nothing that is named between the sweep and the purge', async () => {
  const all = await collecting();
  const { broker, collector, clock, ids } = all;
  await putContent(broker, one, Buffer.from('one'));
  await collector.sweep();
  await clock.sleep(hours(1));
  const scanReplica = broker.scanReplica.bind(broker);
  vi.spyOn(broker, 'scanReplica').mockImplementation(async function* (...place) {
    yield* scanReplica(...place);
    // The last replica was read: then the record comes.
    if (place[1] === 's3') await putFile(broker, 'late', one, Buffer.from('one'));
  });
  await collector.sweep();
  expect(await ids()).toEqual([one]);
});

it('removes nothing while files are copied from other keepers, nor for an hour after', async () => {
  const all = await collecting();
  const { broker, collector, clock, ids } = all;
  await putState(broker, 'filling');
  await putContent(broker, one, Buffer.from('its record comes later'));
  await sweepLater(all);
  await collector.look();
  expect(await collector.abort('s', [one])).toBe(0);
  await putState(broker, 'ready');
  await collector.sweep();
  await clock.sleep(hours(1) - 1);
  await collector.sweep();
  expect(await ids()).toEqual([one]);
  await clock.sleep(1);
  await collector.sweep();
  expect(await ids()).toEqual([]);
});

it('does one thing after the other', async () => {
  const { broker, collector, ids } = await collecting();
  await putFile(broker, 'one', one, Buffer.from('one'));
  let scans = 0;
  let most = 0;
  for (const what of ['scan', 'scanReplica'] as const) {
    const read = broker[what].bind(broker) as (...all: unknown[]) => AsyncIterable<BrokerMessage>;
    vi.spyOn(broker, what).mockImplementation(async function* (...place: unknown[]) {
      most = Math.max(most, ++scans);
      for await (const message of read(...place)) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        yield message;
      }
      scans -= 1;
    });
  }
  const looks = [collector.look(), collector.look(), collector.sweep(), collector.abort('s', [one])];
  await putFile(broker, 'two', two, Buffer.from('two'));
  await Promise.all(looks);
  await collector.look();
  expect(most).toBe(1);
  expect(await ids()).toEqual([one, two]);
});

it('goes on with the others where one question fails, and with what was not purged', async () => {
  const { broker, collector, ids } = await collecting();
  await putFile(broker, 'one', one, Buffer.from('one'));
  await collector.look();
  await putRecord(broker, { format: 1, name: 'one', next: 2, versions: [] });
  const purge = vi.spyOn(broker, 'purge').mockRejectedValueOnce(new Error('nobody answers'));
  await expect(collector.look()).rejects.toThrow('nobody answers');
  expect(await ids()).toEqual([one]);
  await collector.look();
  expect(await ids()).toEqual([]);
  expect(purge).toHaveBeenCalledTimes(2);
});

it('purges large versions in small steps, and no further when the lease is lost', async () => {
  const { broker, collector, stop } = await collecting();
  const parts = Array.from({ length: 100 }, () => '0'.repeat(64));
  const { versions } = await putFile(broker, 'one', one, Buffer.from('one'));
  const large = versions.map((version) => ({ ...version, parts, size_bytes: parts.length * 32 * 2 ** 20 }));
  await putRecord(broker, { format: 1, name: 'one', next: 2, versions: large });
  await collector.look();
  await putRecord(broker, { format: 1, name: 'one', next: 2, versions: [] });
  let underWay = 0;
  let most = 0;
  const filters: string[] = [];
  vi.spyOn(broker, 'purge').mockImplementation(async (_stream, filter) => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, 1));
    underWay -= 1;
    if (filters.push(filter) === 40) stop.abort();
  });
  await expect(collector.look()).rejects.toThrow();
  expect(most).toBeLessThanOrEqual(4);
  expect(filters).toHaveLength(40);
  expect(filters.every((filter) => /^f\.\d\d\.s\.a{22}\.\d+\.>$/.test(filter))).toBe(true);
});

import { expect, it } from 'vitest';
import { SteppedClock } from '../../tests/fixtures/stepped-clock.js';
import { storeBroker } from '../../tests/fixtures/filled-broker.js';
import { answerDisk, type Disk, disksOf, FullDisks, isFull } from './disks.js';

const gigabyte = 2 ** 30;
const keepers = ['a', 'b', 'c'].map((id) => ({ id, name: `nano-${id}`, address: '127.0.0.1', nats_port: 1 }));

async function threeKeepers() {
  const broker = await storeBroker();
  const disks = new Map<string, Disk>();
  const lines: string[] = [];
  const context = {
    clock: new SteppedClock(),
    log: (line: string) => lines.push(line),
    signal: new AbortController().signal,
  };
  const answering = new Map(
    keepers.map(({ id }) => {
      disks.set(id, { freeBytes: 20 * gigabyte, totalBytes: 30 * gigabyte });
      return [
        id,
        answerDisk(broker, id, () => {
          const disk = disks.get(id);
          return disk ? Promise.resolve(disk) : Promise.reject(new Error('no such folder'));
        }),
      ];
    }),
  );
  const full = new FullDisks(broker, keepers, context);
  const said = async () => {
    await full.look();
    const message = await broker.last('STORE', 'meta.full');
    return message === null ? null : (JSON.parse(Buffer.from(message.data).toString()) as unknown);
  };
  return { broker, disks, lines, said, answering, signal: context.signal };
}

it.each([
  { totalBytes: 1000 * gigabyte, freeBytes: 1.1 * gigabyte, full: false },
  { totalBytes: 1000 * gigabyte, freeBytes: 0.9 * gigabyte, full: true },
  { totalBytes: 10 * gigabyte, freeBytes: 0.6 * gigabyte, full: false },
  { totalBytes: 10 * gigabyte, freeBytes: 0.4 * gigabyte, full: true },
  { totalBytes: 0.2 * gigabyte, freeBytes: 0.05 * gigabyte, full: true },
])('a disk of $totalBytes bytes with $freeBytes left is full: $full', ({ full, ...disk }) => {
  expect(isFull(disk)).toBe(full);
});

it('writes down who is full, once, and takes it back when there is space', async () => {
  const { disks, lines, said } = await threeKeepers();
  expect(await said()).toBeNull();
  disks.set('b', { freeBytes: 0.9 * gigabyte, totalBytes: 30 * gigabyte });
  const full = {
    format: 1,
    keepers: [
      {
        id: 'b',
        name: 'nano-b',
        free_bytes: Math.round(0.9 * gigabyte * 10) / 10,
        reserve_bytes: gigabyte,
      },
    ],
  };
  expect(await said()).toMatchObject({ format: 1, keepers: [{ id: 'b', reserve_bytes: gigabyte }] });
  disks.set('b', { freeBytes: 1.1 * gigabyte, totalBytes: 30 * gigabyte });
  expect(await said()).toEqual(full);
  disks.set('b', { freeBytes: 1.3 * gigabyte, totalBytes: 30 * gigabyte });
  expect(await said()).toEqual({ format: 1, keepers: [] });
  expect(lines).toEqual([
    'nothing can be put: the disk of nano-b is almost full',
    'there is space on all disks: files can be put again',
  ]);
});

it('does not go by a keeper that does not answer', async () => {
  const { broker, disks, said, answering, signal } = await threeKeepers();
  disks.set('b', { freeBytes: 0, totalBytes: 30 * gigabyte });
  expect(await said()).toMatchObject({ keepers: [{ id: 'b' }] });
  answering.get('b')?.[Symbol.dispose]();
  disks.delete('c');
  expect([...(await disksOf(broker, keepers, signal)).keys()]).toEqual(['a']);
  expect(await said()).toEqual({ format: 1, keepers: [] });
});

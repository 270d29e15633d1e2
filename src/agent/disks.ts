import { statfs } from 'node:fs/promises';
import { z } from 'zod';
import {
  type AgentConfig,
  type Broker,
  diskQuestion,
  type FullRecord,
  fullSubject,
  parseFull,
  storeStream,
} from '../fleet/index.js';
import type { AgentContext } from './duty.js';

/** The disk that a keeper's files are on. */
export interface Disk {
  freeBytes: number;
  totalBytes: number;
}

/** As Ceph stops writing at 95 %; and no more than this, because disks are large and shared with everything else. */
const reserveShare = 0.05;
const mostReserveBytes = 2 ** 30;
/** nats-server switches JetStream off when a write fails, so there must be room for what is under way. */
const leastReserveBytes = 2 ** 26;
/** A disk that was full takes files again when this much more than the reserve is free. */
const backShare = 1.2;
/** How long an agent may take to answer; one that does not is not waited for. */
const answerMs = 1000;

const diskAnswer = z.object({
  free_bytes: z.number().nonnegative(),
  total_bytes: z.number().nonnegative(),
});

export async function diskOf(folder: string): Promise<Disk> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** What is to stay free, in bytes. */
const reserveOf = ({ totalBytes }: Disk): number =>
  Math.min(mostReserveBytes, Math.max(leastReserveBytes, totalBytes * reserveShare));

export const isFull = (disk: Disk): boolean => disk.freeBytes < reserveOf(disk);

/** Tells the other keepers how much is left here, until it is disposed of. */
export function answerDisk(
  broker: Pick<Broker, 'answer'>,
  member: string,
  disk: () => Promise<Disk>,
): Disposable {
  return broker.answer(diskQuestion(member), async function* () {
    const { freeBytes, totalBytes } = await disk();
    yield Buffer.from(JSON.stringify({ free_bytes: freeBytes, total_bytes: totalBytes }));
  });
}

type Keepers = AgentConfig['keepers'];

/** What is left on the disks of all keepers whose agents answer, by member id. */
export async function disksOf(
  broker: Pick<Broker, 'ask'>,
  keepers: Keepers,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Disk>> {
  const disks = new Map<string, Disk>();
  const either = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
  await Promise.all(
    keepers.map(async ({ id }) => {
      try {
        for await (const answer of broker.ask(diskQuestion(id), new Uint8Array(), either)) {
          const { free_bytes: freeBytes, total_bytes: totalBytes } = diskAnswer.parse(
            JSON.parse(Buffer.from(answer).toString()),
          );
          disks.set(id, { freeBytes, totalBytes });
        }
      } catch {
        // It is gone, or of another version: then nobody knows.
      }
    }),
  );
  signal.throwIfAborted();
  return disks;
}

/** Writes down which keepers are full, so that nothing is put until there is space again. A duty of the leader. */
export class FullDisks {
  constructor(
    private readonly broker: Pick<Broker, 'ask' | 'last' | 'publish'>,
    private readonly keepers: Keepers,
    private readonly context: AgentContext,
  ) {}

  async look(): Promise<void> {
    const { signal } = this.context;
    const [disks, message] = await Promise.all([
      disksOf(this.broker, this.keepers, signal),
      this.broker.last(storeStream, fullSubject, signal),
    ]);
    const before = message === null ? [] : parseFull(message.data).keepers.map(({ id }) => id);
    const keepers = this.keepers.flatMap(({ id, name }): FullRecord['keepers'] => {
      const disk = disks.get(id);
      if (disk === undefined) return [];
      const reserve = reserveOf(disk);
      if (disk.freeBytes >= reserve * (before.includes(id) ? backShare : 1)) return [];
      return [{ id, name, free_bytes: disk.freeBytes, reserve_bytes: Math.round(reserve) }];
    });
    if (keepers.map(({ id }) => id).join() === before.join()) return;
    const record: FullRecord = { format: 1, keepers };
    await this.broker.publish(fullSubject, Buffer.from(JSON.stringify(record)), { signal });
    this.context.log(
      keepers.length === 0
        ? 'there is space on all disks: files can be put again'
        : `nothing can be put: the disk of ${keepers.map(({ name }) => name).join(', ')} is almost full`,
    );
  }
}

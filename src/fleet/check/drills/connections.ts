import type { Socket } from 'node:net';
import type { Drill, DrillBed } from '../drill.js';
import { falseFailures, Found, secondsSince, suspicions, targetOf } from '../findings.js';
import { connection, type Port } from '../sockets.js';

const heldS = 15;
const answersWithinS = 15;
/** Those that are begun at once. */
const atOnce = 100;
/** What half of them send: without TLS, as a careless program does. The others say nothing. */
const request = Buffer.from('GET /members HTTP/1.1\r\n');

export const connections: Drill = {
  does: 'Opens many HTTP connections to one member, for 15 s; opens those that it closes again.',
  expected: () =>
    `the member goes on gossiping, and answers within ${answersWithinS} s after they are closed`,
  leastMembers: 1,
  async run(bed) {
    const found = new Found();
    const { target } = targetOf(bed);
    const before = await target.client.until(bed.signal).info();
    const fromMs = bed.nowMs();
    const crowd = new Crowd(bed, { host: target.member.address, port: target.member.http_port });
    try {
      await crowd.fill();
      found.note('opened within', secondsSince(bed, fromMs), 's');
      while (secondsSince(bed, fromMs) < heldS && !bed.signal.aborted) {
        await bed.clock.sleep(500, bed.signal);
        await crowd.fill();
      }
    } finally {
      crowd.close();
    }
    found.note('connections opened', crowd.opened, 'count');
    found.note('held at the same time, at most', crowd.mostHeld, 'count');
    found.must(crowd.opened > 0, `${target.name} accepts no connection.`);
    bed.signal.throwIfAborted();
    const closedMs = bed.nowMs();
    let after = null;
    while (after === null && secondsSince(bed, closedMs) < answersWithinS) {
      after = await target.client
        .until(bed.signal)
        .info()
        .catch(() => null);
      bed.signal.throwIfAborted();
      if (after === null) await bed.clock.sleep(200, bed.signal);
    }
    if (after === null)
      found.faults.push(`${target.name} does not answer after the connections were closed.`);
    else {
      found.note('answers after they are closed within', secondsSince(bed, closedMs), 's', target.name);
      found.must(after.uptimeS > before.uptimeS, `${target.name} has started again.`);
      found.note('memory of its program', after.memoryRssBytes, 'bytes', target.name);
    }
    found.note('suspicions', suspicions(bed, fromMs), 'count');
    found.faults.push(...falseFailures(bed, fromMs));
    return found;
  },
};

/** Connections that are opened again when the member closes them. */
class Crowd {
  readonly #open = new Set<Socket>();
  opened = 0;
  mostHeld = 0;

  constructor(
    private readonly bed: DrillBed,
    private readonly port: Port,
  ) {}

  async fill(): Promise<void> {
    const { connections: count, signal } = this.bed;
    for (let left = count - this.#open.size; left > 0 && !signal.aborted; left -= atOnce) {
      const some = Array.from({ length: Math.min(atOnce, left) }, (_, at) =>
        connection(this.port, at % 2 === 0 ? null : request),
      );
      for (const socket of await Promise.all(some)) if (socket !== null) this.take(socket);
    }
    this.mostHeld = Math.max(this.mostHeld, this.#open.size);
  }

  close(): void {
    for (const socket of this.#open) socket.destroy();
  }

  private take(socket: Socket): void {
    this.opened += 1;
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket));
    // An end that nobody reads is never seen.
    socket.resume();
  }
}

import type { Drill, DrillBed, DrillMember } from '../drill.js';
import { falseFailures, Found, suspicions, targetOf } from '../findings.js';
import { gossipMessage, sealed } from '../gossip-packets.js';
import { connection, Packets, type Port } from '../sockets.js';

const malformedCount = 300;
const replays = 100;
const streams = 20;
/** A failure that the packets caused would be seen by then. */
const watchedS = 5;

const gossipOf = ({ member }: DrillMember): Port => ({ host: member.address, port: member.gossip_port });

export const packets: Drill = {
  does: 'Sends malformed, replayed and outdated packets to the gossip port of all members.',
  expected: () => 'no member ends, starts again, or is seen as failed',
  leastMembers: 1,
  async run(bed) {
    const found = new Found();
    const infos = () => Promise.all(bed.members.map(({ client }) => client.until(bed.signal).info()));
    const before = await infos();
    const fromMs = bed.nowMs();
    const socket = new Packets(bed.members[0]?.member.address ?? '127.0.0.1');
    try {
      const packet = await replayable(bed, socket);
      found.note('malformed packets to each member', malformedCount, 'count');
      found.note('replayed packets to each member', packet.length * replays, 'count');
      for (const one of bed.members) {
        bed.signal.throwIfAborted();
        for (let sent = 0; sent < malformedCount; sent += 1)
          await socket.send(malformed(bed, sent), gossipOf(one));
        for (let sent = 0; sent < replays; sent += 1)
          for (const replayed of packet) await socket.send(replayed, gossipOf(one));
        await sendStreams(bed, one);
      }
      await bed.clock.sleep(watchedS * 1000, bed.signal);
      bed.signal.throwIfAborted();
    } finally {
      socket.close();
    }
    const after = await infos();
    for (const [at, { name }] of bed.members.entries()) {
      const [was, is] = [before[at], after[at]];
      if (was === undefined || is === undefined) continue;
      found.must(is.uptimeS > was.uptimeS, `${name} has started again.`);
      found.note('memory of its program', is.memoryRssBytes, 'bytes', name);
    }
    found.note('suspicions', suspicions(bed, fromMs), 'count');
    found.faults.push(...falseFailures(bed, fromMs));
    for (const { id: observer, name } of bed.members) {
      for (const one of bed.members) {
        const state = bed.views.member(observer, one.id)?.state ?? 'unknown';
        found.must(state === 'alive', `${name} sees ${one.name} as ${state} afterwards.`);
      }
    }
    return found;
  },
};

/**
 * Packets with the fleet's key, as somebody could have recorded them: old news that a member is suspect, failed or has left,
 * and the answer of a member to a ping, if it reaches this machine.
 */
async function replayable(bed: DrillBed, socket: Packets): Promise<Buffer[]> {
  const [key] = await bed.gossipKeys();
  if (key === undefined) return [];
  const { target, others } = targetOf(bed);
  const seal = (message: Buffer) => sealed(key, message, bed.random);
  const other = others[0]?.id ?? target.id;
  const old = { Incarnation: 0, Node: target.id };
  const own = [
    seal(gossipMessage('suspect', { ...old, From: other })),
    seal(gossipMessage('dead', { ...old, From: other })),
    seal(gossipMessage('dead', { ...old, From: target.id })),
    seal(gossipMessage('ping', { SeqNo: 7, Node: target.id })),
  ];
  await socket.send(own[3] ?? Buffer.alloc(0), gossipOf(target));
  await bed.clock.sleep(500, bed.signal);
  return [...own, ...socket.received.slice(0, 1)];
}

/** Noise of all lengths; every third one starts as a packet of memberlist does. */
function malformed({ random }: DrillBed, number: number): Buffer {
  const noise = random(1 + ((number * 37) % 1400));
  if (number % 3 === 0) noise[0] = 1;
  if (number % 3 === 1) noise[0] = number % 16;
  return noise;
}

/** The same by TCP: noise, and a head that announces 4 GB. */
async function sendStreams(bed: DrillBed, one: DrillMember): Promise<void> {
  for (let sent = 0; sent < streams; sent += 1) {
    const announces = Buffer.concat([Buffer.from([10, 0xff, 0xff, 0xff, 0xff]), bed.random(64)]);
    const bytes = sent % 2 === 0 ? announces : bed.random(200);
    const socket = await connection(gossipOf(one), bytes, 2000);
    await bed.clock.sleep(20, bed.signal);
    socket?.destroy();
  }
}

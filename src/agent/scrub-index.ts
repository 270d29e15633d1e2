import { createHash } from 'node:crypto';
import { messageOf, plainText } from '../errors.js';
import {
  type BrokerAdmin,
  BrokerConflict,
  type BrokerMessage,
  fileRecord,
  indexStream,
  indexSubjects,
  type ScrubEvent,
  type StreamReplica,
} from '../fleet/index.js';
import type { AgentContext } from './duty.js';

/** A replica may lack for a moment what a majority of the others has. */
export const secondLookMs = 2000;

/** Servers whose replica of a stream can be read, and the others. */
export function splitReplicas(replicas: readonly StreamReplica[]): { servers: string[]; away: string[] } {
  const isHere = ({ isCurrent, isOffline }: StreamReplica) => isCurrent && !isOffline;
  return {
    servers: replicas.filter(isHere).map(({ server }) => server),
    away: replicas.filter((one) => !isHere(one)).map(({ server }) => server),
  };
}
export const awayText = 'it is gone, or does not have everything yet';

/** What replicas have of a record. */
interface Seen {
  sequence: number;
  digest: string;
  /** Servers that have exactly this. */
  servers: string[];
}

/** Compares the records of all replicas of the index, and writes those anew that a replica lacks. */
export async function* repairIndex(
  broker: BrokerAdmin,
  { clock, signal }: Pick<AgentContext, 'clock' | 'signal'>,
): AsyncGenerator<ScrubEvent> {
  const stream = (await broker.stream(indexStream)) ?? { replicas: [] };
  const servers: string[] = [];
  const newest = new Map<string, Seen>();
  const readable = splitReplicas(stream.replicas);
  for (const server of readable.away) yield { kind: 'unread', server, stream: indexStream, why: awayText };
  for (const server of readable.servers) {
    try {
      for await (const message of broker.scanReplica(indexStream, server, indexSubjects, signal))
        see(newest, message, server);
      servers.push(server);
    } catch (error) {
      yield { kind: 'unread', server, stream: indexStream, why: plainText(messageOf(error)) };
    }
  }
  for (const [subject, seen] of newest) {
    const lacking = servers.filter((server) => !seen.servers.includes(server));
    const [good] = seen.servers;
    if (lacking.length === 0 || good === undefined) continue;
    // A record that was replaced while we read is seen in another form by each replica, for a moment.
    await clock.sleep(secondLookMs, signal);
    const message = await readOne(broker, good, subject, signal);
    if (message?.sequence !== seen.sequence) continue;
    const still = [];
    for (const server of lacking) {
      const found = await readOne(broker, server, subject, signal);
      if (found === null || digestOf(found.data) !== seen.digest) still.push(server);
    }
    if (still.length === 0) continue;
    const { name } = fileRecord.parse(JSON.parse(Buffer.from(message.data).toString()));
    for (const server of still)
      yield { kind: 'damaged', name: plainText(name), version: null, part: null, server };
    if (await writeAgain(broker, message, signal))
      yield { kind: 'repaired', name: plainText(name), version: null };
  }
}

/** Of two that differ, the later one counts; of the same number, the first that can be read. */
function see(newest: Map<string, Seen>, { subject, sequence, data }: BrokerMessage, server: string): void {
  const digest = digestOf(data);
  const known = newest.get(subject);
  if (known?.sequence === sequence && known.digest === digest) known.servers.push(server);
  else if ((known === undefined || known.sequence < sequence) && isRecord(data))
    newest.set(subject, { sequence, digest, servers: [server] });
}

const digestOf = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

function isRecord(data: Uint8Array): boolean {
  try {
    return fileRecord.safeParse(JSON.parse(Buffer.from(data).toString())).success;
  } catch {
    return false;
  }
}

async function readOne(broker: BrokerAdmin, server: string, subject: string, signal: AbortSignal) {
  let last: BrokerMessage | null = null;
  for await (const message of broker.scanReplica(indexStream, server, subject, signal))
    if (isRecord(message.data)) last = message;
  return last;
}

/** The server that leads the stream may be the one that lacks the record: for it there is none. */
async function writeAgain(
  broker: BrokerAdmin,
  { subject, data, sequence }: BrokerMessage,
  signal: AbortSignal,
) {
  for (const expectLast of [sequence, 0])
    try {
      await broker.publish(subject, data, { expectLast, signal });
      return true;
    } catch (error) {
      if (!(error instanceof BrokerConflict)) throw error;
    }
  return false;
}

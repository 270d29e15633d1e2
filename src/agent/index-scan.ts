import { messageOf, plainText } from '../errors.js';
import {
  type BrokerAdmin,
  type BrokerMessage,
  type FileRecord,
  fileRecord,
  indexStream,
  indexSubjects,
} from '../fleet/index.js';
import type { AgentContext } from './duty.js';
import { type Content, NamedContent } from './garbage.js';

/** A message of the index, and its record; null if it cannot be read. */
export interface Indexed {
  message: BrokerMessage;
  record: FileRecord | null;
}

/** Reads records. A replica that returns after hours lacks the newest ones, so most questions are for the leader of the index. */
export class IndexScan {
  constructor(
    private readonly broker: BrokerAdmin,
    private readonly context: Pick<AgentContext, 'signal' | 'log'>,
  ) {}

  /** From any replica: what comes is true, and in order, but the newest may lack. */
  any(from: number): AsyncGenerator<Indexed> {
    return this.#parsed(this.broker.scan(indexStream, indexSubjects, this.context.signal, from));
  }

  /** From the replica that leads. @throws Error if there is no leader, or another one at the end */
  async *leader(from: number): AsyncGenerator<Indexed> {
    const server = await this.#leader();
    yield* this.#replica(server, from);
    if ((await this.#leader()) !== server) throw new Error('the index got another leader while it was read');
  }

  /**
   * What the leader's records name, and what those of each other replica do: a record that the leader's disk lost may be whole
   * elsewhere.
   */
  async named(): Promise<{ lacks(content: Content): boolean; removed: readonly BrokerMessage[] }> {
    const removed: BrokerMessage[] = [];
    const leading = new NamedContent();
    for await (const { message, record } of this.leader(1)) {
      leading.see(message, record);
      if (record?.versions.length === 0) removed.push({ ...message, data: new Uint8Array() });
    }
    const all = [leading];
    for (const one of (await this.broker.stream(indexStream))?.replicas ?? []) {
      if (one.isLeader || one.isOffline || !one.isCurrent) continue;
      const named = new NamedContent();
      for await (const { message, record } of this.#replica(one.server, 1)) named.see(message, record);
      all.push(named);
    }
    return { lacks: (content) => all.every((named) => named.lacks(content)), removed };
  }

  #replica(server: string, from: number): AsyncGenerator<Indexed> {
    return this.#parsed(
      this.broker.scanReplica(indexStream, server, indexSubjects, this.context.signal, from),
    );
  }

  async #leader(): Promise<string> {
    const leader = (await this.broker.stream(indexStream))?.replicas.find(({ isLeader }) => isLeader);
    if (leader === undefined) throw new Error('the index has no leader');
    return leader.server;
  }

  async *#parsed(messages: AsyncIterable<BrokerMessage>): AsyncGenerator<Indexed> {
    for await (const message of messages) {
      let record: FileRecord | null = null;
      try {
        record = fileRecord.parse(JSON.parse(Buffer.from(message.data).toString()));
      } catch (error) {
        this.context.log(
          `the record ${plainText(message.subject)} cannot be read: ${plainText(messageOf(error))}`,
        );
      }
      yield { message, record };
    }
  }
}

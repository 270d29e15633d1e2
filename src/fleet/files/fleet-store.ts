import { CollabError, ExitCode, plainText } from '../../errors.js';
import { type Broker, memberOfServer, question, userIdentity } from '../broker/index.js';
import { replaceEvent, type ScrubEvent, scrubEvent } from './agent-answers.js';
import type { StoreEvent } from './events.js';
import type { FileStore } from './file-store.js';
import { type JetStreamStore, openStore } from './jetstream-store.js';
import { noFile } from './no-file.js';
import { askPlacement, type Placement } from './placement.js';
import type { FileRecord } from './record.js';
import type { TransferContext } from './transfer/index.js';

/** What a scrub found. */
export interface Scrubbed {
  files: number;
  versions: number;
  /** Read, of all replicas. */
  bytes: number;
  damaged: number;
  repaired: number;
  /** Parts that no replica has as they were put. */
  lost: number;
}

interface FleetStoreParts {
  fleet: string;
  user: string;
  /** Names of members, by their ids. */
  names: ReadonlyMap<string, string>;
}

/** The store of a fleet: its files, and what only a fleet knows of them, such as the devices that hold them. */
export class FleetStore implements AsyncDisposable {
  private constructor(
    private readonly broker: Broker,
    private readonly stored: JetStreamStore,
    private readonly parts: FleetStoreParts,
  ) {}

  /** Takes the connection over. @throws CollabError `store-missing`, `store-filling`, `store-unreachable` */
  static async open(broker: Broker, parts: FleetStoreParts): Promise<FleetStore> {
    return new FleetStore(broker, await openStore(broker, { kind: 'user', name: parts.user }), parts);
  }

  get files(): FileStore {
    return this.stored;
  }
  /** Who this user is in the fleet. */
  get user(): string {
    return this.parts.user;
  }

  /** All that is kept of the files in a folder; `` for all. */
  async *records(folder: string, signal?: AbortSignal): AsyncIterable<FileRecord> {
    for await (const { record } of this.stored.records(folder, signal)) yield record;
  }

  /** All that is kept of one file. @throws CollabError `store-no-file` */
  async record(name: string, signal?: AbortSignal): Promise<FileRecord> {
    const { record } = await this.stored.record(name, signal);
    if (record.versions.length === 0) throw noFile(this.files.place, name);
    return record;
  }

  /** Where the replicas are, as the agents of the keepers see it. @throws CollabError `broker-no-answer` */
  placement(signal?: AbortSignal): Promise<Placement> {
    return askPlacement(this.broker, userIdentity(this.user), signal);
  }

  /** The name of a member; its id if nobody told the name. */
  readonly memberName = (id: string): string => this.parts.names.get(id) ?? id;

  /** The id of a member. @throws CollabError `fleet-member-unknown` */
  memberNamed(name: string): string {
    for (const [id, its] of this.parts.names) if (its === name || id === name) return id;
    throw new CollabError('fleet-member-unknown', {
      what: `The fleet ${this.parts.fleet} has no member "${name}".`,
      why: `Its members are ${[...this.parts.names.values()].join(', ')}.`,
      next: 'See them: collab fleet members',
      exitCode: ExitCode.usage,
    });
  }

  /**
   * Lets the leader read all replicas of everything, and repair what differs. Admins only.
   * @throws CollabError `store-not-scrubbed`
   */
  async scrub({ emit, signal }: Pick<TransferContext, 'emit' | 'signal'>): Promise<Scrubbed> {
    for await (const answer of this.#asked('scrub', {}, signal)) {
      const said = scrubEvent.parse(answer);
      if (said.kind === 'refused')
        throw refused('store-not-scrubbed', 'The store was not scrubbed.', said.why);
      if (said.kind === 'done') {
        const { files, versions, bytes, damaged, repaired, lost } = said;
        return { files, versions, bytes, damaged, repaired, lost };
      }
      emit(this.#scrubEvent(said));
    }
    throw refused('store-not-scrubbed', 'The scrub did not end.', 'The leader ended before it was done.');
  }

  /** Lets the leader take a keeper out that is gone. Admins only. @throws CollabError `fleet-not-replaced` */
  async replace(member: string, { emit, signal }: Pick<TransferContext, 'emit' | 'signal'>): Promise<void> {
    const device = this.memberName(member);
    for await (const answer of this.#asked('replace', { member }, signal)) {
      const said = replaceEvent.parse(answer);
      if (said.kind === 'refused')
        throw refused('fleet-not-replaced', `${device} was not replaced.`, said.why);
      if (said.kind === 'replaced') return;
      if (said.kind === 'removing') emit({ kind: 'store.removing', device });
      else emit({ kind: 'store.copying', device, streams: said.streams, of: said.of });
    }
    const why = 'The leader ended before it was done. Its successor goes on.';
    throw refused('fleet-not-replaced', `It is not known whether ${device} was replaced.`, why);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stored[Symbol.asyncDispose]();
  }

  #scrubEvent(said: Exclude<ScrubEvent, { kind: 'refused' | 'done' }>): StoreEvent {
    switch (said.kind) {
      case 'progress':
        return {
          kind: 'store.scrubbing',
          stream: said.stream,
          done: said.done,
          of: said.of,
          bytes: said.bytes,
        };
      case 'damaged': {
        const { name, version, part, server } = said;
        return { kind: 'store.damaged', name, version, part, device: this.#device(server) };
      }
      case 'repaired':
        return { kind: 'store.repaired', name: said.name, version: said.version };
      case 'lost':
        return { kind: 'store.lost', name: said.name, version: said.version, part: said.part };
      case 'unread': {
        const { server, stream, why } = said;
        return { kind: 'store.unread', device: this.#device(server), stream, reason: why };
      }
    }
  }

  #device(server: string): string {
    return this.memberName(memberOfServer(server) ?? server);
  }

  async *#asked(what: 'scrub' | 'replace', asked: object, signal?: AbortSignal): AsyncIterable<unknown> {
    const subject = question(userIdentity(this.user), what);
    for await (const answer of this.broker.ask(subject, Buffer.from(JSON.stringify(asked)), signal))
      yield JSON.parse(Buffer.from(answer).toString()) as unknown;
  }
}

function refused(name: string, what: string, why: string): CollabError {
  return new CollabError(name, {
    what,
    why: plainText(why),
    next: 'See how the fleet is: collab fleet status',
    exitCode: ExitCode.deviceUnreachable,
  });
}

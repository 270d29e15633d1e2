/** A message that a stream keeps. */
export interface BrokerMessage {
  subject: string;
  data: Uint8Array;
  /** Its sequence in the stream. */
  sequence: number;
  time: Date;
}

export interface PublishOptions {
  /** The sequence that the subject's last message must have, 0 for none. @throws BrokerConflict if it has another */
  expectLast?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** Another message came first. */
export class BrokerConflict extends Error {}

/**
 * What we use of a broker with streams (NATS JetStream). Subjects and stream names are in subjects.ts. Everything is tried again
 * while a keeper is lost and another takes over, for `patienceMs` at most.
 */
export interface Broker extends AsyncDisposable {
  /** Publishes to the stream of the subject. @returns the message's sequence, once a majority of its replicas have it on disk */
  publish(subject: string, data: Uint8Array, options?: PublishOptions): Promise<number>;
  /** The last message of a subject, from any replica; null if there is none. */
  last(stream: string, subject: string, signal?: AbortSignal): Promise<BrokerMessage | null>;
  /**
   * All messages that match the filter now, in order.
   * @param from the sequence to begin with; default: the first
   */
  scan(stream: string, filter: string, signal?: AbortSignal, from?: number): AsyncIterable<BrokerMessage>;
  /** Asks who answers a subject, and takes all answers up to the empty one that ends them. @throws CollabError `broker-no-answer` */
  ask(subject: string, data: Uint8Array, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Answers questions until it is disposed of. Each yielded answer is sent; the end is marked with an empty one. */
  answer(
    subject: string,
    handler: (question: { subject: string; data: Uint8Array }) => AsyncIterable<Uint8Array>,
    /** Of those with the same group, one answers. */
    group?: string,
  ): Disposable;
}

export interface StreamSettings {
  name: string;
  subjects: readonly string[];
  replicas: number;
  /** 1: only the last message of each subject is kept; null: all are. */
  perSubject: number | null;
  /** Messages older than this go; null for none. */
  maxAgeMs: number | null;
}

export interface StreamReplica {
  /** Name of the server; its id (`peerIdOf`) while the cluster does not know its name. */
  server: string;
  isLeader: boolean;
  /** Whether it has all messages that the leader has. */
  isCurrent: boolean;
  isOffline: boolean;
  /** Messages that it lacks. */
  lag: number;
}

export interface StreamState {
  name: string;
  replicas: readonly StreamReplica[];
  /** How many replicas it should have. */
  target: number;
  messages: number;
  bytes: number;
}

/** What only keepers and the fleet's owner may do. */
export interface BrokerAdmin extends Broker {
  /** Makes the stream, or gives it these settings. */
  ensureStream(settings: StreamSettings): Promise<void>;
  /** Null if there is none. */
  stream(name: string): Promise<StreamState | null>;
  streams(): Promise<readonly StreamState[]>;
  /** While frozen, a stream refuses every message. */
  freeze(stream: string, isFrozen: boolean): Promise<void>;
  /** Lets another replica of a stream lead. */
  handOver(stream: string): Promise<void>;
  /** Subjects that have messages, with their number. */
  subjects(stream: string, filter: string): Promise<ReadonlyMap<string, number>>;
  /**
   * Removes messages for good.
   * @param before only messages with a sequence below this one; default: all
   */
  purge(stream: string, filter: string, before?: number): Promise<void>;
  /** Messages of one replica, read from that server's own disk. */
  scanReplica(
    stream: string,
    server: string,
    filter: string,
    signal?: AbortSignal,
    from?: number,
  ): AsyncIterable<BrokerMessage>;
}

/** A server as the system account sees it. */
export interface ServerState {
  name: string;
  version: string;
  /** Whether it keeps files. nats-server switches JetStream off when its disk is full. */
  isEnabled: boolean;
  /** Bytes that files take. */
  usedBytes: number;
  isMetaLeader: boolean;
}

/** The system account: sees all servers, and can remove one from the cluster. */
export interface BrokerSystem extends AsyncDisposable {
  /** Servers that answer within a second. */
  servers(): Promise<readonly ServerState[]>;
  /**
   * All peers of the cluster's JetStream, those that are gone too; empty for a single server. `server` is the name, or the id
   * (`peerIdOf`) of one whose name the cluster does not know.
   */
  peers(): Promise<readonly { server: string; isCurrent: boolean; isOffline: boolean; lastSeenMs: number }[]>;
  /** Removes a server for good, by its name or id. Its replicas are made anew on others, if there are others. It can come back under a new name only. */
  removeServer(name: string): Promise<void>;
}

/** A message that an MQTT client has published with QoS 1. */
export interface MqttMessage {
  subject: string;
  data: Uint8Array;
  /** Without it, the message comes again after some seconds, to whoever leads then. */
  done(): Promise<void>;
}

/** What MQTT clients publish and hear. Both sides are kept by a majority of the keepers. */
export interface BrokerMqtt extends AsyncDisposable {
  /** Jobs that clients submit, until the signal aborts. Those of the time when nobody took them come too. */
  submissions(signal: AbortSignal): AsyncIterable<MqttMessage>;
  /** Publishes with QoS 1: clients that are away get it when they return. */
  publish(subject: string, data: Uint8Array, signal?: AbortSignal): Promise<void>;
}

/** How to reach and to enter a broker. */
export interface BrokerAccess {
  /** `host:port` of each keeper. */
  servers: readonly string[];
  /** PEM of the fleet's authority. */
  ca: string;
  /** Seed of an nkey (`SU...`), or the system account's password. */
  seed: string;
  /** Of the user in subjects: see `identityToken`. */
  identity: string;
}

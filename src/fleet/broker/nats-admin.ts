import { peerName } from './server-name.js';
import { z } from 'zod';
import { anything, api } from './api.js';
import type { BrokerAccess, BrokerAdmin, BrokerMessage, StreamSettings, StreamState } from './broker.js';
import { BrokerFault, code, NotNow, spoken } from './errors.js';
import { type BrokerOptions, NatsBroker } from './nats.js';
import { type Consumer, createConsumer, scanMessages } from './scan.js';

const nanosecondsPerMs = 1e6;
/** In which messages of one id are stored once; a put that is tried again takes less. */
const dedupeMs = 120_000;
/** A new consumer lies on any replica of its stream. */
const consumerTries = 60;

const streamInfo = z.object({
  config: z.looseObject({ name: z.string(), num_replicas: z.number() }),
  state: z.object({
    messages: z.number(),
    bytes: z.number(),
    subjects: z.record(z.string(), z.number()).optional(),
  }),
  cluster: z
    .object({
      leader: z.string().optional(),
      replicas: z
        .array(
          z.object({
            name: z.string(),
            peer: z.string(),
            current: z.boolean().default(false),
            offline: z.boolean().default(false),
            lag: z.number().default(0),
          }),
        )
        .nullish(),
    })
    .nullish(),
  total: z.number().optional(),
});
type StreamInfo = z.output<typeof streamInfo>;
const streamList = z.object({
  streams: z.array(streamInfo).nullish(),
  missing: z.array(z.string()).nullish(),
  total: z.number(),
});

/** As a keeper or the owner. @throws CollabError `store-unreachable`, `store-refused` */
export async function connectAdmin(access: BrokerAccess, options: BrokerOptions = {}): Promise<BrokerAdmin> {
  const broker = new NatsAdmin(access, options);
  await broker.open();
  return broker;
}

class NatsAdmin extends NatsBroker implements BrokerAdmin {
  async ensureStream(settings: StreamSettings): Promise<void> {
    const wanted = configOf(settings);
    const info = await this.#info(settings.name);
    const differs = Object.entries(wanted).some(
      ([key, value]) => JSON.stringify(info?.config[key]) !== JSON.stringify(value),
    );
    if (info !== null && !differs) return;
    const what = info === null ? 'CREATE' : 'UPDATE';
    const config = { ...info?.config, ...wanted };
    await this.#change(`STREAM.${what}.${settings.name}`, config);
  }

  async stream(name: string): Promise<StreamState | null> {
    const info = await this.#info(name);
    return info === null ? null : stateOf(info);
  }

  async streams(): Promise<readonly StreamState[]> {
    const found: StreamState[] = [];
    for (let offset = 0; ;) {
      const page = await this.#change('STREAM.LIST', { offset }, streamList);
      const infos = page.streams ?? [];
      found.push(...(await this.#withCluster(infos)).map(stateOf));
      offset += infos.length;
      if (infos.length > 0 && offset < page.total) continue;
      // Of these, no leader has answered.
      const silent = (page.missing ?? []).filter((name) => !found.some((one) => one.name === name));
      found.push(...silent.map((name) => ({ name, replicas: [], target: 0, messages: 0, bytes: 0 })));
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    }
  }

  /** A list leaves the server out if there is only one; the answer about one stream has it. */
  async #withCluster(infos: readonly StreamInfo[]): Promise<readonly StreamInfo[]> {
    const [first] = infos;
    if (first === undefined || infos.every(({ cluster }) => cluster)) return infos;
    const cluster = (await this.#info(first.config.name))?.cluster;
    return cluster ? infos.map((one) => ({ ...one, cluster: one.cluster ?? cluster })) : infos;
  }

  async freeze(stream: string, isFrozen: boolean): Promise<void> {
    const info = await this.#info(stream);
    if (info === null) return;
    // No message is that small: each has headers, which count.
    const max_msg_size = isFrozen ? 1 : -1;
    if (info.config.max_msg_size === max_msg_size) return;
    await this.#change(`STREAM.UPDATE.${stream}`, { ...info.config, max_msg_size });
  }

  async handOver(stream: string): Promise<void> {
    await this.#change(`STREAM.LEADER.STEPDOWN.${stream}`, {});
  }

  async subjects(stream: string, filter: string): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    for (let offset = 0; ;) {
      const info = await this.#info(stream, { subjects_filter: filter, offset });
      const page = Object.entries(info?.state.subjects ?? {});
      for (const [subject, count] of page) found.set(subject, count);
      offset += page.length;
      if (page.length === 0 || offset >= (info?.total ?? 0)) return found;
    }
  }

  async purge(stream: string, filter: string, before?: number): Promise<void> {
    await this.#change(`STREAM.PURGE.${stream}`, { filter, ...(before !== undefined && { seq: before }) });
    this.own.purged(filter);
  }

  async *scanReplica(
    stream: string,
    server: string,
    filter: string,
    signal?: AbortSignal,
    from = 1,
  ): AsyncGenerator<BrokerMessage> {
    const create = (first: number, timeoutMs: number) =>
      this.#consumerOn(server, { stream, filter, from: first }, timeoutMs);
    try {
      yield* scanMessages(this.link, this.patience, { stream, filter, create, from }, null, signal);
    } catch (error) {
      throw spoken(error);
    }
  }

  async #consumerOn(
    server: string,
    place: { stream: string; filter: string; from: number },
    timeoutMs: number,
  ): Promise<Consumer> {
    for (let tries = 0; tries < consumerTries; tries += 1) {
      const consumer = await createConsumer(this.link, place, timeoutMs);
      const leader = consumer.cluster?.leader;
      if (leader === undefined || leader === server) return consumer;
      const subject = `CONSUMER.DELETE.${place.stream}.${consumer.name}`;
      // Otherwise it goes by itself when its age is reached.
      await api(this.link, subject, undefined, anything, timeoutMs).catch(() => undefined);
    }
    throw new NotNow(`${server} has no replica of ${place.stream} that can be read`);
  }

  async #info(name: string, body?: object): Promise<StreamInfo | null> {
    try {
      return await this.api(`STREAM.INFO.${name}`, body, streamInfo);
    } catch (error) {
      if (error instanceof BrokerFault && error.code === code.streamNotFound) return null;
      throw spoken(error);
    }
  }

  async #change<T = unknown>(
    subject: string,
    body: object,
    schema: z.ZodType<T> = anything as unknown as z.ZodType<T>,
  ): Promise<T> {
    try {
      return await this.api(subject, body, schema);
    } catch (error) {
      throw spoken(error);
    }
  }
}

function configOf({ name, subjects, replicas, perSubject, maxAgeMs }: StreamSettings) {
  return {
    name,
    subjects,
    num_replicas: replicas,
    max_msgs_per_subject: perSubject ?? -1,
    max_age: (maxAgeMs ?? 0) * nanosecondsPerMs,
    duplicate_window: Math.min(dedupeMs, maxAgeMs ?? dedupeMs) * nanosecondsPerMs,
    storage: 'file',
    retention: 'limits',
    allow_direct: true,
  };
}

function stateOf({ config, state, cluster }: StreamInfo): StreamState {
  const leader = cluster?.leader;
  const others = (cluster?.replicas ?? []).map(({ name, peer, current, offline, lag }) => ({
    server: peerName({ name, peer }),
    isLeader: false,
    isCurrent: current && !offline,
    isOffline: offline,
    lag,
  }));
  const first = leader ? [{ server: leader, isLeader: true, isCurrent: true, isOffline: false, lag: 0 }] : [];
  return {
    name: config.name,
    replicas: first.concat(others),
    target: config.num_replicas,
    messages: state.messages,
    bytes: state.bytes,
  };
}

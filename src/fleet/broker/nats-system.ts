import { z } from 'zod';
import { anything, api } from './api.js';
import type { BrokerAccess, BrokerSystem, ServerState } from './broker.js';
import { NotNow, spoken } from './errors.js';
import { Link } from './link.js';
import type { BrokerOptions } from './nats.js';
import { isPeerId, peerIdOf, peerName } from './server-name.js';
import { type Patience, persist, waitMs } from './persist.js';

const pingMs = 1000;
const nanosecondsPerMs = 1e6;
const jsz = z.object({
  server: z.object({ name: z.string(), ver: z.string() }),
  data: z
    .object({
      disabled: z.boolean().default(false),
      storage: z.number().default(0),
      meta_cluster: z
        .object({
          leader: z.string().default(''),
          cluster_size: z.number().default(1),
          replicas: z
            .array(
              z.object({
                name: z.string(),
                peer: z.string(),
                current: z.boolean().default(false),
                offline: z.boolean().default(false),
                active: z.number().default(0),
              }),
            )
            .nullish(),
        })
        .nullish(),
    })
    .optional(),
});
type Jsz = z.output<typeof jsz>;

/** With the system account's password as seed. @throws CollabError `store-unreachable`, `store-refused` */
export async function connectSystem(
  access: BrokerAccess,
  { patienceMs = 20_000 }: BrokerOptions = {},
): Promise<BrokerSystem> {
  const link = new Link(access);
  const patience = { patienceMs, servers: access.servers };
  try {
    await persist(patience, () => link.connect());
  } catch (error) {
    await link[Symbol.asyncDispose]();
    throw error;
  }
  return new NatsSystem(link, patience);
}

class NatsSystem implements BrokerSystem {
  constructor(
    private readonly link: Link,
    private readonly patience: Patience,
  ) {}

  async servers(): Promise<readonly ServerState[]> {
    const answers = await persist(this.patience, () => this.#ping());
    return answers.map(({ server, data }) => ({
      name: server.name,
      version: server.ver,
      isEnabled: data?.disabled === false,
      usedBytes: data?.storage ?? 0,
      isMetaLeader: data?.meta_cluster?.leader === server.name,
    }));
  }

  peers(): ReturnType<BrokerSystem['peers']> {
    return persist(this.patience, async () => {
      const answers = await this.#ping();
      if (answers.every(({ data }) => !data?.meta_cluster)) return [];
      const leader = answers.find(({ server, data }) => data?.meta_cluster?.leader === server.name);
      if (leader === undefined) throw new NotNow('the cluster has no leader');
      return [
        { server: leader.server.name, isCurrent: true, isOffline: false, lastSeenMs: 0 },
        ...(leader.data?.meta_cluster?.replicas ?? []).map(({ name, peer, current, offline, active }) => ({
          server: peerName({ name, peer }),
          isCurrent: current && !offline,
          isOffline: offline,
          lastSeenMs: Math.round(active / nanosecondsPerMs),
        })),
      ];
    });
  }

  async removeServer(server: string): Promise<void> {
    // The id goes before the name.
    const peer = { peer: server, peer_id: isPeerId(server) ? server : peerIdOf(server) };
    try {
      await persist(this.patience, (count) => api(this.link, 'SERVER.REMOVE', peer, anything, waitMs(count)));
    } catch (error) {
      throw spoken(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link[Symbol.asyncDispose]();
  }

  /** All servers answer; whoever is silent for a second does not. */
  async #ping(): Promise<Jsz[]> {
    const answers: Jsz[] = [];
    const end = performance.now() + pingMs;
    try {
      for await (const { data } of this.link.many('$SYS.REQ.SERVER.PING.JSZ', Buffer.from('{}'), pingMs)) {
        const answer = jsz.safeParse(JSON.parse(Buffer.from(data).toString()));
        if (answer.success) answers.push(answer.data);
        if (performance.now() > end) break;
      }
    } catch (error) {
      if (!(error instanceof NotNow) || answers.length === 0) throw error;
    }
    return answers;
  }
}

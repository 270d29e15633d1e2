import { join } from 'node:path';
import {
  type Access,
  type AgentConfig,
  type BrokerAdmin,
  type BrokerMqtt,
  type BrokerSystem,
  removeGhosts,
  type ReplaceEvent,
  type ScrubEvent,
} from '../fleet/index.js';
import { type Acts, answerTo, Refused } from './answers.js';
import { Collector } from './collector.js';
import { answerDisk, diskOf, disksOf, FullDisks } from './disks.js';
import { type AgentContext, repeat } from './duty.js';
import { removeJobFiles } from './job-files.js';
import { Dispatcher } from './jobs/index.js';
import { membersAway } from './members-away.js';
import { takeMqttJobs } from './mqtt-jobs.js';
import { leaderOf, Lease, renewMs } from './leader.js';
import { renewRemovedServer, type ServerProcess } from './own-server.js';
import { placementOf } from './placement.js';
import { type NotReplaced, OfflineSince, planNamed, planReplacement, replicasFor } from './replace.js';
import { replaceServer } from './replacement.js';
import { Scrubber } from './scrubber.js';
import { ServerCare } from './server-care.js';

const lookEveryMs = 5000;
const disksEveryMs = 2000;
const workersEveryMs = 1000;
const mqttAgainMs = 1000;
const careEveryMs = 30_000;
/** A keeper that died is gone for the others after 10 s. */
const noticedMs = 15_000;
const noticeEveryMs = 1000;
const sweepEveryMs = 30 * 60_000;
/** A sweep that failed is tried again after this. */
const sweepAgainMs = 60_000;

export interface KeeperParts {
  config: AgentConfig;
  broker: BrokerAdmin;
  /** Connects as the system account. */
  system: () => Promise<BrokerSystem>;
  server: Pick<ServerProcess, 'pid' | 'signal'>;
  access: () => Promise<Access>;
  /** Null where the fleet does not speak MQTT. */
  mqtt: BrokerMqtt | null;
  /** Of the machine, e.g. `performance.now`. */
  nowMs: () => number;
}

/** What the agent of a keeper does once a broker answers. One of them leads, and does what must be done once. */
export class Keeper {
  readonly #lease: Lease;
  #system: Promise<BrokerSystem> | null = null;
  #isScrubbing = false;
  #replacing: string | null = null;

  constructor(
    private readonly parts: KeeperParts,
    private readonly context: AgentContext,
  ) {
    this.#lease = new Lease(parts.broker, parts.config.member.id, parts.nowMs);
  }

  /** Until the signal aborts. */
  async run(): Promise<void> {
    const { config, broker, server, access, nowMs } = this.parts;
    const system = () => this.#systemAccount();
    const disk = () => diskOf(join(config.state, 'nats'));
    const care = new ServerCare({ config, broker, server, system, nowMs, disk }, this.context);
    const answering = [
      answerDisk(broker, config.member.id, disk),
      answerTo('placement', broker, this.#acts(null), access),
    ];
    await Promise.all([
      repeat('the name of the server', lookEveryMs, this.context, async () => {
        await renewRemovedServer(config, broker, server, this.context);
      }),
      repeat('the care of the server', careEveryMs, this.context, () => care.look()),
      this.#lead(),
    ]);
    for (const one of answering) one[Symbol.dispose]();
    await (await this.#system?.catch(() => null))?.[Symbol.asyncDispose]();
  }

  /** Renews the lease each second; while it is held, the leader's duties run. */
  async #lead(): Promise<void> {
    let leading: { stop: AbortController; ended: Promise<void> } | null = null;
    const stop = async () => {
      leading?.stop.abort();
      await leading?.ended;
      leading = null;
    };
    await repeat('the lease of the leader', renewMs, this.context, async () => {
      try {
        await this.#lease.renew();
      } finally {
        if (!this.#lease.isHeld && leading !== null) {
          this.context.log('does not lead any more');
          await stop();
        }
      }
      if (!this.#lease.isHeld || leading !== null) return;
      this.context.log('leads');
      const controller = new AbortController();
      const signal = AbortSignal.any([controller.signal, this.context.signal]);
      const { clock, log } = this.context;
      leading = { stop: controller, ended: this.#leaderDuties({ clock, log, signal }) };
    });
    await stop();
  }

  async #leaderDuties(context: AgentContext): Promise<void> {
    const { broker, config, access, nowMs, mqtt } = this.parts;
    const collector = new Collector(broker, context, nowMs);
    let sweepAtMs = -Infinity;
    const sweepDue = async () => {
      if (nowMs() < sweepAtMs) return;
      await collector.sweep();
      sweepAtMs = nowMs() + sweepEveryMs;
    };
    const dispatcher = new Dispatcher(
      {
        broker,
        nowMs,
        limits: config.jobs,
        away: () => membersAway(config.state, context.clock.now()),
        ...(mqtt !== null && { publish: mqtt.publish.bind(mqtt) }),
        removeFiles: (owner, folder, signal) =>
          removeJobFiles(broker, config.member, { owner, folder }, signal),
      },
      context,
    );
    const acts = this.#acts({ collector, dispatcher });
    const answering = (['abort', 'scrub', 'replace', 'jobs', 'work'] as const).map((what) =>
      answerTo(what, broker, acts, access),
    );
    const offline = new OfflineSince();
    const full = new FullDisks(broker, config.keepers, context);
    await Promise.all([
      repeat('looking for full disks', disksEveryMs, context, () => full.look()),
      repeat('removing what is not needed', lookEveryMs, context, () => collector.look()),
      repeat('looking for what puts left', sweepAgainMs, context, () => sweepDue()),
      repeat('reading the jobs', workersEveryMs, context, () => dispatcher.read()),
      repeat('silent workers', workersEveryMs, context, () => dispatcher.watch()),
      repeat('jobs and their workers', workersEveryMs, context, () => dispatcher.look()),
      repeat('jobs by MQTT', mqttAgainMs, context, () => takeMqttJobs(this.parts, context)),
      repeat('removing old jobs', lookEveryMs, context, () => dispatcher.removeOld()),
      repeat('replacing keepers', lookEveryMs, context, () => this.#replaceDue(offline, context)),
    ]);
    for (const one of answering) one[Symbol.dispose]();
  }

  /** @param leading what only the leader has */
  #acts(leading: { collector: Collector; dispatcher: Dispatcher } | null): Acts {
    const { broker } = this.parts;
    const leadingNow = () => {
      if (leading === null) throw new Refused('store-not-leading', 'this keeper does not lead');
      return leading;
    };
    return {
      placement: async () => {
        const system = await this.#systemAccount();
        const [leader, servers, peers, streams, disks] = await Promise.all([
          leaderOf(broker, this.context.clock, this.context.signal),
          system.servers(),
          system.peers(),
          broker.streams(),
          disksOf(broker, this.parts.config.keepers, this.context.signal),
        ]);
        return placementOf({ leader, servers, peers, streams, disks, config: this.parts.config });
      },
      abort: async (space, ids) => (await leading?.collector.abort(space, ids)) ?? 0,
      scrub: () => this.#scrub(),
      replace: (member) => this.#replaceNow(member),
      jobs: (asker, question) => leadingNow().dispatcher.jobs(asker, question),
      work: async (member, question) => leadingNow().dispatcher.work(member, question),
    };
  }

  async *#scrub(): AsyncGenerator<ScrubEvent> {
    if (this.#isScrubbing) throw new Refused('store-busy', 'the store is being scrubbed already');
    this.#isScrubbing = true;
    try {
      yield* new Scrubber(this.parts.broker, this.context).run();
    } finally {
      this.#isScrubbing = false;
    }
  }

  /** Removes a server that is gone for too long. */
  async #replaceDue(offline: OfflineSince, context: AgentContext): Promise<void> {
    const { config, nowMs } = this.parts;
    if (config.keepers.length === 1 || this.#replacing !== null) return;
    const system = await this.#systemAccount();
    for (const server of await removeGhosts(this.parts.broker, system, context.signal))
      context.log(`removed ${server} again, which was back under its old name`);
    const peers = await system.peers();
    offline.update(peers, nowMs());
    const plan = planReplacement(
      peers.map((peer) => ({ ...peer, goneMs: offline.forMs(peer, nowMs()) })),
      { replicas: replicasFor(config.keepers.length), replaceAfterMs: config.replace_after_s * 1000 },
    );
    if (plan.kind !== 'remove' || !this.#lease.isHeld) return;
    for await (const event of this.#replace(plan.server, context)) context.log(lineOf(event));
  }

  /** For an admin who does not want to wait. */
  async *#replaceNow(member: string): AsyncGenerator<ReplaceEvent> {
    const { config, nowMs } = this.parts;
    const look = async () =>
      planNamed(await (await this.#systemAccount()).peers(), member, {
        keepers: config.keepers.map(({ id }) => id),
        generation: config.generation,
        replicas: replicasFor(config.keepers.length),
      });
    const endMs = nowMs() + noticedMs;
    let plan = await look();
    // The cluster hears nothing of one that has just died, and takes some time to say so.
    while ('refused' in plan && plan.refused === 'alive' && nowMs() < endMs) {
      await this.context.clock.sleep(noticeEveryMs, this.context.signal);
      plan = await look();
    }
    if ('refused' in plan) throw new Refused(...refusals[plan.refused]);
    yield* this.#replace(plan.server, this.context);
  }

  async *#replace(server: string, context: AgentContext): AsyncGenerator<ReplaceEvent> {
    if (this.#replacing !== null)
      throw new Refused('store-busy', `${this.#replacing} is being replaced already`);
    this.#replacing = server;
    try {
      yield* replaceServer(this.parts.broker, await this.#systemAccount(), server, context);
    } finally {
      this.#replacing = null;
    }
  }

  async #systemAccount(): Promise<BrokerSystem> {
    const connecting = (this.#system ??= this.parts.system());
    try {
      return await connecting;
    } catch (error) {
      if (this.#system === connecting) this.#system = null;
      throw error;
    }
  }
}

const refusals: Readonly<Record<NotReplaced, readonly [name: string, why: string]>> = {
  unknown: ['store-no-keeper', 'this member is not one of the keepers'],
  alive: ['store-keeper-alive', 'this keeper answers the others'],
  'no spare': ['store-no-spare', 'no other keeper is there that could take its replicas'],
};

const lineOf = (event: ReplaceEvent): string => {
  if (event.kind === 'copying')
    return `${event.streams} of ${event.of} streams lack replicas after ${event.server}`;
  if (event.kind === 'refused') return event.why;
  return event.kind === 'removing' ? `removes ${event.server}, which is gone` : `${event.server} is replaced`;
};

import type { AgentConfig, BrokerAdmin, BrokerSystem, StreamState } from '../fleet/index.js';
import { type Disk, isFull } from './disks.js';
import type { AgentContext } from './duty.js';
import { ownServerName, type ServerProcess } from './own-server.js';

/** What is wrong with the server of this keeper. */
type Ailment =
  /** It answers, and keeps no files: nats-server switches JetStream off when its disk is full. */
  | 'disabled'
  /** It answers, and the leader of the cluster does not hear it, or there is none. */
  | 'apart'
  /** Its replicas lack messages, and do not get them. */
  | 'behind';

/** For how long something is so before the server is started again. A snapshot of a stream may take minutes on the way. */
const patienceMs: Readonly<Record<Ailment, number>> = {
  disabled: 25_000,
  apart: 60_000,
  behind: 300_000,
};
/** Where no server leads, each is apart: they are started again one after the other, until one leads. */
const turnMs = 30_000;
/** A server that was started again is left alone for this long. */
const againMs = 600_000;
/** As long as a server has to end. */
const endMs = 20_000;
const lookMs = 250;
/** More than what changes in a replica that gets nothing. */
const movedBytes = 1 << 20;

/** What is seen of it at one moment. */
interface ServerSight {
  isEnabled: boolean;
  isApart: boolean;
  usedBytes: number;
  /** Messages that its replicas lack, by stream; only streams that have a leader. */
  lags: ReadonlyMap<string, number>;
}

/** Since when something is wrong with it, by a monotonic clock. */
export class Symptoms {
  #ailment: Ailment | null = null;
  #sinceMs = 0;
  #last: ServerSight | null = null;

  /** @param turn which of the keepers this one is: 0 for the first */
  constructor(private readonly turn: number) {}

  /**
   * @param sight null if it does not answer: it may be reading its files, which takes as long as there are many
   * @returns what has been wrong for long enough
   */
  update(sight: ServerSight | null, nowMs: number): Ailment | null {
    const ailment = sight === null ? null : ailmentOf(sight);
    if (ailment !== this.#ailment || (sight !== null && this.#hasMoved(sight))) {
      this.#ailment = ailment;
      this.#sinceMs = nowMs;
      this.#last = sight;
    }
    if (ailment === null) return null;
    const waitMs = patienceMs[ailment] + (ailment === 'apart' ? this.turn * turnMs : 0);
    return nowMs - this.#sinceMs >= waitMs ? ailment : null;
  }

  /** Whether a replica has got something since the last time. */
  #hasMoved({ lags, usedBytes }: ServerSight): boolean {
    if (this.#ailment !== 'behind' || this.#last === null) return false;
    const isLess = [...this.#last.lags].some(([stream, lag]) => (lags.get(stream) ?? 0) < lag);
    return isLess || Math.abs(usedBytes - this.#last.usedBytes) > movedBytes;
  }
}

function ailmentOf({ isEnabled, isApart, lags }: ServerSight): Ailment | null {
  if (!isEnabled) return 'disabled';
  if (isApart) return 'apart';
  return lags.size > 0 ? 'behind' : null;
}

/** Of all streams, what the replicas of a server lack. */
export const lagsOf = (streams: readonly StreamState[], server: string): ReadonlyMap<string, number> =>
  new Map(
    streams
      .filter(({ replicas }) => replicas.some(({ isLeader }) => isLeader))
      .flatMap(({ name, replicas }) =>
        replicas
          .filter((replica) => replica.server === server && !replica.isCurrent)
          .map(({ lag }) => [name, Math.max(1, lag)] as const),
      ),
  );

export interface CareParts {
  config: AgentConfig;
  server: Pick<ServerProcess, 'pid' | 'signal'>;
  system: () => Promise<Pick<BrokerSystem, 'servers' | 'peers'>>;
  broker: Pick<BrokerAdmin, 'streams'>;
  nowMs: () => number;
  /** The one that its files are on. */
  disk: () => Promise<Disk>;
}

/**
 * Starts the server of this keeper again when it is of no use any more. nats-server (2.10.27) stays without files after its disk
 * was full; one that is started with others can stay apart from them forever; after a loss of power, one can stay behind.
 */
export class ServerCare {
  readonly #symptoms: Symptoms;
  #againAtMs = -Infinity;
  #said: string | null = null;

  constructor(
    private readonly parts: CareParts,
    private readonly context: AgentContext,
  ) {
    const { member, keepers } = parts.config;
    this.#symptoms = new Symptoms(keepers.findIndex(({ id }) => id === member.id));
  }

  async look(): Promise<void> {
    const { config, server, nowMs, disk } = this.parts;
    const pid = await server.pid();
    const name = await ownServerName(config);
    if (pid === null || name === null) return;
    const ailment = this.#symptoms.update(await this.#see(name), nowMs());
    if (ailment === null) this.#said = null;
    else if (ailment === 'disabled' && isFull(await disk()))
      this.#say('the disk is full: nats-server keeps no files here until there is space');
    else if (!config.nats_supervised)
      this.#say(`nats-server is ${ailment}; end it, and start it again with: collab fleet up --local`);
    else if (nowMs() >= this.#againAtMs) {
      this.#againAtMs = nowMs() + againMs;
      this.context.log(`nats-server is ${ailment}: it is started again`);
      await this.#end(pid);
    }
  }

  /** Null if it does not answer. */
  async #see(name: string): Promise<ServerSight | null> {
    const { config, broker } = this.parts;
    const system = await this.parts.system();
    const servers = await system.servers();
    const own = servers.find((one) => one.name === name);
    if (own === undefined) return null;
    const { isEnabled, usedBytes } = own;
    const size = config.keepers.length;
    if (!isEnabled || size === 1) return { isEnabled, isApart: false, usedBytes, lags: new Map() };
    const isHeard = await system.peers().then(
      (peers) => peers.some(({ server, isCurrent }) => server === name && isCurrent),
      () => false,
    );
    // Without a majority there is no leader, and nobody knows what is lacking.
    const isApart = !isHeard && servers.length > size / 2;
    const streams = isHeard ? await broker.streams().catch(() => []) : [];
    return { isEnabled, isApart, usedBytes, lags: lagsOf(streams, name) };
  }

  async #end(pid: number): Promise<void> {
    const { server, nowMs } = this.parts;
    server.signal(pid, 'SIGTERM');
    const endAtMs = nowMs() + endMs;
    while ((await server.pid()) === pid && nowMs() < endAtMs)
      await this.context.clock.sleep(lookMs, this.context.signal);
    if ((await server.pid()) === pid) server.signal(pid, 'SIGKILL');
  }

  #say(line: string): void {
    if (line !== this.#said) this.context.log(line);
    this.#said = line;
  }
}

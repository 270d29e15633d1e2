import { isIP } from 'node:net';
import type { HostName } from '../../deployment/index.js';
import {
  type Assignment,
  hostPort,
  type ReplicaState,
  type ServiceEntry,
  serviceVariable,
  type ToldService,
} from '../../fleet/index.js';
import type { AgentContext } from '../duty.js';
import { Entrance } from './entrance.js';
import { freePort, takesConnections } from './tcp.js';

const checkEveryMs = 1000;
const checkWithinMs = 1000;
/** Names the port on which a replica is to listen. */
const portVariable = 'COLLAB_PORT';
const everywhere = '0.0.0.0';

export interface ServicesParts {
  /** Where other members reach this one. */
  address: string;
  /**
   * Whether replicas have a network of their own, and members one device each. Otherwise all are processes of one machine, and no
   * two of them can listen on one port.
   */
  isApart: boolean;
  /** Called when the leader is to hear something new. */
  changed: () => void;
}

/** What a replica is started with. */
export interface ReplicaStart {
  publish: { container: number; host: number; protocol: 'tcp' }[];
  env: Record<string, string>;
}

/** Services on this member: replicas that run here, and entrances to all services of the fleet. */
export class Services {
  readonly #replicas = new Set<ReplicaState>();
  #entrances = new Map<string, { told: ToldService; entrance: Entrance }>();
  #taking: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: ServicesParts,
    private readonly context: AgentContext,
  ) {}

  get replicas(): ReplicaState[] {
    return [...this.#replicas].map((one) => ({ ...one }));
  }

  /** Those that listen, or cannot. */
  get entries(): ServiceEntry[] {
    return [...this.#entrances]
      .map(([job, { entrance }]) => ({ job, port: entrance.port, fault: entrance.fault }))
      .filter(({ port, fault }) => port !== null || fault !== null);
  }

  /** By which variables and names tasks on this device find services. */
  get found(): { env: Record<string, string>; hosts: HostName[] } {
    const { address } = this.parts;
    const env: Record<string, string> = {};
    const hosts: HostName[] = [];
    for (const { told, entrance } of this.#entrances.values()) {
      if (entrance.port === null) continue;
      env[serviceVariable(told.name)] = hostPort(address, entrance.port);
      if (isIP(address) !== 0) hosts.push({ name: told.name, address });
    }
    return { env, hosts };
  }

  /** Opens entrances to new services, and closes those to services that are gone. */
  take(services: readonly ToldService[]): Promise<void> {
    this.#taking = this.#taking.then(() => this.#take(services));
    return this.#taking;
  }

  /** Closes all entrances. */
  close(): Promise<void> {
    return this.take([]);
  }

  /** A port for a replica; null for a task of another job. */
  async startOf({ service }: Pick<Assignment, 'service'>): Promise<ReplicaStart | null> {
    if (service === null) return null;
    const { address, isApart } = this.parts;
    const host = await freePort(isApart ? everywhere : address);
    const own = isApart ? service.port : host;
    return {
      publish: [{ container: own, host, protocol: 'tcp' }],
      env: { [portVariable]: String(own) },
    };
  }

  /** Looks each second whether a replica takes connections, until the signal aborts. */
  async watch({ job, task, attempt }: Assignment, start: ReplicaStart, signal: AbortSignal): Promise<void> {
    const { address, changed } = this.parts;
    const port = start.publish[0]?.host ?? 0;
    const replica: ReplicaState = { job, task, attempt, port, ready: false };
    this.#replicas.add(replica);
    while (!signal.aborted) {
      const ready = await takesConnections({ address, port }, checkWithinMs);
      if (ready !== replica.ready) {
        replica.ready = ready;
        changed();
      }
      await this.context.clock.sleep(checkEveryMs, signal);
    }
    this.#replicas.delete(replica);
  }

  async #take(services: readonly ToldService[]): Promise<void> {
    const { address, isApart, changed } = this.parts;
    let isNew = false;
    for (const [job, { told, entrance }] of this.#entrances) {
      if (services.some((one) => one.job === job)) continue;
      this.#entrances.delete(job);
      await entrance.close();
      this.context.log(`the service ${told.name} is not reached here any more`);
    }
    for (const told of services) {
      const at = isApart ? { address: everywhere, port: told.port } : { address, port: 0 };
      const entrance = this.#entrances.get(told.job)?.entrance ?? new Entrance(at);
      this.#entrances.set(told.job, { told, entrance });
      entrance.replicas = told.replicas;
      if (!(await entrance.open())) continue;
      isNew = true;
      const how = entrance.fault ?? `is reached here on port ${entrance.port ?? ''}`;
      this.context.log(`the service ${told.name}: ${how}`);
    }
    if (isNew) changed();
  }
}

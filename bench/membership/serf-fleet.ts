import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type BenchFleet, type MemberTraffic, pause } from './fleet.js';
import { SeenStates } from './seen-states.js';

const port = 17946;
/** Each fleet of a process has its own addresses. */
let networks = 0;

interface Agent {
  name: string;
  host: string;
  process: ChildProcess;
  /** What it printed about its counters after SIGUSR1: by interval and name, the newest line. */
  counters: Map<string, string>;
}

/** Agents of Serf with its profile `lan`, encrypted; watched by what they print. */
export class SerfFleet implements BenchFleet {
  readonly #seen = new SeenStates();
  readonly #key = randomBytes(32).toString('base64');
  readonly #network = `127.${130 + (process.pid % 120)}.${(networks += 1)}`;
  readonly #agents: Agent[] = [];
  #killed: Agent | null = null;
  #turn = 0;

  static async up(size: number): Promise<SerfFleet> {
    const fleet = new SerfFleet();
    for (let made = 0; made < size; made += 1) fleet.#add();
    try {
      for (const { name } of fleet.#agents) await fleet.#allSee(name, 'alive');
    } catch (error) {
      fleet.close();
      throw error;
    }
    return fleet;
  }

  get size(): number {
    return this.#agents.length;
  }

  async killOne(): Promise<number> {
    this.#turn += 1;
    const agent = this.#agents[this.#turn % this.#agents.length];
    if (agent === undefined) throw new Error('there is no agent');
    const startedMs = performance.now();
    agent.process.kill('SIGKILL');
    this.#killed = agent;
    this.#seen.forget(agent.name);
    await this.#allSee(agent.name, 'failed');
    return performance.now() - startedMs;
  }

  async bringBack(): Promise<void> {
    const agent = this.#killed;
    if (agent === null) return;
    this.#killed = null;
    agent.process = this.#start(agent);
    await this.#allSee(agent.name, 'alive');
    for (const { name } of this.#agents) await this.#seen.allSee([agent.name], name, 'alive');
  }

  async addOne(): Promise<number> {
    const before = this.#agents.map(({ name }) => name);
    const startedMs = performance.now();
    const { name } = this.#add();
    await this.#allSee(name, 'alive');
    for (const other of before) await this.#seen.allSee([name], other, 'alive');
    return performance.now() - startedMs;
  }

  failures(): number {
    return this.#seen.count('failed');
  }

  suspicions(): null {
    return null;
  }

  /** Its counters are sums over 10 s each, kept for a minute. The first and the last interval are not whole. */
  async traffic(seconds: number): Promise<MemberTraffic[]> {
    for (const agent of this.#agents) agent.counters.clear();
    for (let passedS = 0; passedS < seconds; passedS += 20) {
      await pause(20_000);
      for (const { process: running } of this.#agents) running.kill('SIGUSR1');
    }
    await pause(3000);
    const startOf = (key: string) => key.slice(0, key.indexOf(']'));
    return this.#agents.map(({ counters }) => {
      const starts = [...new Set([...counters.keys()].map(startOf))].sort().slice(1, -1);
      const perS = (name: string, field: 'Count' | 'Sum') => {
        let sum = 0;
        for (const [key, line] of counters) {
          if (!key.endsWith(name) || !starts.includes(startOf(key))) continue;
          sum += Number(new RegExp(`${field}: ([0-9.]+)`).exec(line)?.[1] ?? 0);
        }
        return sum / (10 * Math.max(1, starts.length));
      };
      return {
        udpBytesPerS: perS('memberlist.udp.sent', 'Sum'),
        udpPacketsPerS: perS('memberlist.udp.sent', 'Count'),
        tcpBytesPerS: perS('memberlist.tcp.sent', 'Sum'),
      };
    });
  }

  memoryBytes(): Promise<number[]> {
    return Promise.resolve(
      this.#agents.map(({ process: { pid } }) => {
        const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
        return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
      }),
    );
  }

  close(): void {
    for (const agent of this.#agents) agent.process.kill('SIGKILL');
  }

  #add(): Agent {
    const number = this.#agents.length + 1;
    const name = `s${String(number).padStart(3, '0')}`;
    const agent = { name, host: `${this.#network}.${number}`, counters: new Map<string, string>() };
    const running: Agent = { ...agent, process: this.#start(agent) };
    this.#agents.push(running);
    return running;
  }

  #start({ name, host }: Pick<Agent, 'name' | 'host'>): ChildProcess {
    const others = this.#agents.filter((other) => other.name !== name).slice(0, 3);
    const child = spawn(
      'serf',
      [
        'agent',
        '-profile=lan',
        `-node=${name}`,
        `-bind=${host}:${port}`,
        `-rpc-addr=${host}:17373`,
        `-encrypt=${this.#key}`,
        ...others.map((other) => `-retry-join=${other.host}:${port}`),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#seen.set(name, name, 'alive');
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.#read(name, line));
    }
    return child;
  }

  #read(observer: string, line: string): void {
    const [counter] = /\[[^\]]+\]\[[CS]\] '[^']*memberlist\.(?:udp|tcp)\.sent/.exec(line) ?? [];
    if (counter !== undefined)
      this.#agents.find(({ name }) => name === observer)?.counters.set(counter, line);
    const [, kind, member] = /EventMember(Join|Failed|Leave): (\S+)/.exec(line) ?? [];
    if (member === undefined) return;
    this.#seen.set(observer, member, kind === 'Join' ? 'alive' : kind === 'Failed' ? 'failed' : 'left');
  }

  #allSee(member: string, state: string): Promise<void> {
    const observers = this.#agents.map(({ name }) => name).filter((name) => name !== member);
    return this.#seen.allSee(observers, member, state);
  }
}

import { defaultSettings, type ProfileName } from '../../src/fleet/membership/index.js';
import { memberProgram } from '../../tests/fixtures/member-program.js';
import { type MemberProcess, MemberProcesses } from '../../tests/fixtures/member-processes.js';
import { type BenchFleet, type MemberTraffic, pause } from './fleet.js';
import { SeenStates } from './seen-states.js';

/** Members of collab, each encrypted, and watched over HTTPS. */
export class CollabFleet implements BenchFleet {
  readonly #seen = new SeenStates();
  readonly #watches = new Map<string, AbortController>();
  readonly #members: MemberProcess[] = [];
  #killed: MemberProcess | null = null;
  #turn = 0;

  private constructor(
    private readonly processes: MemberProcesses,
    private readonly profile: ProfileName,
    private readonly planned: number,
    private readonly isWatched: boolean,
  ) {}

  /** @param isWatched whether all members are watched from the start; without it, only traffic and memory can be measured */
  static async up(profile: ProfileName, size: number, isWatched = true): Promise<CollabFleet> {
    const fleet = new CollabFleet(
      await MemberProcesses.with(await memberProgram()),
      profile,
      size,
      isWatched,
    );
    try {
      for (let made = 0; made < size; made += 1) await fleet.#add();
      if (isWatched) for (const member of fleet.#members) await fleet.#allSee(member, 'alive');
      else await fleet.#settle(size);
    } catch (error) {
      fleet.close();
      throw error;
    }
    return fleet;
  }

  get size(): number {
    return this.#members.length;
  }

  /** Size of what a member says about itself, as the program encodes it: JSON with keys of one letter. */
  async metadataBytes(): Promise<number> {
    const { self } = (await this.#members[0]?.client.info()) ?? {};
    if (self === undefined) return 0;
    const { name, httpPort, architecture, cores, memoryBytes, version } = self;
    return JSON.stringify({ n: name, h: httpPort, a: architecture, c: cores, m: memoryBytes, v: version })
      .length;
  }

  /** Size of the access document that members carry in push/pull. */
  accessBytes(): number {
    return this.processes.accessBytes;
  }

  async killOne(): Promise<number> {
    this.#turn += 1;
    const member = this.#members[this.#turn % this.#members.length];
    if (member === undefined) throw new Error('there is no member');
    this.#unwatch(member);
    const startedMs = performance.now();
    await member.kill();
    this.#killed = member;
    await this.#allSee(member, 'failed');
    return performance.now() - startedMs;
  }

  async bringBack(): Promise<void> {
    const member = this.#killed;
    if (member === null) return;
    this.#killed = null;
    await member.start();
    await this.#watch(member);
    await this.#allSee(member, 'alive');
    for (const other of this.#members) await this.#seen.allSee([member.name], other.name, 'alive');
  }

  async addOne(): Promise<number> {
    const before = this.#members.map(({ name }) => name);
    const member = await this.#add();
    const startedMs = performance.now();
    await this.#allSee(member, 'alive');
    for (const name of before) await this.#seen.allSee([member.name], name, 'alive');
    return performance.now() - startedMs;
  }

  failures(): number {
    return this.#seen.count('failed');
  }

  suspicions(): number {
    return this.#seen.count('suspect');
  }

  async traffic(seconds: number): Promise<MemberTraffic[]> {
    const read = () =>
      Promise.all(
        this.#members.map(async ({ client }) => {
          const { traffic, uptimeS } = await client.info();
          return { ...traffic, uptimeS };
        }),
      );
    const before = await read();
    await pause(seconds * 1000);
    return (await read()).map((after, at) => {
      const start = before[at] ?? after;
      const passedS = after.uptimeS - start.uptimeS;
      return {
        udpBytesPerS: (after.udpSentBytes - start.udpSentBytes) / passedS,
        udpPacketsPerS: (after.udpSentPackets - start.udpSentPackets) / passedS,
        tcpBytesPerS: (after.tcpSentBytes - start.tcpSentBytes) / passedS,
      };
    });
  }

  memoryBytes(): Promise<number[]> {
    return Promise.all(this.#members.map(async ({ client }) => (await client.info()).memoryRssBytes));
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.abort();
    this.processes.close();
  }

  async #add(): Promise<MemberProcess> {
    const name = `m${String(this.#members.length + 1).padStart(3, '0')}`;
    const member = await this.processes.add({
      name,
      join: this.#members.slice(0, 3).map(({ address }) => address),
      settings: defaultSettings(this.profile),
      members: this.planned,
    });
    this.#members.push(member);
    if (this.isWatched) await this.#watch(member);
    return member;
  }

  async #watch(member: MemberProcess): Promise<void> {
    const abort = new AbortController();
    this.#watches.set(member.name, abort);
    const lists = member.client.watch(abort.signal);
    const take = async () => {
      const next = await lists.next();
      if (next.done === true) return false;
      for (const { name, state } of next.value.members) this.#seen.set(member.name, name, state);
      return true;
    };
    await take();
    const follow = async () => {
      while (await take());
    };
    follow().catch(() => undefined); // it was killed
  }

  #unwatch(member: MemberProcess): void {
    this.#watches.get(member.name)?.abort();
    this.#watches.delete(member.name);
    this.#seen.forget(member.name);
  }

  #allSee(member: MemberProcess, state: string): Promise<void> {
    const observers = [...this.#watches.keys()].filter((name) => name !== member.name);
    return this.#seen.allSee(observers, member.name, state);
  }

  async #settle(size: number): Promise<void> {
    for (let tries = 0; tries < 300; tries += 1) {
      const infos = await Promise.all(this.#members.map(({ client }) => client.info()));
      if (infos.every(({ counts }) => counts.alive === size)) return;
      await pause(200);
    }
    throw new Error(`the ${size} members do not find each other`);
  }
}

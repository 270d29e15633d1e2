/** A fleet of some program on this machine, whose members are watched. The same for collab and for what it is compared with. */
export interface BenchFleet {
  readonly size: number;
  /** Ends one member without a goodbye. @returns ms until all others count it as failed */
  killOne(): Promise<number>;
  /** Starts the killed member again, and waits until all see it. */
  bringBack(): Promise<void>;
  /** Adds a member. @returns ms from the moment when it answers until all others see it, and it all of them */
  addOne(): Promise<number>;
  /** How often a member counted another one as failed. */
  failures(): number;
  /** How often a member suspected another one; null if it does not say so. */
  suspicions(): number | null;
  /** What each member sends in the given time. */
  traffic(seconds: number): Promise<MemberTraffic[]>;
  /** Memory of each member's process. */
  memoryBytes(): Promise<number[]>;
  close(): void | Promise<void>;
}

/** Payload in bytes per second. */
export interface MemberTraffic {
  udpBytesPerS: number;
  udpPacketsPerS: number;
  tcpBytesPerS: number;
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Closes all that were started, also those before one that did not start. */
export class Started {
  readonly #all: { close(): void | Promise<void> }[] = [];

  async add<One extends { close(): void | Promise<void> }>(starting: Promise<One>): Promise<One> {
    const one = await starting;
    this.#all.push(one);
    return one;
  }

  async close(): Promise<void> {
    for (const one of this.#all) await one.close();
  }
}

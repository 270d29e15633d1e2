/** The parameters of memberlist that the member program gets. In parentheses: their names there. */
export interface GossipParameters {
  /** Each member pings one other in this time, in a random order in which each comes once (ProbeInterval). */
  pingEveryMs: number;
  /** How long it waits for the answer before it asks others to ping that member too (ProbeTimeout). */
  pingTimeoutMs: number;
  /** How many others it asks, the M of SWIM (IndirectChecks). */
  indirectChecks: number;
  /** How long a suspect has to refute, in ping intervals times max(1, log10 of the members) (SuspicionMult). */
  suspicionMult: number;
  /** How many times longer it has while too few others suspect it too: Lifeguard (SuspicionMaxTimeoutMult). */
  suspicionMaxMult: number;
  /** News go out in this interval, and with each ping and its answer (GossipInterval). */
  gossipEveryMs: number;
  /** To how many members in each interval (GossipNodes). */
  gossipNodes: number;
  /** Two members compare all that they know in this interval; grows beyond 32 members (PushPullInterval). */
  pushPullEveryMs: number;
  /** How often each member passes a piece of news on, times ceil(log10(members + 1)) (RetransmitMult). */
  retransmitMult: number;
}

/**
 * What suits a kind of network. `lan` and `wan` are what memberlist's authors recommend; `fast` is our own. The times say how
 * soon a killed member is known to all others, with 8 members; those of `lan` and `fast` were measured (`bench/membership`).
 */
export const profiles = {
  /**
   * Boards on one switch or Wi-Fi. p50 6.1 s, max 7.0 s. A suspect has 4 s to refute, which a board needs that has all its
   * cores busy; up to 24 s if nobody else suspects it (memberlist's DefaultLANConfig).
   */
  lan: {
    pingEveryMs: 1000,
    pingTimeoutMs: 500,
    indirectChecks: 3,
    suspicionMult: 4,
    suspicionMaxMult: 6,
    gossipEveryMs: 200,
    gossipNodes: 3,
    pushPullEveryMs: 30_000,
    retransmitMult: 4,
  },
  /**
   * Wired, and boards that are not overloaded. p50 2.1 s, max 2.5 s. A suspect has 1 s to refute, and Lifeguard does not give
   * it more: with a multiplier of 2 no confirmations are waited for.
   */
  fast: {
    pingEveryMs: 500,
    pingTimeoutMs: 200,
    indirectChecks: 3,
    suspicionMult: 2,
    suspicionMaxMult: 6,
    gossipEveryMs: 100,
    gossipNodes: 3,
    pushPullEveryMs: 15_000,
    retransmitMult: 4,
  },
  /** Sites joined by the internet or mobile networks: a fifth of lan's pings. About 40 s (memberlist's DefaultWANConfig). */
  wan: {
    pingEveryMs: 5000,
    pingTimeoutMs: 3000,
    indirectChecks: 3,
    suspicionMult: 6,
    suspicionMaxMult: 6,
    gossipEveryMs: 500,
    gossipNodes: 4,
    pushPullEveryMs: 60_000,
    retransmitMult: 4,
  },
} as const satisfies Record<string, GossipParameters>;

export type ProfileName = keyof typeof profiles;
export const profileNames = Object.keys(profiles) as [ProfileName, ...ProfileName[]];

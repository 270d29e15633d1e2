/**
 * Name of a keeper's server in its cluster.
 * @param count 1 at first. A server that comes back after it was removed needs a name that was never used: the agent takes the
 * time in seconds.
 */
export const serverName = (id: string, generation: number, count = 1): string =>
  `${id}-${generation}-${count}`;

/** Whether a server is that of this keeper, of this set of keepers. */
export const isServerOf = (name: string, id: string, generation: number): boolean =>
  name.startsWith(`${id}-${generation}-`);

/** The member whose server has this name; null if it is none of ours. */
export const memberOfServer = (name: string): string | null =>
  /^([0-9a-f]{20})-\d+-\d+$/.exec(name)?.[1] ?? null;

/** Content of the file with the server's name, which its configuration includes. */
export const serverConfig = (name: string): string => `server_name: ${JSON.stringify(name)}\n`;

/** Files of a broker, below the state folder of its member. The agent there writes them too. */
export const brokerFiles = {
  /** The users of the fleet's account: see `brokerUsers`. A signal (SIGHUP) makes the broker read it again. */
  users: 'nats/users.conf',
  /** Its own name: see `serverConfig`. Install writes it only if it is not there. */
  server: (generation: number): string => `nats/server-${generation}.conf`,
  /** Its streams. */
  store: (generation: number): string => `nats/store-${generation}`,
  pid: 'nats/nats.pid',
} as const;

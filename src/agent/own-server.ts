import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AgentConfig,
  type Broker,
  brokerFiles,
  peerIdOf,
  removedSubject,
  serverConfig,
  serverName,
  storeStream,
} from '../fleet/index.js';
import { readFileIfThere, writeFileAtomic } from '../workspace/index.js';
import type { AgentContext } from './duty.js';

/** What happens to the nats-server of this keeper. */
export interface ServerProcess {
  /** Null if it does not run. */
  pid(): Promise<number | null>;
  /** When it was started, in ms since 1970. */
  startedMs(pid: number): Promise<number>;
  signal(pid: number, name: NodeJS.Signals): void;
}

/** The server whose process id is in the file. Another process with the same number is not taken for it. */
export const serverProcess = (pidFile: string): ServerProcess => ({
  async pid() {
    const pid = Number((await readFileIfThere(pidFile)) ?? '');
    if (!Number.isInteger(pid) || pid <= 1) return null;
    const name = await readFileIfThere(`/proc/${pid}/comm`).catch(() => null);
    return name?.startsWith('nats-server') === true ? pid : null;
  },
  async startedMs(pid) {
    const [stat, uptime] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/uptime', 'utf8'),
    ]);
    // Field 22, in hundredths of a second since the boot (proc_pid_stat(5)); the name before it may have spaces.
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    return Date.now() - Number(uptime.split(' ')[0]) * 1000 + ticks * 10;
  },
  signal(pid, name) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  },
});

const removedMark = '.removed-';

/** The name of this keeper's server; null if its file is not there or says none. */
export async function ownServerName({
  state,
  generation,
}: Pick<AgentConfig, 'state' | 'generation'>): Promise<string | null> {
  const text = await readFileIfThere(join(state, brokerFiles.server(generation)));
  return /^server_name:\s*"([\w-]+)"\s*$/m.exec(text ?? '')?.[1] ?? null;
}

/** Whether this keeper's server has run before. */
export const hasStore = ({
  state,
  generation,
}: Pick<AgentConfig, 'state' | 'generation'>): Promise<boolean> =>
  stat(join(state, brokerFiles.store(generation))).then(
    () => true,
    () => false,
  );

/**
 * If our server was removed from the cluster while it was away, it may come back under a new name only, and without what it
 * holds: others hold that now.
 * @returns whether it was removed
 */
export async function renewRemovedServer(
  config: AgentConfig,
  broker: Pick<Broker, 'last'>,
  server: Pick<ServerProcess, 'pid' | 'signal'>,
  { clock, log, signal }: AgentContext,
): Promise<boolean> {
  const { state, generation, member } = config;
  const name = await ownServerName(config);
  if (name === null) return false;
  // It is noted under its id where the cluster did not know its name.
  const notes = [name, peerIdOf(name)].map((one) => broker.last(storeStream, removedSubject(one), signal));
  if ((await Promise.all(notes)).every((note) => note === null)) return false;
  // At the start of a container, the agent and the server's start look at the same time.
  if ((await ownServerName(config)) !== name) return true;
  const newName = serverName(member.id, generation, Math.floor(clock.now().getTime() / 1000));
  log(`the server ${name} was removed from the cluster while it was away; it comes back as ${newName}`);
  const pid = await server.pid();
  // It must not write into the folder of its successor, which may be started at once.
  if (pid !== null) server.signal(pid, 'SIGSTOP');
  const store = join(state, brokerFiles.store(generation));
  await rename(store, `${store}${removedMark}${name}`).catch(ignoreMissing);
  await writeFileAtomic(join(state, brokerFiles.server(generation)), serverConfig(newName), 0o600);
  if (pid !== null) server.signal(pid, 'SIGKILL');
  if (!config.nats_supervised)
    log('nothing starts nats-server again here: run collab fleet up --local, which does');
  await removeOldStores(config);
  return true;
}

/** Removes what a removed server left, also if an earlier attempt was interrupted. */
export async function removeOldStores({ state }: Pick<AgentConfig, 'state'>): Promise<void> {
  const folder = join(state, 'nats');
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (name.startsWith('store-') && name.includes(removedMark))
      await rm(join(folder, name), { recursive: true, force: true });
}

/**
 * Removes files of earlier setups: bundles and settings of an agent, and configurations of nats-server, whose names say their
 * content. What is newer than ours stays: a setup may be about to use it.
 * @param own paths of the files that are in use
 */
export async function removeStaleFiles(
  { state }: Pick<AgentConfig, 'state'>,
  own: { agent: readonly string[]; pid: number | null },
): Promise<void> {
  await removeOlder(join(state, 'agent'), /^[0-9a-f]{12,64}\.(mjs|json)$/, own.agent);
  if (own.pid === null) return;
  const words = (await readFile(`/proc/${own.pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  const config = words[words.indexOf('-c') + 1];
  if (words.includes('-c') && config !== undefined)
    await removeOlder(join(state, 'nats'), /^[0-9a-f]{12}\.conf$/, [config]);
}

async function removeOlder(folder: string, pattern: RegExp, own: readonly string[]): Promise<void> {
  const times = await Promise.all(
    own.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      ),
    ),
  );
  const known = times.filter((one) => one !== null);
  if (known.length === 0) return;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!pattern.test(name) || own.includes(path)) continue;
    if ((await stat(path)).mtimeMs < Math.min(...known)) await rm(path, { force: true });
  }
}

const ignoreMissing = (error: unknown) => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
};

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AgentConfig,
  type Broker,
  brokerFiles,
  copiedSubject,
  removedSubject,
  storeStream,
} from '../fleet/index.js';
import type { AgentContext } from './duty.js';
import { ownServerName, type ServerProcess } from './own-server.js';

/**
 * Removes what this device holds of a store that lives elsewhere now: of an earlier set of keepers whose files were copied, or
 * as a keeper that was taken out of the cluster. The store itself says so; without its word, nothing is removed.
 */
export async function removeFormerStores(
  config: AgentConfig,
  broker: Pick<Broker, 'last'>,
  server: Pick<ServerProcess, 'pid'>,
  { log, signal }: Pick<AgentContext, 'log' | 'signal'>,
): Promise<void> {
  const { state } = config;
  const names = await readdir(join(state, 'nats')).catch(() => []);
  for (const name of names) {
    const generation = Number(/^store-(\d+)$/.exec(name)?.[1] ?? 0);
    if (generation === 0 || (config.keeper && generation === config.generation)) continue;
    // The broker of before may not have ended yet.
    if (!config.keeper && (await server.pid()) !== null) return;
    const own = await ownServerName({ state, generation });
    const isCopied = (await broker.last(storeStream, copiedSubject(generation), signal)) !== null;
    const isRemoved = own !== null && (await broker.last(storeStream, removedSubject(own), signal)) !== null;
    if (!isCopied && !isRemoved) continue;
    log(`removes ${brokerFiles.store(generation)}: its files are on other keepers`);
    await rm(join(state, brokerFiles.store(generation)), { recursive: true, force: true });
    await rm(join(state, brokerFiles.server(generation)), { force: true });
  }
}

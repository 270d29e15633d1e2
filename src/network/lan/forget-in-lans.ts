import type { Workspace } from '../../workspace/index.js';
import { LanStore } from './lan-store.js';
import { KnownHosts } from '../ssh/index.js';

/** Takes these keys of a host that is no more out of the known hosts of every LAN; what others have there stays. */
export async function forgetInLans(
  workspace: Workspace,
  { host, port }: { host: string; port: number },
  fingerprints: readonly string[],
): Promise<void> {
  for (const lan of await new LanStore(workspace).list()) {
    await new KnownHosts(workspace.knownHostsOf(lan)).forgetKeys(host, port, fingerprints);
  }
}

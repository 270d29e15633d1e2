import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { plainText } from '../errors.js';
import { type AgentConfig, brokerFiles, brokerUsers, readAccess } from '../fleet/index.js';
import { readFileIfThere, writeFileAtomic } from '../workspace/index.js';
import type { ServerProcess } from './own-server.js';

/**
 * Keeps the users of this keeper's broker as the access document says. The member program replaces the document as soon as it
 * hears of a newer one.
 */
export class BrokerUsers {
  #seen: string | null = null;

  constructor(
    private readonly config: AgentConfig,
    private readonly server: ServerProcess,
    private readonly log: (line: string) => void,
  ) {}

  /** @throws CollabError `access-broken` if the document is not signed by the fleet's authority; the users stay as they are then */
  async look(): Promise<void> {
    const { state, keepers } = this.config;
    const path = join(state, 'member/access.json');
    const { mtimeMs, size, ino } = await stat(path);
    const mark = `${mtimeMs} ${size} ${ino}`;
    if (mark === this.#seen) return;
    const authority = (await readFileIfThere(join(state, 'member/ca.pem'))) ?? '';
    const access = readAccess((await readFileIfThere(path)) ?? '', authority);
    const text = brokerUsers(
      access,
      keepers.map(({ id }) => id),
    );
    const users = join(state, brokerFiles.users);
    if (text !== (await readFileIfThere(users))) {
      await writeFileAtomic(users, text, 0o600);
      const names = access.users.map(({ name }) => plainText(name)).join(', ');
      this.log(`the broker's users are those of version ${access.version} now: ${names}`);
    }
    // Also after an interruption between the two: a server that has these users already changes nothing.
    const pid = await this.server.pid();
    if (pid !== null) this.server.signal(pid, 'SIGHUP');
    this.#seen = mark;
  }
}

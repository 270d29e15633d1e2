import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { plainText } from '../errors.js';
import { type AgentConfig, brokerFiles, brokerUsers, readAccess } from '../fleet/index.js';
import { readFileIfThere, writeFileAtomic } from '../workspace/index.js';
import type { ServerProcess } from './own-server.js';

/** A setup that has not started its agent after this was interrupted. */
const setupMs = 60_000;

/**
 * Keeps the users of this keeper's broker as the access document says. The member program replaces the document as soon as it
 * hears of a newer one.
 */
export class BrokerUsers {
  #seen: string | null = null;

  /** @param settings path of the file with `config` */
  constructor(
    private readonly config: AgentConfig,
    private readonly settings: string,
    private readonly server: ServerProcess,
    private readonly log: (line: string) => void,
  ) {}

  /** @throws CollabError `access-broken` if the document is not signed by the fleet's authority; the users stay as they are then */
  async look(): Promise<void> {
    const { state, keepers } = this.config;
    const path = join(state, 'member/access.json');
    const { mtimeMs, size, ino } = await stat(path);
    const mark = `${mtimeMs} ${size} ${ino}`;
    if (mark === this.#seen || (await this.#isBeingReplaced())) return;
    const authority = (await readFileIfThere(join(state, 'member/ca.pem'))) ?? '';
    const access = readAccess((await readFileIfThere(path)) ?? '', authority);
    const text = brokerUsers(
      access,
      keepers.map(({ id }) => id),
    );
    const users = join(state, brokerFiles.users);
    const isNew = text !== (await readFileIfThere(users));
    if (isNew) {
      await writeFileAtomic(users, text, 0o600);
      const names = access.users.map(({ name }) => plainText(name)).join(', ');
      this.log(`the broker's users are those of version ${access.version} now: ${names}`);
    }
    const pid = await this.server.pid();
    if (pid !== null && (isNew || (await this.#isLate(users, pid)))) this.server.signal(pid, 'SIGHUP');
    this.#seen = mark;
  }

  /**
   * Whether the server was started before the file was written: an agent that was ended between the two told it nothing. One
   * that has read the file is left alone: a cluster whose servers read it again while they find each other may never get a leader.
   */
  async #isLate(users: string, pid: number): Promise<boolean> {
    return (await writtenMs(users)) > (await this.server.startedMs(pid));
  }

  /**
   * Whether a setup has just brought the settings of another agent. It has also written the users that its server starts with,
   * which may be of other keepers than ours.
   */
  async #isBeingReplaced(): Promise<boolean> {
    const folder = join(this.config.state, 'agent');
    const ownMs = await writtenMs(this.settings);
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith('.json') || name === basename(this.settings)) continue;
      const otherMs = await writtenMs(join(folder, name));
      if (otherMs > ownMs && Date.now() - otherMs < setupMs) return true;
    }
    return false;
  }
}

/** When a file was written here: its modification time may be that of an archive. 0 for a file that is not there. */
const writtenMs = (path: string): Promise<number> =>
  stat(path).then(
    ({ ctimeMs }) => ctimeMs,
    () => 0,
  );

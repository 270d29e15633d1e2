import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program } from '../programs.js';
import { say } from '../run-bench.js';
import { JobsFleet } from './jobs-fleet.js';

export const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const members = ['m1', 'm2', 'm3', 'm4'];

/** A fleet of four processes on this machine, in a workspace of its own. The first three are keepers. */
export class LocalFleet extends JobsFleet {
  /** The member that is no keeper. */
  readonly plain = 'm4';
  /** Flags of a job that runs on three workers. */
  readonly three = ['--pool', 'three'];

  private constructor(folder: string) {
    super(folder, (...words) => program([process.execPath, command, ...words], { cwd: folder }), ['--local']);
  }

  static async up(): Promise<LocalFleet> {
    const folder = mkdtempSync(join(tmpdir(), 'collab-bench-'));
    mkdirSync(join(folder, 'TestCases'));
    const fleet = new LocalFleet(folder);
    say(`a fleet of ${members.length} processes on this machine`);
    try {
      await fleet.again('--members', String(members.length), '--keepers', 'm1,m2,m3');
      await fleet.collab('pool', 'set', 'three', '--member', 'm2,m3,m4');
      await fleet.collab('pool', 'set', 'plain', '--member', fleet.plain);
      return fleet;
    } catch (error) {
      await fleet.down();
      throw error;
    }
  }

  /** Starts what does not run. */
  async again(...flags: string[]): Promise<void> {
    await this.collab('fleet', 'up', '--yes', ...flags);
    await this.untilWorkers(members.length);
  }

  /** The process id of the agent of a member, which is its worker, and on keepers may be the leader. */
  agentOf(name: string): number {
    const id = this.members().find((one) => one.name === name)?.id ?? '';
    const text = readFileSync(join(this.folder, '.collab/members/local', id, 'running.json'), 'utf8');
    const { services } = JSON.parse(text) as { services: Record<string, { pid: number }> };
    const pid = services.agent?.pid;
    if (pid === undefined) throw new Error(`${name} has no agent`);
    return pid;
  }

  /** The member below whose folder a path is. */
  memberOf(path: string): string {
    const found = this.members().find(({ id }) => path.includes(id));
    if (found === undefined) throw new Error(`${path} is of no member`);
    return found.name;
  }

  async leader(): Promise<string> {
    const { store } = await this.result<{ store: { leader: string | null } }>('fleet', 'status');
    if (store.leader === null) throw new Error('nobody leads');
    return store.leader;
  }

  async down(): Promise<void> {
    await this.collab('fleet', 'down', '--purge', '--yes');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private members(): { id: string; name: string }[] {
    const text = readFileSync(join(this.folder, '.collab/fleets/local/fleet.json'), 'utf8');
    return (JSON.parse(text) as { members: { id: string; name: string }[] }).members;
  }
}

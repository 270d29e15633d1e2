import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CollabError } from '../../errors.js';
import type { Clock } from '../../events.js';
import { writeFileAtomic } from '../../workspace/index.js';
import { gossipKeysText } from '../credentials/index.js';
import { endProcess, type FleetMember, freePort, isRunning, startProcess } from '../install/index.js';
import { MemberClient } from '../membership/index.js';
import { NotChecked, type Stranger } from './drill.js';

const graceMs = 3000;
const answersWithinMs = 10_000;
const here = '127.0.0.1';

/** What a stranger is started with. */
export interface StrangerParts {
  /** Path of the member program for this machine. @throws CollabError */
  program: () => Promise<string>;
  /** Those that it tries to join. */
  members: readonly FleetMember[];
  clock: Clock;
}

/**
 * Starts the member program on this machine, outside of the fleet: without a certificate, so that its HTTP API is on loopback.
 * @throws NotChecked if it does not start here
 */
export async function startStranger(
  { id, keys }: { id: string; keys: readonly string[] },
  { program, members, clock }: StrangerParts,
): Promise<Stranger> {
  const path = await program().catch((error: unknown) => {
    if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
    throw new NotChecked(`The member program is not on this machine. ${error.why ?? error.what}`);
  });
  const folder = await mkdtemp(join(tmpdir(), 'collab-stranger-'));
  const state = join(folder, 'gossip.keys');
  await writeFileAtomic(state, gossipKeysText(keys), 0o600);
  const taken = new Set<number>();
  const [gossip, http] = [await freePort(taken), await freePort(taken)];
  const isLocal = members.every(({ address }) => address.startsWith('127.'));
  const words = ['--id', id, '--name', 'stranger', '--version', '0', '--state', folder, '--public-read'];
  words.push('--bind-address', isLocal ? here : '0.0.0.0', '--bind-port', String(gossip));
  words.push('--http-address', here, '--http-port', String(http));
  words.push('--advertise-address', isLocal ? here : 'auto');
  words.push('--members', members.map((one) => `${one.address}:${one.gossip_port}`).join(','));
  const logPath = join(folder, 'log');
  const process_ = await startProcess([path, ...words], { logPath, cwd: folder });
  let hasEnded = false;
  const end = async () => {
    if (hasEnded) return;
    hasEnded = true;
    // Not asked to leave: with the identity of a member, its goodbye must not be heard.
    await endProcess(process_, graceMs, clock);
    await rm(folder, { recursive: true, force: true });
  };
  const membership = new MemberClient({
    address: `${here}:${http}`,
    name: 'the stranger',
    ca: null,
    servername: null,
    token: null,
  });
  const untilMs = clock.now().getTime() + answersWithinMs;
  for (;;) {
    const answers = await membership.info().then(
      () => true,
      () => false,
    );
    if (answers) return { membership, end };
    if (!(await isRunning(process_)) || clock.now().getTime() > untilMs) break;
    await clock.sleep(100);
  }
  const log = await readFile(logPath, 'utf8').catch(() => '');
  await end();
  throw new NotChecked(
    `The member program does not run on this machine: ${log.trim().split('\n').at(-1) ?? 'it says nothing'}`,
  );
}

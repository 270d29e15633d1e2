import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { keeperConfig } from '../../tests/fixtures/agent-config.js';
import { signAccess } from '../fleet/credentials/access.js';
import { makeAuthority } from '../fleet/credentials/certificates.js';
import type { Access } from '../fleet/index.js';
import { BrokerUsers } from './broker-users.js';

const key = 'U'.padEnd(56, 'A');

/** A keeper's state folder. @param startedMs when its server was started */
async function keeper(startedMs: () => number) {
  const state = await mkdtemp(join(tmpdir(), 'collab-users-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  for (const name of ['member', 'nats', 'agent']) await mkdir(join(state, name));
  const authority = await makeAuthority('lab');
  await writeFile(join(state, 'member/ca.pem'), authority.certificate);
  const publish = (version: number, names: readonly string[]) => {
    const users = names.map(
      (name) => ({ name, role: 'user', tokenSha256: 'a'.repeat(64), brokerKey: key }) as const,
    );
    const access: Access = { fleet: 'lab', version, users, members: [], removedMembers: [] };
    return writeFile(join(state, 'member/access.json'), signAccess(access, authority.key));
  };
  const config = keeperConfig(state);
  const signals: string[] = [];
  const server = {
    pid: () => Promise.resolve(7),
    startedMs: () => Promise.resolve(startedMs()),
    signal: (_pid: number, name: string) => void signals.push(name),
  };
  const settings = (name: string) => join(state, `agent/${name}.json`);
  await writeFile(settings('own'), '');
  /** An agent that has just started. */
  const look = () => new BrokerUsers(config, settings('own'), server, () => undefined).look();
  return { look, publish, signals, settings, file: join(state, 'nats/users.conf') };
}

it('tells the server about other users', async () => {
  const { look, publish, signals, file } = await keeper(() => 0);
  await publish(1, ['ann']);
  await look();
  await publish(2, ['ann', 'bob']);
  await look();
  expect(signals).toEqual(['SIGHUP', 'SIGHUP']);
  expect((await readFile(file, 'utf8')).match(/nkey/g)).toHaveLength(2);
});

it('leaves a server alone that has read the same users when it was started', async () => {
  let startedMs = 0;
  const { look, publish, signals, file } = await keeper(() => startedMs);
  await publish(1, ['ann']);
  await look();
  startedMs = (await stat(file)).ctimeMs + 1;
  await look();
  expect(signals).toEqual(['SIGHUP']);
});

it('tells a server that was started before the users were written, by an agent that was ended then', async () => {
  const { look, publish, signals } = await keeper(() => 0);
  await publish(1, ['ann']);
  await look();
  await look();
  expect(signals).toEqual(['SIGHUP', 'SIGHUP']);
});

it('leaves the users to the agent of a setup that is under way, for a minute', async () => {
  const { look, publish, signals, settings } = await keeper(() => 0);
  await setTimeout(20);
  await writeFile(settings('next'), '');
  await publish(1, ['ann']);
  await look();
  expect(signals).toEqual([]);
  const later = Date.now() + 61_000;
  vi.spyOn(Date, 'now').mockReturnValue(later);
  onTestFinished(() => void vi.restoreAllMocks());
  await look();
  expect(signals).toEqual(['SIGHUP']);
});

it('does not go by modification times, which are those of an archive', async () => {
  let startedMs = 0;
  const { look, publish, signals, file } = await keeper(() => startedMs);
  await publish(1, ['ann']);
  await look();
  startedMs = (await stat(file)).ctimeMs - 1;
  await utimes(file, 1, 1);
  await look();
  expect(signals).toEqual(['SIGHUP', 'SIGHUP']);
});

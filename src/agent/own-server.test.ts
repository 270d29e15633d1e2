import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { agentId as id, keeperConfig } from '../../tests/fixtures/agent-config.js';
import { storeBroker } from '../../tests/fixtures/filled-broker.js';
import { SteppedClock } from '../../tests/fixtures/stepped-clock.js';
import { removeStaleFiles, renewRemovedServer, serverProcess } from './own-server.js';

async function keeper(isSupervised = true) {
  const state = await mkdtemp(join(tmpdir(), 'collab-agent-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  await mkdir(join(state, 'nats/store-2/jetstream'), { recursive: true });
  await mkdir(join(state, 'agent'));
  await writeFile(join(state, 'nats/server-2.conf'), `server_name: "${id}-2-1"\n`);
  const config = keeperConfig(state, { generation: 2, nats_supervised: isSupervised });
  const signals: string[] = [];
  const server = {
    pid: () => Promise.resolve(7),
    signal: (pid: number, name: string) => void signals.push(`${pid} ${name}`),
  };
  const lines: string[] = [];
  const context = {
    clock: new SteppedClock(),
    log: (line: string) => void lines.push(line),
    signal: new AbortController().signal,
  };
  return { config, server, signals, lines, context, broker: await storeBroker() };
}

it('leaves a server alone that was not removed', async () => {
  const { config, server, signals, context, broker } = await keeper();
  await broker.publish(`meta.removed.${id}-1-1`, Buffer.from('of earlier keepers'));
  expect(await renewRemovedServer(config, broker, server, context)).toBe(false);
  expect(signals).toEqual([]);
  expect(await readdir(join(config.state, 'nats'))).toEqual(['server-2.conf', 'store-2']);
});

it('gives a removed server another name and an empty store, once', async () => {
  const { config, server, signals, lines, context, broker } = await keeper();
  await broker.publish(`meta.removed.${id}-2-1`, Buffer.from('now'));
  expect(await renewRemovedServer(config, broker, server, context)).toBe(true);
  expect(signals).toEqual(['7 SIGSTOP', '7 SIGKILL']);
  const seconds = Math.floor(context.clock.now().getTime() / 1000);
  expect(await readFile(join(config.state, 'nats/server-2.conf'), 'utf8')).toBe(
    `server_name: "${id}-2-${seconds}"\n`,
  );
  expect(await readdir(join(config.state, 'nats'))).toEqual(['server-2.conf']);
  expect(lines).toHaveLength(1);
  expect(await renewRemovedServer(config, broker, server, context)).toBe(false);
});

it('says so where nothing starts it again', async () => {
  const { config, server, lines, context, broker } = await keeper(false);
  await broker.publish(`meta.removed.${id}-2-1`, Buffer.from('now'));
  await renewRemovedServer(config, broker, server, context);
  expect(lines[1]).toMatch(/^nothing starts nats-server again here/);
});

it('does not take another process for the server', async () => {
  const { config } = await keeper();
  const server = serverProcess(config.nats_pid_file);
  expect(await server.pid()).toBeNull();
  for (const text of [`${process.pid}\n`, '1', '-1', 'x', '']) {
    await writeFile(config.nats_pid_file, text);
    expect(await server.pid()).toBeNull();
  }
});

it('removes what earlier setups left, but not what a later one has put there', async () => {
  const { config } = await keeper();
  const path = (name: string) => join(config.state, 'agent', name);
  const ages = {
    'aaaaaaaaaaaa.mjs': 100,
    'bbbbbbbbbbbb.mjs': 200,
    'cccccccccccc.mjs': 300,
    'broker.seed': 50,
  };
  for (const [name, time] of Object.entries(ages)) {
    await writeFile(path(name), '');
    await utimes(path(name), time, time);
  }
  await removeStaleFiles(config, { agent: [path('bbbbbbbbbbbb.mjs')], pid: null });
  expect(await readdir(join(config.state, 'agent'))).toEqual([
    'bbbbbbbbbbbb.mjs',
    'broker.seed',
    'cccccccccccc.mjs',
  ]);
});

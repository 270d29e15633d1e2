import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Engine, localEngine, readProgram } from '../../src/deployment/index.js';
import { baseImage } from './base-image.js';

/** A container of the fleet's image on this machine's engine and network, with what a controller writes into it. */
const mark = `fleet-test-${randomBytes(4).toString('hex')}`;
const labels = { 'collab.test': mark };
const within = { timeout: 60_000, interval: 200 };
const owner = { uid: 7946, gid: 7946 };
let engine: Engine;
let image: string;
let container: string;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The first bytes that a server on this machine sends; empty without one. */
function greeting(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
      .once('data', (bytes: Buffer) => {
        socket.destroy();
        resolve(bytes.toString());
      })
      .once('error', () => resolve(''));
  });
}

const health = (port: number) =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    (answer) => answer.status,
    () => 0,
  );

const write = (service: 'member' | 'nats' | 'agent', args: readonly string[]) => {
  const content = args.map((arg) => `${arg}\n`).join('');
  return engine.writeFiles(
    container,
    '/state',
    [{ name: `fleet/services/${service}.args`, content, mode: 0o600 }],
    owner,
  );
};
const nats = (port: number) => ['--addr', '127.0.0.1', '--port', String(port), '--name', 'a;$HOME'];
const lines = async (pattern: RegExp) =>
  (await engine.logs(container, 1000)).split('\n').filter((line) => pattern.test(line)).length;

beforeAll(async () => {
  engine = await localEngine();
  const started = performance.now();
  image = await baseImage(engine, 'fleet');
  console.info(`the fleet's image was ready after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  await engine.makeVolume(mark, labels);
  container = await engine.create({
    name: mark,
    image,
    labels,
    capabilities: [],
    network: 'host',
    restart: 'always',
    mounts: [{ kind: 'volume', source: mark, target: '/state' }],
  });
});
afterAll(async () => {
  for (const id of await engine.find(labels)) await engine.remove(id);
  await engine.removeVolume(mark);
});

test('runs the services that have a file, follows their files, and stops in order', async () => {
  const [http, gossip, first, second] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const id = randomBytes(10).toString('hex');
  const addresses = [
    '--bind-address',
    '127.0.0.1',
    '--advertise-address',
    '127.0.0.1',
    '--http-address',
    '127.0.0.1',
  ];
  const ports = ['--bind-port', String(gossip), '--http-port', String(http)];
  const about = ['--id', id, '--name', 'here', '--version', '0', '--members', '', '--state', '/state/fleet'];
  await write('member', [...about, ...addresses, ...ports]);
  await write('nats', nats(first));
  await engine.start(container);
  await expect.poll(() => health(http), within).toBe(200);
  await expect.poll(() => greeting(first), within).toContain('"server_name":"a;$HOME"');

  await write('agent', ['-e', 'console.log("agent here"); setInterval(() => undefined, 1000)']);
  await expect.poll(() => lines(/^\[agent\] ?agent here/), within).toBe(1);

  await write('nats', nats(second));
  await expect.poll(() => greeting(second), within).toMatch(/^INFO /);
  expect(await greeting(first)).toBe('');
  expect(await lines(/restarting nats with other arguments/)).toBe(1);
  expect(await lines(/restarting member/)).toBe(0);

  await write('nats', []);
  await expect.poll(() => greeting(second), within).toBe('');
  expect(await health(http)).toBe(200);
  await write('nats', nats(first));
  await expect.poll(() => greeting(first), within).toMatch(/^INFO /);

  await engine.stop(container, 10);
  expect(await engine.inspect(container)).toMatchObject({ running: false, exitCode: 0 });
  expect(await lines(/^\[member\] ?/)).toBeGreaterThan(0);

  await engine.start(container);
  await expect.poll(() => health(http), within).toBe(200);
  await engine.stop(container, 10);
});

test('has programs that can be copied to this machine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'programs-'));
  for (const path of ['local/bin/member', 'sbin/nats-server']) {
    const program = await readFile(await readProgram(engine, image, `/usr/${path}`, folder));
    expect(program.subarray(1, 4).toString()).toBe('ELF');
  }
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  connectDevices,
  Controller,
  KnownHosts,
  LAN,
  LanStore,
  makeKeyPair,
  setupLan,
} from '../../src/network/index.js';
import { connectSsh, showHostKey } from '../../src/network/ssh/client.js';
import { Workspace } from '../../src/workspace/index.js';
import { deviceOf } from '../fixtures/connected-device.js';
import { CountingProxy, message } from './counting-proxy.js';
import { failure, startSshd, type Sshd } from './sshd.js';

/** All messages that may be sent to a server with an untrusted key: the key exchange and a disconnect. */
const untilKeyShown = [message.kexInit, message.ecdhInit];

let sshd: Sshd;
let proxy: CountingProxy;
let folder: string;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());
beforeEach(async () => {
  proxy = await CountingProxy.start(sshd.port);
  folder = mkdtempSync(join(tmpdir(), 'collab-wire-'));
});
afterEach(() => {
  proxy.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A known_hosts file with another key for the proxy's address. */
async function otherKeyKnown(path = join(folder, 'known_hosts')): Promise<KnownHosts> {
  const other = await makeKeyPair(join(folder, 'other'), '');
  writeFileSync(path, `[127.0.0.1]:${proxy.port} ${other}\n`);
  return new KnownHosts(path);
}

function expectNothingProved(connections: number): void {
  expect(proxy.connections).toHaveLength(connections);
  for (const { numbers, encryptedBytes } of proxy.connections) {
    expect(numbers.filter((one) => one !== message.disconnect)).toEqual(untilKeyShown);
    expect(encryptedBytes).toBe(0);
  }
}

it('a login to a known host continues after the key exchange, and the proxy sees the data', async () => {
  const shell = await connectSsh(sshd.options({ port: proxy.port }));
  shell.close();
  const [said] = proxy.connections;
  expect(said?.numbers).toEqual([...untilKeyShown, message.newKeys]);
  expect(said?.encryptedBytes).toBeGreaterThan(100);
});

it('a host with a changed key gets 0 bytes of authentication', async () => {
  const error = await failure(
    connectSsh(sshd.options({ port: proxy.port, knownHosts: await otherKeyKnown() })),
  );
  expect(error.name).toBe('host-key-changed');
  expectNothingProved(1);
});

it.each([
  ['an unknown host of a LAN', 'host-key-unknown', { trust: 'known-only' }],
  ['another device', 'other-device', { deviceId: `SHA256:${'A'.repeat(43)}` }],
] as const)('%s gets none', async (_, name, changed) => {
  expect(await failure(connectSsh(sshd.options({ port: proxy.port, ...changed })))).toMatchObject({ name });
  expectNothingProved(1);
});

it('a host that is only asked for its key gets none', async () => {
  await showHostKey({ host: '127.0.0.1', port: proxy.port }, []);
  expectNothingProved(1);
});

it('setup sends none to a host whose key has changed', async () => {
  const workspace = new Workspace(folder);
  mkdirSync(workspace.lans, { recursive: true, mode: 0o700 });
  await otherKeyKnown(workspace.knownHostsOf('desk'));
  const { user, keyPath = null } = sshd.options();
  const target = { host: '127.0.0.1', port: proxy.port, user, keyPath };
  const { failures } = await setupLan({
    name: 'desk',
    targets: [target],
    workspace,
    emit: () => undefined,
    controller: await Controller.read(),
    confirmTrust: () => Promise.resolve(true),
  });
  expect(failures).toMatchObject([{ error: { name: 'host-key-changed' } }]);
  expect(proxy.connections.length).toBeGreaterThanOrEqual(1);
  expectNothingProved(proxy.connections.length);
});

it('a command on a LAN sends none, and also searches for the device elsewhere', async () => {
  const workspace = new Workspace(folder);
  mkdirSync(workspace.lans, { recursive: true, mode: 0o700 });
  await otherKeyKnown(workspace.knownHostsOf('desk'));
  const device = deviceOf('nano1', {
    id: `SHA256:${'B'.repeat(43)}`,
    address: '127.0.0.1',
    port: proxy.port,
    user: userInfo().username,
    keyPath: join(sshd.folder, 'login'),
  });
  const lan = new LAN('desk', await Controller.read(), [device]);
  await new LanStore(workspace).save(lan);
  const [answer] = await connectDevices(lan.devices, { lan, workspace, emit: () => undefined });
  expect(answer).toMatchObject({ error: { name: 'host-key-changed' } });
  expect(proxy.connections.length).toBeGreaterThanOrEqual(1);
  expectNothingProved(proxy.connections.length);
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/events.js';
import {
  Controller,
  type Device,
  KnownHosts,
  LanStore,
  makeKeyPair,
  readLocalTree,
  resolveTargets,
  setupLan,
  syncDevice,
} from '../../src/network/index.js';
import { Workspace } from '../../src/workspace/index.js';
import { failure, freePort, startSshd, type Sshd } from './sshd.js';

let outer: Sshd;
let inner: Sshd;
let device: Sshd;
let workspace: Workspace;
const { username } = userInfo();

beforeAll(async () => {
  [outer, inner, device] = await Promise.all([
    startSshd(['LogLevel DEBUG1']),
    startSshd(['LogLevel DEBUG1']),
    startSshd(['LogLevel DEBUG1']),
  ]);
});
afterAll(() => [outer, inner, device].forEach((sshd) => sshd.stop()));
beforeEach(() => {
  workspace = new Workspace(mkdtempSync(join(tmpdir(), 'collab-config-')));
  mkdirSync(workspace.testCases);
});
afterEach(() => rmSync(workspace.root, { recursive: true }));

const block = (name: string, { port, folder }: Sshd, ...more: string[]) =>
  [`Host ${name}`, 'HostName 127.0.0.1', `Port ${port}`, `IdentityFile ${folder}/login`, ...more].join(
    '\n  ',
  );

/** Sets up the device by its name in an ssh_config that includes its hosts from another file. */
async function setUp(name: string, ...config: string[]) {
  const configPath = join(workspace.root, 'ssh_config');
  writeFileSync(join(workspace.root, 'hosts'), `${config.join('\n')}\n`);
  writeFileSync(configPath, `Include "${workspace.root}/hosts"\nHost *\n  IdentitiesOnly yes\n`);
  const places = [{ host: name, user: null, port: null }];
  const [login] = await resolveTargets(places, { configPath, emit: () => undefined });
  const rounds: string[][] = [];
  const result = await setupLan({
    name: 'shelf',
    workspace,
    controller: await Controller.read(),
    targets: [{ host: '', port: 22, user: '', ...login, keyPath: null }],
    confirmTrust: (strangers) => {
      rounds.push(strangers.map(({ place, key }) => `${place} ${key.line}`));
      return Promise.resolve(true);
    },
    emit: () => undefined,
  });
  return { ...result, rounds };
}

const throughTwo = () => [
  block('nano', device, `User ${username}`, 'ProxyJump inner'),
  block('inner', inner, 'ProxyJump outer', 'HostKeyAlias Gate'),
  block('outer', outer),
];

async function savedDevice(): Promise<Device> {
  const lan = await new LanStore(workspace).current();
  const [saved] = lan.devices;
  if (!saved) throw new Error('nothing was saved');
  return saved;
}
const knownHosts = () => new KnownHosts(workspace.knownHostsOf('shelf'));

it('sets up a device behind two hosts by its name in ssh_config, showing each host key before the login', async () => {
  const { lan, failures, rounds } = await setUp('nano', ...throughTwo());
  expect(failures).toEqual([]);
  const place = `[127.0.0.1]:${device.port}/gate`;
  expect(rounds).toEqual([
    [`[127.0.0.1]:${outer.port} ${outer.hostKeys.ed25519}`],
    [`gate ${inner.hostKeys.ed25519}`],
    [`${place} ${device.hostKeys.ed25519}`],
  ]);
  expect(lan.devices[0]?.toJSON()).toMatchObject({
    address: '127.0.0.1',
    port: device.port,
    user: username,
    key_path: join(device.folder, 'login'),
    via: [
      { port: outer.port, key_path: join(outer.folder, 'login'), host_key_alias: null },
      { port: inner.port, key_path: join(inner.folder, 'login'), host_key_alias: 'gate' },
    ],
  });

  // The resolved route is saved: without the configuration, everything takes the same route.
  rmSync(join(workspace.root, 'ssh_config'));
  const saved = await savedDevice();
  await using connected = await saved.connect({ knownHosts: knownHosts() });
  const origin = await connected.shell.exec(['sh', '-c', 'echo $SSH_CONNECTION']);
  expect(origin.stdout).toMatch(new RegExp(` 127\\.0\\.0\\.1 ${device.port}\n$`));
  expect(inner.log()).toContain(`target 127.0.0.1 port ${device.port}`);
  expect(outer.log()).toContain(`target 127.0.0.1 port ${inner.port}`);

  const socketPath = join(workspace.root, 'engine.sock');
  const engine = createServer((socket) => socket.end('an engine'));
  await new Promise<void>((resolve) => engine.listen(socketPath, resolve));
  const stream = await connected.shell.dialUnix(socketPath);
  expect((await stream.toArray()).join('')).toBe('an engine');
  engine.close();
});

it('rsync takes the same route, with the same keys and known hosts', async () => {
  await setUp('nano', ...throughTwo());
  const saved = await savedDevice();
  const from = join(workspace.root, 'code');
  mkdirSync(from);
  writeFileSync(join(from, 'a file'), 'sent');
  await using connected = await saved.connect({ knownHosts: knownHosts() });
  const before = inner.log().length;
  const kinds: string[] = [];
  const source = { folder: from, roots: ['.'] };
  const done = await syncDevice(connected, {
    source,
    to: join(workspace.root, 'there'),
    remove: false,
    dryRun: false,
    rsyncHere: true,
    knownHostsPath: knownHosts().path,
    tree: await readLocalTree(source),
    clock: systemClock,
    emit: (event) => kinds.push(event.kind === 'sync.rsync-left' ? event.reason : event.kind),
  });
  expect(done.way, kinds.join('\n')).toBe('rsync');
  expect(readFileSync(join(workspace.root, 'there/a file'), 'utf8')).toBe('sent');
  expect(inner.log().slice(before)).toMatch(/Accepted publickey[\s\S]*direct-tcpip/);
});

it('a jump host with a changed key is a hard stop: nothing is sent to it or past it', async () => {
  await setUp('nano', ...throughTwo());
  const saved = await savedDevice();
  const other = await makeKeyPair(join(workspace.root, 'other'), '');
  const lines = readFileSync(knownHosts().path, 'utf8').replace(/^gate .*$/m, `gate ${other}`);
  writeFileSync(knownHosts().path, lines);
  const before = [inner.log().length, device.log().length];
  const error = await failure(saved.connect({ knownHosts: knownHosts() }));
  expect(error).toMatchObject({ name: 'host-key-changed', exitCode: 4 });
  expect(error.next).toContain('ssh-keygen -R gate -f');
  expect(inner.log().slice(before[0])).not.toMatch(/userauth-request/);
  expect(device.log().length).toBe(before[1]);
});

it('reports a failure on the way with the host where it happened', async () => {
  const dead = { ...inner, port: await freePort() };
  const gone = await setUp('nano', block('nano', device, 'ProxyJump inner'), block('inner', dead));
  expect(gone.failures[0]?.error).toMatchObject({ name: 'jump-failed', exitCode: 4 });
  expect(gone.failures[0]?.error.why).toContain(`refuses connections to port ${dead.port}`);

  const stranger = { ...inner, folder: device.folder };
  const refused = await setUp('nano', block('nano', device, 'ProxyJump inner'), block('inner', stranger));
  expect(refused.failures[0]?.error.name).toBe('jump-failed');
  expect(refused.failures[0]?.error.why).toMatch(/refuses to let/);

  const beyond = { ...device, port: dead.port };
  const lost = await setUp('nano', block('nano', beyond, 'ProxyJump inner'), block('inner', inner));
  expect(lost.failures[0]?.error).toMatchObject({ name: 'device-unreachable' });
  expect(lost.failures[0]?.error.what).toMatch(
    `127.0.0.1 does not answer on port ${dead.port} from the jump host 127.0.0.1`,
  );
});

it('two LANs with the same addresses have separate host keys', async () => {
  await setUp('nano', block('nano', device));
  const saved = await savedDevice();
  const elsewhere = new KnownHosts(workspace.knownHostsOf('desk'));
  const other = await makeKeyPair(join(workspace.root, 'other'), '');
  writeFileSync(elsewhere.path, `[127.0.0.1]:${device.port} ${other}\n`);
  await (await saved.connect({ knownHosts: knownHosts() })).close();
  expect(await failure(saved.connect({ knownHosts: elsewhere }))).toMatchObject({ name: 'host-key-changed' });
  await new LanStore(workspace).remove('shelf');
  expect(await knownHosts().find('127.0.0.1', device.port)).toEqual([]);
  expect(await elsewhere.find('127.0.0.1', device.port)).toHaveLength(1);
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Controller, KnownHosts, LanStore, setupLan } from '../../src/network/index.js';
import type { EnrollEvent, EnrollTarget } from '../../src/network/enroll/enroll.js';
import { Workspace } from '../../src/workspace/index.js';
import { failure, freePort, startSshd, type Sshd } from './sshd.js';

let sshd: Sshd;
let workspace: Workspace;
let target: EnrollTarget;

beforeAll(async () => {
  sshd = await startSshd();
  workspace = new Workspace(mkdtempSync(join(tmpdir(), 'setup-lan-')));
  mkdirSync(workspace.testCases);
  const { host, port, user, keyPath } = sshd.options();
  target = { host, port, user, keyPath: keyPath ?? null };
});
afterAll(() => {
  sshd.stop();
  rmSync(workspace.root, { recursive: true });
});

it('sets up a LAN: saves devices that answer, and reports those that do not', async () => {
  const controller = await Controller.read();
  const events: EnrollEvent[] = [];
  const setup = (targets: EnrollTarget[]) =>
    setupLan({
      name: 'shelf',
      workspace,
      targets,
      controller,
      confirmTrust: () => Promise.resolve(true),
      emit: (event) => events.push(event),
    });

  const dead = { ...target, port: await freePort() };
  const first = await setup([{ ...target, name: 'nano1' }, dead, { ...target, host: 'localhost' }]);
  expect(first.lan.devices.map((device) => device.name)).toEqual(['nano1']);
  expect(first.failures.map(({ error }) => error.name)).toEqual(['device-unreachable', 'device-not-unique']);
  expect(events.map((event) => event.kind)).toContain('network.enrolled');
  expect(statSync(workspace.knownHostsOf('shelf')).mode & 0o777).toBe(0o600);

  // A second setup keeps the given name and finds the device by its key.
  const again = await setup([target]);
  expect(again.failures).toEqual([]);
  expect(again.lan.devices.map((device) => device.name)).toEqual(['nano1']);

  const lan = await new LanStore(workspace).current();
  const device = lan.device('nano1');
  expect(device.facts.user.name).toBe(target.user);
  const knownHosts = new KnownHosts(workspace.knownHostsOf('shelf'));
  await using connected = await device.connect({ knownHosts });
  const lost = new Promise((resolve) => connected.onLost(resolve));
  expect((await connected.shell.exec(['hostname'])).stdout.trim()).toBe(device.facts.hostname);
  await connected.close();
  expect(await lost).toMatchObject({ name: 'connection-lost' });
});

it('does not contact a device whose address another has taken', async () => {
  const lan = await new LanStore(workspace).current();
  const knownHosts = new KnownHosts(workspace.knownHostsOf('shelf'));
  const stranger = lan.device('nano1').with({ id: `SHA256:${'B'.repeat(43)}` });
  expect(await failure(stranger.connect({ knownHosts }))).toMatchObject({ name: 'other-device' });
  writeFileSync(knownHosts.path, readFileSync(knownHosts.path, 'utf8').replaceAll(/^/gm, '# '));
  expect(await failure(lan.device('nano1').connect({ knownHosts }))).toMatchObject({
    name: 'host-key-unknown',
  });
});

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { tarOf } from '../../src/deployment/archives/tar.js';
import { localEngine, runtimes, wrapperFiles } from '../../src/deployment/index.js';
import { systemClock } from '../../src/events.js';
import { mdns, mdnsBrowser, mdnsQuestion } from '../../src/network/discovery/mdns.js';
import { chooseInterfaces, connectSsh } from '../../src/network/index.js';
import { LocalShell } from '../../src/network/shell/local-shell.js';
import { describeDiscovery } from '../conformance/discovery.js';
import { describeEngine } from '../conformance/engine.js';
import { describeRuntime, experimentFiles, experimentFolder } from '../conformance/runtime.js';
import { describeShell } from '../conformance/shell.js';
import { connectedTo, deviceOf, factsOf } from '../fixtures/connected-device.js';
import { Responders } from '../fixtures/responders.js';
import { baseImage } from './base-image.js';
import { removeImages } from './remove-images.js';
import { startSshd } from './sshd.js';

const mark = randomBytes(3).toString('hex');

describeShell('SshShell', async () => {
  const sshd = await startSshd();
  const shell = await connectSsh(sshd.options());
  const folder = mkdtempSync(join(tmpdir(), 'conformance-ssh-'));
  const server = createServer((peer) => peer.on('error', () => undefined).end('hello'));
  return {
    shell,
    folder,
    greetOn: (path) => new Promise<void>((resolve) => server.listen(path, resolve)),
    append: appendFile,
    close: () => {
      shell.close();
      server.close();
      sshd.stop();
      rmSync(folder, { recursive: true });
    },
  };
});

describeEngine('dockerode', async () => {
  const engine = await localEngine();
  return {
    engine,
    image: await baseImage(engine),
    ended: async (id) => {
      while ((await engine.inspect(id))?.running === true) await systemClock.sleep(50);
    },
    restarted: async (id) => {
      while ((await engine.logs(id, 10)).split('\n').length < 3) await systemClock.sleep(50);
    },
    network: { bridge: `collab-c${mark}`, subnet: '10.213.203.0/24' },
  };
});

describeRuntime('DockerRuntime', async () => {
  const engine = await localEngine();
  const home = mkdtempSync(join(tmpdir(), 'conformance-docker-'));
  const tag = `collab/conformance-${mark}:runtime`;
  await engine.tag(await baseImage(engine), tag);
  const dockerfile = `FROM ${tag}\nCOPY wrapper/ /opt/collab/\nCOPY experiment/ /experiment/\n`;
  const imageId = await engine.build({
    context: await tarOf([
      { name: 'Dockerfile', content: dockerfile },
      ...(await wrapperFiles()).map((file) => ({ ...file, name: `wrapper/${file.name}` })),
      ...(await experimentFiles()).map((file) => ({ ...file, name: `experiment/${file.name}` })),
    ]),
    tag: `${tag}-built`,
    args: {},
    labels: {},
  });
  const { uid, gid, username } = userInfo();
  const facts = factsOf({ user: { name: username, uid, gid, home }, memoryBytes: 512 << 20 });
  return {
    runtime: await runtimes.docker.open({ engineOf: () => engine, experimentFiles, clock: systemClock }),
    connected: connectedTo(deviceOf('here', { facts }), new LocalShell()),
    imageId,
    dataFolder: home,
    close: async () => {
      await removeImages([`${tag}-built`, tag]);
      rmSync(home, { recursive: true });
    },
  };
});

describeRuntime('DockerRuntime with code from a folder', async () => {
  const engine = await localEngine();
  const home = mkdtempSync(join(tmpdir(), 'conformance-docker-'));
  const { uid, gid, username } = userInfo();
  const facts = factsOf({ user: { name: username, uid, gid, home }, memoryBytes: 512 << 20 });
  const experimentFiles = () => Promise.resolve([]);
  return {
    runtime: await runtimes.docker.open({
      engineOf: () => engine,
      experimentFiles,
      experimentFolder,
      clock: systemClock,
    }),
    connected: connectedTo(deviceOf('here', { facts }), new LocalShell()),
    imageId: await baseImage(engine),
    dataFolder: home,
    close: () => rmSync(home, { recursive: true }),
  };
});

const bridge = 'collab-tconf';
const names = ['one', 'two'];
let responders: Responders;
beforeAll(async () => {
  responders = await Responders.start(
    bridge,
    '10.213.204.0/24',
    names.map((name) => [name, 'both']),
  );
});
afterAll(() => responders.stop());

for (const [discovery, withinMs] of [
  [mdns, 1500],
  [mdnsQuestion, 1500],
  [mdnsBrowser, 5000],
] as const) {
  describeDiscovery(discovery.name, () => {
    const [network] = chooseInterfaces([bridge]);
    const [empty] = chooseInterfaces(['lo']);
    if (network === undefined || empty === undefined) throw new Error(`there is no ${bridge}`);
    const addresses = names.map((_, index) => `10.213.204.${11 + index}`);
    return Promise.resolve({ discovery, network, empty, addresses, withinMs });
  });
}

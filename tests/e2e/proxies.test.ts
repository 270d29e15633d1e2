import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { program, TestWorkspace } from './workspace.js';

const workspace = TestWorkspace.make();
const login = 'me:proxysecret';
/** The login that the proxy was given with each request, and what was asked of it. */
const asked: { login: string; url: string }[] = [];
let proxy: Server;
let address: string;
const built: string[] = [];
/** Images without a tag, which a build that fails leaves behind. */
const dangling = async () =>
  (await program('docker', 'images', '-q', '--filter', 'dangling=true')).stdout.split('\n').filter(Boolean);
let danglingBefore: string[] = [];

/** A proxy that has nothing. */
beforeAll(async () => {
  vi.stubEnv('COLLAB_CACHE', mkdtempSync(join(tmpdir(), 'collab-cache-')));
  danglingBefore = await dangling();
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
  proxy = createServer((request, response) => {
    const [, code = ''] = (request.headers['proxy-authorization'] ?? '').split(' ');
    asked.push({ login: Buffer.from(code, 'base64').toString(), url: request.url ?? '' });
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  proxy.close();
  const left = (await dangling()).filter((id) => !danglingBefore.includes(id));
  for (const ref of [...built, ...left]) await program('docker', 'rmi', '-f', ref);
});

/** A host that no name server knows. Other than in earlier runs, whose steps the engine may keep. */
const host = `${randomBytes(4).toString('hex')}.invalid`;
const requests = (name: string) => asked.filter(({ url }) => url.startsWith(`http://${name}.${host}/`));

/** Builds a base whose Dockerfile fetches a list of packages and shows its environment. */
async function build(name: string, env: Record<string, string>, last: string) {
  const folder = join(workspace.folder, 'base-images', name);
  mkdirSync(folder, { recursive: true });
  const source = `deb [trusted=yes] http://${name}.${host}/debian x main`;
  const lines = [
    'ARG DEBIAN=debian:trixie-slim',
    'FROM ${DEBIAN}',
    `RUN echo '${source}' > /source && apt-get update -o Dir::Etc::sourcelist=/source -o Dir::Etc::sourceparts=- ; true`,
    `RUN ${last}`,
  ];
  writeFileSync(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
  const ended = await workspace.collabWith(env, 'images', 'build', '--base', name, '--json');
  const ref = new RegExp(`collab/base-${name}:[\\w-]+`).exec(ended.stdout)?.[0] ?? '';
  if (ended.code === 0) built.push(ref);
  return { ...ended, ref };
}

/** A folder with a config.json of the docker CLI. */
function dockerConfig(config: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'docker-config-'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

it("builds by way of the docker CLI's proxies, which are in no part of the image and in no output", async () => {
  const DOCKER_CONFIG = dockerConfig({ proxies: { default: { httpProxy: `http://${login}@${address}` } } });
  const env = { DOCKER_CONFIG };
  const ended = await build('proxied', env, 'test -n "$HTTP_PROXY" && test "$http_proxy" = "$HTTP_PROXY"');
  expect(ended.code, ended.stdout).toBe(0);
  expect([...new Set(requests('proxied').map((one) => one.login))]).toEqual([login]);

  expect(ended.stdout + ended.stderr).not.toContain('proxysecret');
  const history = await program('docker', 'history', '--no-trunc', '--format', '{{json .}}', ended.ref);
  const inspected = await program('docker', 'image', 'inspect', ended.ref);
  expect([history.code, inspected.code]).toEqual([0, 0]);
  for (const text of [history.stdout, inspected.stdout]) expect(text).not.toMatch(/proxysecret|_proxy=/i);
  const saved = await program('sh', '-c', 'docker save "$0" | grep -c -a proxysecret', ended.ref);
  expect(saved.stdout).toBe('0\n');
});

it('prefers a proxy of the environment, and shows no login of it when a build fails', async () => {
  const other = { proxies: { default: { httpProxy: 'http://nobody@127.0.0.1:9' } } };
  const env = { DOCKER_CONFIG: dockerConfig(other), HTTP_PROXY: `http://${login}@${address}` };
  const ended = await build('unproxied', env, 'echo "by $http_proxy" && false');
  expect(ended.code).toBe(3);
  expect([...new Set(requests('unproxied').map((one) => one.login))]).toEqual([login]);
  expect(ended.stdout).toContain(`by http://***@${address}`);
  expect(ended.stdout + ended.stderr).not.toContain('proxysecret');
});

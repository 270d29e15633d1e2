import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { program, TestWorkspace } from '../e2e/workspace.js';
import { makeWheel, serveWheels } from './wheels.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const wheels = join(workspace.folder, 'wheels');
let server: Server;
let address: string;

beforeAll(async () => {
  const files = ['1.0', '2.0'].map((version) => join(wheels, makeWheel(wheels, 'collabindexed', version)));
  files.push(join(wheels, makeWheel(wheels, 'collabdirect', '3.0')));
  ({ server, address } = await serveWheels(files));
});
afterAll(() => {
  server.close();
});

/** Creates an experiment with one role and these dependencies. @returns its folder */
function experiment(name: string, dependencies: string, files: Record<string, string> = {}): string {
  const folder = join(workspace.folder, 'TestCases', name);
  mkdirSync(folder, { recursive: true });
  const yaml = `name: ${name}\nroles:\n  a:\n    command: [python3, a.py]\n    dependencies: ${dependencies}\n`;
  for (const [file, text] of Object.entries({ 'experiment.yaml': yaml, 'a.py': 'print(1)\n', ...files })) {
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

interface Built {
  images: { ref: string; architecture: string; builder: string }[];
}

async function build(...words: string[]): Promise<{ refs: string[]; stderr: string; events: string[] }> {
  const ended = await workspace.collab('images', 'build', ...words, '--json');
  expect(ended).toMatchObject({ code: 0 });
  const lines = ended.stdout.trim().split('\n');
  const result = JSON.parse(lines.at(-1) ?? '{}') as Built;
  const events = lines.slice(0, -1).map((line) => (JSON.parse(line) as { kind: string }).kind);
  return { refs: result.images.map(({ ref }) => ref), stderr: ended.stderr, events };
}
const inImage = (ref: string, code: string) => program('docker', 'run', '--rm', ref, 'python3', '-c', code);

describe('pip in an image', () => {
  it('installs a wheel next to the code, and reinstalls it only when it changes', async () => {
    const folder = experiment('wheel-beside', '{ pip: [./wheels/collabbeside-1.0-py3-none-any.whl] }');
    makeWheel(join(folder, 'wheels'), 'collabbeside', '1.0');
    const first = await build('wheel-beside');
    const top = first.refs.at(-1) ?? '';
    expect((await inImage(top, 'import collabbeside; print(collabbeside.version)')).stdout).toBe('1.0\n');
    writeFileSync(join(folder, 'a.py'), 'print(2)\n');
    const again = await build('wheel-beside');
    expect(again.refs).toEqual(first.refs);
    expect(again.events).not.toContain('layer.build');
  });

  it('accepts a requirements file with an HTTP index and a direct wheel URL', async () => {
    const requirements = [
      `--index-url ${address}/simple/`,
      'collabindexed<2',
      `collabdirect @ ${address}/files/collabdirect-3.0-py3-none-any.whl`,
      '-r more.txt',
      '',
    ].join('\n');
    const folder = experiment('wheel-addresses', '{ requirements: requirements.txt }', {
      'requirements.txt': requirements,
      'more.txt': './collabmore-5.0-py3-none-any.whl\n',
    });
    makeWheel(folder, 'collabmore', '5.0');
    const { refs } = await build('wheel-addresses');
    const code =
      'import collabindexed as a, collabdirect as b, collabmore as c; print(a.version, b.version, c.version)';
    expect((await inImage(refs.at(-1) ?? '', code)).stdout).toBe('1.0 3.0 5.0\n');
  });

  it("asks by way of the environment's proxy, which is in no layer of the image", async () => {
    const asked: string[] = [];
    const host = `${randomBytes(4).toString('hex')}.invalid`; // otherwise the engine has the image of an earlier run
    const proxy = createServer((incoming, outgoing) => {
      const url = incoming.url ?? '';
      asked.push(
        `${Buffer.from((incoming.headers['proxy-authorization'] ?? '').slice(6), 'base64').toString()} ${url}`,
      );
      const to = url.replace(`http://${host}`, address);
      const headers = { ...incoming.headers };
      delete headers.host;
      const onward = request(to, { method: incoming.method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.writeHead(502).end());
      incoming.pipe(onward);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const HTTP_PROXY = `http://me:proxysecret@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    experiment('wheel-proxied', '{ requirements: requirements.txt }', {
      'requirements.txt': `--index-url http://${host}/simple/\n--trusted-host ${host}\ncollabindexed<2\n`,
    });
    const env = { HTTP_PROXY, http_proxy: HTTP_PROXY, NO_PROXY: '', no_proxy: '' };
    const ended = await workspace.collabWith(env, 'images', 'build', 'wheel-proxied', '--json');
    proxy.close();
    expect(ended.code, ended.stdout).toBe(0);
    expect(asked.filter((one) => one.startsWith(`me:proxysecret http://${host}/`)).length).toBeGreaterThan(1);
    const ref = /collab\/dependencies:[\w-]+/.exec(ended.stdout.split('"kind":"result"')[1] ?? '')?.[0] ?? '';
    const history = await program('docker', 'history', '--no-trunc', '--format', '{{json .}}', ref);
    const inspected = await program('docker', 'image', 'inspect', ref);
    expect(history.stdout).toContain('pip');
    for (const text of [history.stdout, inspected.stdout, ended.stdout, ended.stderr])
      expect(text).not.toMatch(/proxysecret|_proxy=/i);
    const kept = await program(
      'docker',
      'run',
      '--rm',
      ref,
      'sh',
      '-c',
      'env; grep -r proxysecret /etc /opt /root /var',
    );
    expect(kept.stdout).not.toMatch(/proxysecret|_proxy=/i);
    await program('docker', 'rmi', ref);
  });

  it('that fails shows only the lines of its own step', async () => {
    experiment('wheel-missing', '{ apt: [netbase], requirements: requirements.txt }', {
      'requirements.txt': `--index-url ${address}/simple/\ncollabnothing==7\n`,
    });
    const ended = await workspace.collab('images', 'build', 'wheel-missing');
    expect(ended.code).toBe(3);
    const error = ended.stderr.slice(ended.stderr.indexOf('could not be built'));
    expect(error).toContain('pip","install"');
    expect(error).toContain('No matching distribution found for collabnothing==7');
    for (const other of ['Unpacking netbase', 'apt-get', 'Removing intermediate', ' ---> '])
      expect(error).not.toContain(other);
  });
});

describe('another architecture', () => {
  it('is built by emulation if no device has it, is reported, and has the right architecture', async () => {
    const made = await program(
      fileURLToPath(new URL('../../scripts/emulation.sh', import.meta.url)),
      'aarch64',
    );
    expect(made).toMatchObject({ code: 0 });
    const folder = join(workspace.folder, 'base-images/foreign');
    mkdirSync(folder, { recursive: true });
    const dockerfile = 'ARG DEBIAN=debian:trixie-slim\nFROM ${DEBIAN}\nRUN uname -m > /machine\n';
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
    const ended = await workspace.collab('images', 'build', '--base', 'foreign', '--arch', 'arm64');
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).toContain('by emulation');
    const ref = /^(collab\/base-foreign:arm64-\S+) on this machine$/m.exec(ended.stdout)?.[1] ?? '';
    const architecture = await program('docker', 'image', 'inspect', '--format', '{{.Architecture}}', ref);
    expect(architecture.stdout).toBe('arm64\n');
    const ran = await program('docker', 'run', '--rm', ref, 'sh', '-c', 'cat /machine; uname -m');
    expect(ran.stdout).toBe('aarch64\naarch64\n');
    expect(await program('docker', 'rmi', ref)).toMatchObject({ code: 0 });
  });
});

describe('base images in a file', () => {
  it('include the dependencies of an experiment, which then builds without a network', async () => {
    const folder = experiment('travels', '{ pip: [./wheels/collabtravels-1.0-py3-none-any.whl] }');
    makeWheel(join(folder, 'wheels'), 'collabtravels', '1.0');
    const unbuilt = await workspace.collab('images', 'export', 'travels.tar', '--experiment', 'travels');
    expect([unbuilt.code, unbuilt.stderr.includes('collab images build travels')]).toEqual([2, true]);
    const { refs } = await build('travels');
    const top = refs.at(-1) ?? '';
    expect(top).toContain('collab/dependencies:');
    const exported = await workspace.collab('images', 'export', 'travels.tar', '--experiment', 'travels');
    expect(exported, exported.stderr).toMatchObject({ code: 0 });
    expect(exported.stdout).toContain(top);
    await program('docker', 'rmi', '-f', top);
    const other = TestWorkspace.make();
    const imported = await other.collab('images', 'import', join(workspace.folder, 'travels.tar'));
    expect(imported, imported.stderr).toMatchObject({ code: 0 });
    expect((await inImage(top, 'import collabtravels as c; print(c.version)')).stdout).toBe('1.0\n');
    expect((await build('travels')).events).not.toContain('layer.build');
  });

  it('are restored unchanged, and a broken file imports nothing', async () => {
    const { refs } = await build('--base', 'python', '--arch', 'amd64');
    const [ref = ''] = refs;
    const exported = await workspace.collab('images', 'export', 'bases.tar', 'python');
    expect(exported).toMatchObject({ code: 0 });
    const idOf = async () => (await program('docker', 'image', 'inspect', '--format', '{{.Id}}', ref)).stdout;
    const before = await idOf();
    expect(before).toMatch(/^sha256:/);
    const other = TestWorkspace.make();
    const file = join(workspace.folder, 'bases.tar');
    expect(await other.collab('images', 'import', file)).toMatchObject({ code: 0 });
    expect(await idOf()).toBe(before);
    await program('truncate', '--size=-20000', file);
    const broken = await other.collab('images', 'import', file);
    expect(broken).toMatchObject({ code: 2 });
    expect(broken.stderr).toContain('Nothing was imported');
    expect(await idOf()).toBe(before);
  });
});

import { access, constants, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { FakeEngine } from '../engine/fake-engine.js';
import { compiledProgram } from './compiled-programs.js';
import type { LayerEvent } from './events.js';
import { type ProgramSource, programSource } from './program-source.js';
import { readProgram } from './read-program.js';

let folder: string;
let sources: string;
let source: ProgramSource;
let engine: FakeEngine;
let events: LayerEvent[];
/** How a compiling container ends. */
let exitCode: number;
const debian = 'debian:trixie-slim';
const compiler = () => `collab/compile-member:amd64-${source.hash}`;

const put = async (name: string, content: string) => {
  await mkdir(join(sources, 'patch'), { recursive: true });
  await writeFile(join(sources, name), content);
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'programs-'));
  sources = await mkdtemp(join(tmpdir(), 'sources-'));
  await put('Dockerfile', `ARG DEBIAN=${debian}\nFROM \${DEBIAN}\nCOPY . /src\n`);
  await put('compile.sh', '#!/bin/sh\n');
  await put('main.go', 'package main\n');
  source = await programSource('member', sources);
  engine = new FakeEngine('pc', 'amd64');
  engine.images.set(debian, { id: 'sha256:debian', sizeBytes: 1 });
  engine.containerFiles.set('/out/member', 'a program');
  events = [];
  exitCode = 0;
  const start = engine.start.bind(engine);
  engine.start = async (id) => {
    await start(id);
    engine.change(id, { running: false, exitCode }, 'main.go:1:1: expected declaration\n');
  };
});

const compile = (architecture: string, change: { onController?: boolean; signal?: AbortSignal } = {}) =>
  compiledProgram(engine, source, architecture, {
    emit: (event) => void events.push(event),
    onController: true,
    programFolder: folder,
    ...change,
  });
const commands = () =>
  engine.calls.filter((call) => /^(build|create|start|remove)/.test(call)).map((call) => call.split(' ')[0]);

describe('a program', () => {
  test('is compiled once per architecture, natively, and the compiler is built once', async () => {
    const file = await compile('amd64');
    expect(file).toMatchObject({ name: 'programs/member', executable: true });
    const path = 'path' in file ? file.path : '';
    expect(await readFile(path, 'utf8')).toBe('a program');
    await access(path, constants.X_OK);
    expect(engine.builds).toMatchObject([{ tag: compiler(), args: { DEBIAN: debian } }]);
    expect(engine.builds[0]).not.toHaveProperty('platform');
    await compile('amd64');
    expect(commands()).toEqual(['build', 'create', 'start', 'remove']);
    await compile('arm64');
    expect(commands()).toEqual(['build', 'create', 'start', 'remove', 'create', 'start', 'remove']);
    expect(await readdir(folder)).toHaveLength(2);
    expect(events.filter(({ kind }) => kind === 'layer.built')).toHaveLength(1);
  });

  test('is compiled in a container without a network and privileges, which is removed', async () => {
    const create = engine.create.bind(engine);
    engine.create = (spec) => {
      expect(spec).toMatchObject({ capabilities: [], network: 'none', image: compiler() });
      expect(spec.command).toEqual(['sh', '/src/compile.sh', 'arm']);
      return create(spec);
    };
    await compile('arm');
    expect([...engine.containers]).toEqual([]);
  });

  test('leaves the compiler where further architectures are compiled, labelled for pruning, and not on a device', async () => {
    await compile('amd64');
    const listed = await engine.listImages({ 'collab.image': '' });
    expect(listed.map(({ refs }) => refs)).toEqual([[compiler()]]);
    await compile('arm64', { onController: false });
    expect(await engine.imageId(compiler())).toBeNull();
  });

  test('leaves only the compiler of its current sources', async () => {
    await compile('amd64');
    const before = compiler();
    await put('main.go', 'package main // changed\n');
    source = await programSource('member', sources);
    await compile('amd64');
    expect(await engine.imageId(before)).toBeNull();
    expect(await engine.imageId(compiler())).not.toBeNull();
  });

  test('that does not compile is an error with the lines of the compiler, and is not kept', async () => {
    exitCode = 1;
    await expect(compile('amd64')).rejects.toMatchObject({
      name: 'build-failed',
      exitCode: 3,
      why: 'main.go:1:1: expected declaration',
    });
    expect(await readdir(folder)).toEqual([]);
    expect([...engine.containers]).toEqual([]);
  });

  test('whose compilation is interrupted leaves nothing', async () => {
    const abort = new AbortController();
    engine.start = (id) => {
      engine.change(id, { running: true, exitCode: null });
      abort.abort();
      return Promise.resolve();
    };
    await expect(compile('amd64', { signal: abort.signal })).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
    expect([...engine.containers]).toEqual([]);
  });
});

test('the hash of a program depends on its sources, but not on its tests and other files', async () => {
  const hashWith = async (name: string, content: string) => {
    await put(name, content);
    return (await programSource('member', sources)).hash;
  };
  expect(await hashWith('main_test.go', 'package main\n')).toBe(source.hash);
  expect(await hashWith('notes.md', 'x')).toBe(source.hash);
  const patched = await hashWith('patch/more.go', 'package memberlist\n');
  expect(patched).not.toBe(source.hash);
  expect(await hashWith('compile.sh', '#!/bin/sh\nset -e\n')).not.toBe(patched);
});

describe('a program of an image', () => {
  const path = '/opt/tool';

  test('is copied once for each content of the image, and can be executed', async () => {
    engine.images.set('collab/base-fleet:1', { id: 'sha256:1', sizeBytes: 1, layers: ['a'] });
    engine.containerFiles.set(path, 'the server');
    const first = await readProgram(engine, 'collab/base-fleet:1', path, folder);
    expect(await readFile(first, 'utf8')).toBe('the server');
    await access(first, constants.X_OK);
    expect(await readProgram(engine, 'collab/base-fleet:1', path, folder)).toBe(first);
    expect(commands()).toEqual(['create', 'remove']);
    engine.images.set('collab/base-fleet:1', { id: 'sha256:2', sizeBytes: 1, layers: ['b'] });
    expect(await readProgram(engine, 'collab/base-fleet:1', path, folder)).not.toBe(first);
  });

  test('that does not exist is an error: no-program', async () => {
    const fault = { name: 'no-program', exitCode: 3 };
    await expect(readProgram(engine, 'collab/none:1', path, folder)).rejects.toMatchObject(fault);
    await expect(readProgram(engine, debian, path, folder)).rejects.toMatchObject(fault);
    expect([...engine.containers]).toEqual([]);
  });
});

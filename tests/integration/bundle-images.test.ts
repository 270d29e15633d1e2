import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { baseRefs, readFlavor } from '../../src/deployment/index.js';
import { ownArchitecture } from '../../src/network/index.js';
import { Workspace } from '../../src/workspace/index.js';
import { sha256 } from '../fixtures/raw-bundle.js';
import { TestWorkspace } from '../e2e/workspace.js';

/** `export --with-images` and its import, on the engine of this machine, with an image of one small file. */
const author = new TestWorkspace();
const bundle = join(author.folder, 'small.collab.tar.gz');
const docker = (...args: string[]) =>
  execFileSync('docker', args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
const layersOf = () => docker('image', 'inspect', '--format', '{{json .RootFS}}', ref);
let ref = '';

function writeBase(workspace: TestWorkspace, note: string): void {
  const folder = join(workspace.folder, 'base-images/tiny');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY note /note\n');
  writeFileSync(join(folder, 'note'), note);
}

function another(): TestWorkspace {
  const workspace = new TestWorkspace();
  mkdirSync(join(workspace.folder, 'TestCases'));
  return workspace;
}

const importing = (workspace: TestWorkspace) =>
  workspace.collab('import', bundle, '--yes', '--trust', sha256(readFileSync(bundle)));
const isThere = () => docker('images', '--quiet', ref).trim() !== '';

beforeAll(async () => {
  writeBase(author, `made for one test: ${author.folder.slice(-6)}\n`);
  const folder = join(author.folder, 'TestCases/small');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'experiment.yaml'),
    'name: small\nroles: { a: { base: tiny, command: [/note] } }\n',
  );
  const refs = await baseRefs(await readFlavor(new Workspace(author.folder), 'tiny'));
  const architecture = ownArchitecture;
  ref = refs.find((one) => one.architecture === architecture)?.ref ?? '';
  docker('build', '--quiet', '--tag', ref, join(author.folder, 'base-images/tiny'));
});

afterAll(() => {
  if (ref !== '' && isThere()) docker('rmi', ref);
});

it('takes images along, and loads them elsewhere, or nothing', async () => {
  const layers = layersOf();
  const made = await author.collab('export', 'small', '--with-images');
  expect(made.code, made.stderr).toBe(0);
  docker('rmi', ref);
  const missing = await author.collab('export', 'small', '--with-images', '--output', 'none.tar.gz');
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain('has no image of the base tiny');
  expect(existsSync(join(author.folder, 'none.tar.gz'))).toBe(false);

  const differing = another();
  writeBase(differing, 'another base of that name\n');
  const refused = await importing(differing);
  expect(refused.code, refused.stderr).toBe(2);
  expect(refused.stderr).toContain('differs');
  expect(readdirSync(join(differing.folder, 'TestCases'))).toEqual([]);
  expect(isThere()).toBe(false);

  const reader = another();
  const { code, stdout, stderr } = await importing(reader);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain(ref);
  expect(layersOf()).toBe(layers);
  expect(readdirSync(join(reader.folder, 'base-images/tiny')).sort()).toEqual(['Dockerfile', 'note']);
  const { code: valid, stderr: faults } = await reader.collab('validate', 'small');
  expect(valid, faults).toBe(0);
  expect(readdirSync(join(reader.folder, '.collab')).sort()).toEqual(['.gitignore', 'lans']);
});

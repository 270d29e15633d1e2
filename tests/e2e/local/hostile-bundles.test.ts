import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  absolute,
  type Case,
  collisions,
  contents,
  experiments,
  kinds,
  manifests,
  names,
  runs,
  whole,
} from '../../fixtures/hostile-bundles.js';
import { rawBundle, runFiles, sha256, yaml } from '../../fixtures/raw-bundle.js';
import { TestWorkspace } from '../workspace.js';

/** Everything that a hostile archive could change is below it. */
const top = mkdtempSync(join(tmpdir(), 'collab-hostile-'));
const workspace = new TestWorkspace(join(top, 'workspace'));
const outside = join(top, 'outside');
const file = join(outside, 'x.collab.tar.gz');

/** Names, kinds, sizes and changes of all files, but for the archive. */
function everything(folder = top): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (path === file) return [];
    if (entry.isDirectory()) return [`${relative(top, path)}/`, ...everything(path)];
    const content = entry.isFile() ? sha256(readFileSync(path)) : '';
    return [`${relative(top, path)} ${content}`];
  });
}

beforeAll(() => {
  mkdirSync(join(workspace.folder, 'TestCases/kept'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(workspace.folder, 'TestCases/kept/experiment.yaml'), 'name: kept\n');
  writeFileSync(join(outside, 'victim'), 'as it was');
  expect(existsSync(absolute)).toBe(false);
});

async function refused(archive: Case[1], says: string): Promise<void> {
  const bytes = typeof archive === 'function' ? archive() : rawBundle(archive);
  writeFileSync(file, bytes);
  const before = everything();
  const { code, stdout, stderr } = await workspace.collab('import', file, '--yes', '--trust', sha256(bytes));
  expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: .*\n {2}.*\nnext:/m);
  expect(stderr).toContain(says);
  expect(stderr).not.toContain('    at ');
  expect(stderr).not.toContain('\x1b');
  // `.collab/` is made by the first command, and holds nothing but its usual files afterwards.
  expect(everything().filter((one) => !one.startsWith('workspace/.collab/'))).toEqual(
    before.filter((one) => !one.startsWith('workspace/.collab/')),
  );
  expect(existsSync(absolute)).toBe(false);
  expect(readdirSync(join(workspace.folder, '.collab')).sort()).toEqual(['.gitignore', 'lans']);
}

const limit = { timeout: 60_000 };
const tables: Readonly<Record<string, Case[]>> = {
  'a name that': names,
  'names that': collisions,
  'an entry:': kinds,
  'a file that': contents,
  'a manifest that': manifests,
  'a whole that': whole,
  'a run that': runs,
  'an experiment that': experiments,
};
const all = Object.entries(tables).flatMap(([about, cases]) =>
  cases.map(([what, archive, says]): Case => [`${about} ${what}`, archive, says]),
);
describe('a hostile archive changes nothing', () => {
  it.each(all)('%s', limit, (_, archive, says) => refused(archive, says));
});

it('takes the same archive without its fault', limit, async () => {
  const run = runFiles();
  // A step of a run on devices, on the controller.
  const built = {
    time: '2026-11-21T12:53:02.000Z',
    kind: 'layer.build',
    ref: 'collab/x:1',
    layer: 'code',
    device: 'this machine',
  };
  const bytes = rawBundle({
    run: { ...run, 'events.jsonl': `${String(run['events.jsonl'])}${JSON.stringify(built)}\n` },
    more: { [`run/trials/1/a-0/outputs/${'long/'.repeat(40)}x`]: 'y', 'run/trials/1/a-0/stdout.log': '1\n' },
  });
  writeFileSync(file, bytes);
  const { code, stderr } = await workspace.collab('import', file, '--yes', '--trust', sha256(bytes));
  expect(code, stderr).toBe(0);
  expect(readFileSync(join(workspace.folder, 'TestCases/parcel/experiment.yaml'), 'utf8')).toBe(yaml);
  expect(statSync(join(workspace.newestRun('parcel'), 'trials/1/a-0/stdout.log')).size).toBe(2);
});

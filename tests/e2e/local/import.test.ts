import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { sha256 } from '../../fixtures/raw-bundle.js';
import {
  another,
  author,
  bundle,
  canaries,
  code,
  exported,
  hashOf,
  home,
  limit,
  makeRun,
  type Shown,
  tables,
  trusted,
  withRun,
  writeParcel,
} from '../bundle-bed.js';
import { keys, onTerminal } from '../on-terminal.js';

let run = '';
beforeAll(async () => {
  run = await makeRun();
  const wanted: [file: string, ...args: string[]][] = [[bundle], [withRun, '--with-run', run]];
  for (const [file, ...args] of wanted) {
    const { code: ended, stderr } = await exported('--output', file, ...args);
    expect(ended, stderr).toBe(0);
  }
}, 60_000);

it('gives another workspace the same experiment and the same figures', limit, async () => {
  const reader = another();
  const { code: ended, stdout, stderr } = await reader.collab('import', withRun, ...trusted(withRun));
  expect(ended, stderr).toBe(0);
  expect(stdout.split('\n')[0]).toBe(join(reader.folder, 'TestCases/parcel'));
  expect(stderr).toContain('runs python3 a.py');
  expect(stderr).toContain('on the base python, with numpy');
  expect(readFileSync(join(reader.folder, 'TestCases/parcel/a.py'), 'utf8')).toBe(code);
  const [here, there] = await Promise.all(
    [author, reader].map((workspace) => workspace.result<Shown>('show', run)),
  );
  expect(there?.combinations).toEqual(here?.combinations);
  expect(there?.usage).toEqual(here?.usage);
  expect(there?.validity.verdict).toBe(here?.validity.verdict);
  const [own, other] = [await tables(author, run), await tables(reader, run)];
  expect(own.length).toBeGreaterThan(3);
  // What differs is what the bundle leaves out: an address that the code recorded, and the name of this machine.
  const device = new RegExp(`(?<=^|,)(?:${hostname()}|controller)(?=,|$)`, 'gm');
  const left = (text: string) => text.replaceAll(canaries.address, 'edge21.invalid').replaceAll(device, 'X');
  expect(other.map(([name, text]) => [name, left(text)])).toEqual(
    own.map(([name, text]) => [name, left(text)]),
  );
  const runs = await reader.collab('runs');
  expect(runs.stdout).toContain(run);
  const again = await reader.collab('run', '--from', run);
  expect(again.code, again.stderr).toBe(0);
});

it('asks first: off a terminal it needs the hash', limit, async () => {
  const reader = another();
  const asked = await reader.collab('import', bundle);
  expect(asked).toMatchObject({ code: 2, stdout: '' });
  expect(asked.stderr).toContain(`--yes --trust ${hashOf(bundle)}`);
  expect((await reader.collab('import', bundle, '--yes')).code).toBe(2);
  const wrong = await reader.collab('import', bundle, '--yes', '--trust', sha256('other'));
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('not what --trust names');
  expect(readdirSync(join(reader.folder, 'TestCases'))).toEqual([]);
  expect(existsSync(join(reader.folder, 'Logs'))).toBe(false);
  expect(readdirSync(join(reader.folder, '.collab')).sort()).toEqual(['.gitignore', 'lans']);
});

it('takes it after a yes on a terminal, and leaves nothing after Ctrl-C', limit, async () => {
  const reader = another();
  const question = 'Import it?';
  const stopped = await onTerminal(reader, [{ wait: question, type: keys.interrupt }], 'import', withRun);
  expect(stopped.code, stopped.stdout).toBe(130);
  const no = await onTerminal(reader, [{ wait: question, type: keys.enter }], 'import', withRun);
  expect(no.stdout).toContain('Nothing was imported.');
  expect(readdirSync(join(reader.folder, '.collab')).sort()).toEqual(['.gitignore', 'lans']);
  expect(readdirSync(join(reader.folder, 'TestCases'))).toEqual([]);
  const yes = await onTerminal(reader, [{ wait: question, type: `y${keys.enter}` }], 'import', withRun);
  expect(yes.code, yes.stdout).toBe(0);
  expect(reader.newestRun('parcel')).toContain(run);
});

it('leaves nothing on a disk that is full', limit, async () => {
  const reader = another();
  const logs = join(reader.folder, 'Logs');
  mkdirSync(logs);
  execFileSync('sh', ['-c', 'mount -t tmpfs -o size=64k collab-logs "$0"', logs]);
  try {
    const { code: ended, stderr } = await reader.collab('import', withRun, ...trusted(withRun));
    expect(ended).toBe(1);
    expect(stderr).toContain('disk');
    expect(readdirSync(logs, { recursive: true })).toEqual(['.experiments']);
    expect(readdirSync(join(reader.folder, 'TestCases'))).toEqual([]);
    expect(readdirSync(join(reader.folder, '.collab')).sort()).toEqual(['.gitignore', 'lans']);
    execFileSync('sh', ['-c', 'mount -o remount,size=8m "$0"', logs]);
    // Over the border of a file system.
    expect((await reader.collab('import', withRun, ...trusted(withRun))).code).toBe(0);
    expect((await reader.result<Shown>('show', run)).experiment).toBe('parcel');
    rmSync(join(reader.folder, 'Logs/parcel'), { recursive: true });
  } finally {
    execFileSync('sh', ['-c', 'umount "$0"', logs]);
  }
});

it('never overwrites: it says that it is here, or asks for another name', limit, async () => {
  const reader = another();
  await reader.collab('import', bundle, ...trusted(bundle));
  const again = await reader.collab('import', withRun, ...trusted(withRun));
  expect(again.code, again.stderr).toBe(0);
  expect(again.stdout).toContain('is here already, and stays as it is');
  expect(reader.newestRun('parcel')).toContain(run);
  expect((await reader.collab('import', withRun, ...trusted(withRun))).stdout).toContain(
    `The run ${run} is here already`,
  );
  const mine = join(reader.folder, 'TestCases/parcel/a.py');
  writeFileSync(mine, 'print("mine")\n');
  const taken = await reader.collab('import', bundle, ...trusted(bundle));
  expect(taken.code).toBe(2);
  expect(taken.stderr).toContain('--as parcel-2');
  expect(readFileSync(mine, 'utf8')).toBe('print("mine")\n');
  const other = await reader.collab('import', bundle, '--as', 'theirs', ...trusted(bundle));
  expect(other.code, other.stderr).toBe(0);
  expect(readFileSync(join(reader.folder, 'TestCases/theirs/a.py'), 'utf8')).toBe(code);
  for (const bad of ['../x', 'a/b', '.git', ''])
    expect((await reader.collab('import', bundle, '--as', bad, ...trusted(bundle))).code).toBe(2);
});

it('says what is missing here, and shows privileges', limit, async () => {
  const maker = another();
  const folder = join(maker.folder, 'TestCases/asking');
  mkdirSync(join(folder, 'digits'), { recursive: true });
  mkdirSync(join(maker.folder, 'base-images/own'), { recursive: true });
  writeFileSync(join(maker.folder, 'base-images/own/Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(folder, 'digits/one'), '1');
  writeFileSync(
    join(folder, 'experiment.yaml'),
    'name: asking\ndata: [{ name: d, path: digits }]\nroles: { a: { base: own, network: host, devices: [/dev/video0], gpu: true, command: ["true"] } }\n',
  );
  const made = await maker.collab('export', 'asking');
  expect(made.code, made.stderr).toBe(0);
  expect(made.stderr).toContain('The data d (digits) is not in the bundle; its hash is');
  const reader = another();
  const file = join(maker.folder, 'asking.collab.tar.gz');
  const { code: ended, stderr } = await reader.collab('import', file, ...trusted(file));
  expect(ended, stderr).toBe(0);
  expect(stderr).toContain('WARNING: a uses the network of its device');
  expect(stderr).toContain('WARNING: a gets device files of its device: /dev/video0');
  expect(stderr).toContain('WARNING: a gets the GPU');
  expect(stderr).toMatch(/remark: .*base/);
  expect(stderr).toMatch(/remark: .*digits/);
});

it('takes a folder and a repository of git', limit, async () => {
  const reader = another();
  const id = /--trust ([0-9a-f]{64})/.exec((await reader.collab('import', home)).stderr)?.[1] ?? '';
  expect(id).not.toBe('');
  expect((await reader.collab('import', home, '--yes', '--trust', id)).code).toBe(0);

  const source = mkdtempSync(join(tmpdir(), 'collab-git-'));
  const [tree, bare] = [join(source, 'tree'), join(source, 'bare.git')];
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.invalid', ...args], { cwd: tree });
  mkdirSync(tree);
  writeParcel(join(tree, 'TestCases/parcel'));
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'one');
  execFileSync('git', ['clone', '-q', '--bare', tree, bare]);
  const commit = git('rev-parse', 'HEAD').toString().trim();
  const other = another();
  const address = `file://${bare}`;
  const taken = await other.collab('import', address, '--yes', '--trust', id);
  expect(taken.code, taken.stderr).toBe(0);
  expect(taken.stderr).toContain(commit);
  expect(readdirSync(join(other.folder, 'TestCases/parcel')).sort()).toEqual(['a.py', 'experiment.yaml']);

  cpSync(join(tree, 'TestCases/parcel'), join(tree, 'TestCases/second'), { recursive: true });
  git('add', '.');
  git('commit', '-q', '-m', 'two');
  execFileSync('git', ['push', '-q', bare, 'HEAD'], { cwd: tree });
  const several = await other.collab('import', address);
  expect(several.code).toBe(2);
  expect(several.stderr).toContain('TestCases/parcel, TestCases/second');
  const chosen = ['import', address, '--path', 'TestCases/second', '--as', 'second', '--yes', '--trust', id];
  expect((await other.collab(...chosen)).code).toBe(0);
  for (const path of ['../..', '.git', 'TestCases/none'])
    expect((await other.collab('import', address, '--path', path)).code).toBe(2);
  for (const bad of ['ext::sh -c id', 'http://x.invalid/y.git', 'file:///nowhere.git', '--upload-pack=id'])
    expect((await other.collab('import', '--', bad)).code, bad).toBe(2);
  expect(readdirSync(join(other.folder, '.collab')).sort()).toEqual(['.gitignore', 'lans']);
  rmSync(source, { recursive: true });
});

it('refuses a link that leads out of a folder', limit, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'collab-linked-'));
  writeParcel(folder);
  symlinkSync('/etc/hostname', join(folder, 'name'));
  const { code: ended, stderr } = await another().collab('import', folder);
  expect(ended).toBe(2);
  expect(stderr).toContain('leads outside');
  rmSync(folder, { recursive: true });
});

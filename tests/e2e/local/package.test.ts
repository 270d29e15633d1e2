import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { program, TestWorkspace } from '../workspace.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const prefix = realpathSync(mkdtempSync(join(tmpdir(), 'collab-prefix-')));
const installed = join(prefix, 'lib/node_modules/collab-testbed');
const user = new TestWorkspace();

/** Path, size and time of each file of the package. */
const filesOfPackage = (): string[] =>
  readdirSync(installed, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('node_modules'))
    .map((path) => {
      const { size, mtimeMs } = statSync(join(installed, path));
      return `${path} ${size} ${mtimeMs}`;
    })
    .sort();

/**
 * Installs what `npm pack` gives as `npm install -g --prefix` does, but without a registry: the dependencies that package.json
 * names, and no others, are links to those of this clone.
 */
beforeAll(() => {
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', prefix], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  mkdirSync(join(installed, 'node_modules'), { recursive: true });
  execFileSync('tar', ['-xzf', join(prefix, filename), '-C', installed, '--strip-components=1']);
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    bin: { collab: string };
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(installed, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  mkdirSync(join(prefix, 'bin'));
  symlinkSync(join(installed, manifest.bin.collab), join(prefix, 'bin/collab'));
});

/** Calls the installed command in an empty folder, with a home of its own. @returns what it printed */
async function collab(...words: string[]): Promise<string> {
  const environment = [
    '-C',
    user.folder,
    `HOME=${user.folder}/home`,
    `PATH=${prefix}/bin:${process.env.PATH ?? ''}`,
  ];
  const { code, stdout, stderr } = await program('env', ...environment, 'collab', ...words);
  expect(code, `collab ${words.join(' ')}\n${stderr}`).toBe(0);
  return stdout + stderr;
}

it('from an empty folder to a report', { timeout: 300_000 }, async () => {
  const before = filesOfPackage();
  expect(await collab('init', '--examples')).toContain('TestCases/split-inference/');
  await collab('new', 'mine', '--template', 'batch');
  expect(await collab('validate', 'mine')).toContain('mine is valid');
  expect(await collab('validate', 'split-inference')).toContain('split-inference is valid');
  const done = await collab('run', 'hello', '--local', '--repeats', '1');
  expect(done).toContain(join(user.folder, 'Logs/hello'));
  expect(await collab('show')).toContain('round_trip_ms');
  expect(await collab('report', '--format', 'html,csv,xlsx,parquet')).toContain('report.html');
  expect(await collab('runs')).toMatch(/hello +complete/);
  expect(await collab('images', 'list', '--bases')).toContain('torch');
  expect(filesOfPackage(), 'nothing was written into the package').toEqual(before);
});

it('every page has what it links to, and no page is missing', async () => {
  expect(await collab('docs')).toContain(join(installed, 'docs'));
  const pages = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
  const broken: string[] = [];
  for (const page of ['README.md', ...pages.map((file) => `docs/${file}`)]) {
    const text = readFileSync(join(installed, page), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g))
      if (!/^https?:/.test(target) && !existsSync(join(installed, dirname(page), target)))
        broken.push(`${page}: ${target}`);
  }
  expect(broken).toEqual([]);
});

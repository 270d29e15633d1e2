// Builds dist/ from src/: JavaScript for the entry points (the library, the command, and the dashboard), bundled into few files with the
// dependencies that every command needs, because loading hundreds of modules takes up to half a second; type declarations;
// and all other files (Python, tables, Dockerfiles) at the same paths.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildAgent, buildKeeperDashboard, requireBanner } from './agent.mjs';
import { buildPage } from './page.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { dependencies, peerDependencies, engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
/** What every command needs. Other dependencies are loaded from node_modules when they are used. */
const bundled = [
  'zod',
  'commander',
  'string-width',
  'picomatch',
  '@nats-io/nkeys',
  '@nats-io/transport-node',
];
const external = Object.keys({ ...dependencies, ...peerDependencies }).filter(
  (name) => !bundled.includes(name),
);

rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
await build({
  absWorkingDir: root,
  entryPoints: ['src/index.ts', 'src/cli/main.ts', 'src/dashboard/index.ts'],
  outdir: 'dist',
  chunkNames: 'parts/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: `node${engines.node.replace(/[^\d.]/g, '')}`,
  external,
  banner: requireBanner,
  logLevel: 'warning',
});
await buildPage();
await buildAgent();
await buildKeeperDashboard();
cpSync(`${root}src`, `${root}dist`, {
  recursive: true,
  filter: (path) =>
    !/(\.tsx?|\.pyc|\/__pycache__|_test\.py|_test\.go|\.test\.json|\/fixtures|\/browser|\/dashboard\/page)$/.test(
      path,
    ),
});
chmodSync(`${root}dist/cli/main.js`, 0o755);

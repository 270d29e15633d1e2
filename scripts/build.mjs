// Compiles src/ into dist/ and copies beside it what is not TypeScript: Python, tables, Dockerfiles.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
cpSync(`${root}src`, `${root}dist`, {
  recursive: true,
  filter: (path) => !/(\.ts|\.pyc|\/__pycache__|_test\.py|\.test\.json|\/fixtures)$/.test(path),
});
chmodSync(`${root}dist/cli/main.js`, 0o755);

// Writes the reference in docs/api.md from the tables in src/fleet/api. Run: npm run api
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withApi } from '../src/fleet/api/reference-page.ts';

const page = fileURLToPath(new URL('../docs/api.md', import.meta.url));
writeFileSync(page, withApi(readFileSync(page, 'utf8')));
execFileSync('npx', ['prettier', '--write', '--log-level', 'warn', page], { stdio: 'inherit' });

// Writes the tables of docs/metrics.md from src/logs/records/metrics.json. Run: npm run metrics
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withTables } from '../src/logs/records/metrics-page.ts';

const page = fileURLToPath(new URL('../docs/metrics.md', import.meta.url));
writeFileSync(page, withTables(readFileSync(page, 'utf8')));
execFileSync('npx', ['prettier', '--write', '--log-level', 'warn', page], { stdio: 'inherit' });

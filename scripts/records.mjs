// Writes the tables of docs/records.md from the schemas in src/logs/records. Run: npm run records
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withRecords } from '../src/logs/records/records-page.ts';

const page = fileURLToPath(new URL('../docs/records.md', import.meta.url));
writeFileSync(page, withRecords(readFileSync(page, 'utf8')));
execFileSync('npx', ['prettier', '--write', '--log-level', 'warn', page], { stdio: 'inherit' });

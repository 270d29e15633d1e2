import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { areas } from '../../bench/truth/truth.js';

const bench = fileURLToPath(new URL('../../bench/truth/main.ts', import.meta.url));

/** The short form of `npm run bench:truth`; docs/truth.md has the long form with its date. */
it('what collab claims of known loads, clocks, frames and samples is true within its stated bounds', async () => {
  const { code, table } = await new Promise<{ code: unknown; table: string }>((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', bench, '--short'], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, table: `${stdout}${stderr}` });
    });
  });
  const wrong = table.split('\n').filter((line) => line.includes('**no**') || line.startsWith('FAILED'));
  expect(code, `${wrong.join('; ')}\n${table}`).toBe(0); // the first line is what the suite repeats at its end
  for (const area of areas) expect(table).toContain(`| ${area} `);
});

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../bench/faults/main.ts', import.meta.url));

/** The short form of `npm run test:faults`; docs/faults.md has the long form with its date. */
it('what collab promises of faults on this machine is kept', async () => {
  const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', program, '--short'], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, said: `${stdout}${stderr}` });
    });
  });
  const broken = said.split('\n').filter((line) => line.includes('**no**'));
  expect(code, `${broken.join('; ')}\n${said}`).toBe(0);
});

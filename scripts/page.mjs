// Builds the script of the report page, src/performance/reports/html/assets/page.js, from the TypeScript of browser/.
// `npm run build` and the tests call it; the file is not committed.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const html = fileURLToPath(new URL('../src/performance/reports/html/', import.meta.url));

export async function buildPage() {
  await build({
    entryPoints: [`${html}browser/main.ts`],
    outfile: `${html}assets/page.js`,
    bundle: true,
    format: 'iife',
    globalName: 'report',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  });
}

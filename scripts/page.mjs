// Builds what browsers run from its TypeScript: the script of the report page, and the dashboard. `npm run build` and the tests
// call it; the files are not committed.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const report = `${source}performance/reports/html/`;
const dashboard = `${source}dashboard/`;
const common = { bundle: true, target: 'es2022', legalComments: 'none', logLevel: 'warning' };

export async function buildPage() {
  await build({
    ...common,
    entryPoints: [`${report}browser/main.ts`],
    outfile: `${report}assets/page.js`,
    format: 'iife',
    globalName: 'report',
  });
  await build({
    ...common,
    entryPoints: { page: `${dashboard}page/main.tsx`, enter: `${dashboard}page/enter.ts` },
    outdir: `${dashboard}assets`,
    format: 'esm',
    minify: true,
    tsconfig: `${dashboard}page/tsconfig.json`,
  });
}

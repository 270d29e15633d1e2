import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { besideCode } from '../../../package-folder.js';

/** Style and scripts of the page, in order. They must not contain `</script` or `</style`. */
export async function readAssets(): Promise<{ style: string; scripts: string[] }> {
  const require = createRequire(import.meta.url);
  const chart = dirname(require.resolve('uplot/dist/uPlot.iife.min.js'));
  const assets = besideCode('performance/reports/html/assets');
  const own = (name: string) => readFile(join(assets, name), 'utf8');
  const [chartStyle, chartScript] = await Promise.all([
    readFile(join(chart, 'uPlot.min.css'), 'utf8'),
    readFile(join(chart, 'uPlot.iife.min.js'), 'utf8'),
  ]);
  const style = [chartStyle, await own('report.css'), await own('charts.css')].join('\n');
  // Built from browser/ by scripts/page.mjs.
  return { style, scripts: [chartScript, await own('page.js')] };
}

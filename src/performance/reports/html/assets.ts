import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { besideCode } from '../../../package-folder.js';

/** Style and script of the page. They must not contain `</script` or `</style`. */
export async function readAssets(): Promise<{ style: string; script: string }> {
  const assets = besideCode('performance/reports/html/assets');
  const read = (name: string) => readFile(join(assets, name), 'utf8');
  const styles = await Promise.all(
    ['report.css', 'tables.css', 'charts.css', 'narrow.css', 'print.css'].map(read),
  );
  // Built from browser/ by scripts/page.mjs.
  return { style: styles.join('\n'), script: await read('page.js') };
}

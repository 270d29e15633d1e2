// Makes the pictures of the documentation from what collab shows: docs/pictures/*.png of the dashboard, from a fleet of this machine
// with a few jobs, and docs/report.png, from a run of `hello`. Run: npm run pictures
import { cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage, ServedDashboard } from '../tests/e2e/dashboard-bed.js';
import { TestWorkspace } from '../tests/e2e/workspace.js';
import { writeShapes } from './pictures/shapes.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const pictures = join(root, 'docs/pictures');
const sources = join(root, 'scripts/pictures');
/** So that a clone stays small. */
const mostBytes = 200_000;
const shapes = `loader: shapes.py:load
base: python
input: { width: 96, height: 96 }
batch_size: 4
weights: shapes.pt
task: detect
`;

const workspace = TestWorkspace.make();
const at = (...path: string[]) => join(workspace.folder, ...path);
const say = (text: string) => process.stderr.write(`${text}\n`);

mkdirSync(pictures, { recursive: true });
prepareFiles();
await using browser = await openBrowser();
await takeReport(browser);
await ran('fleet', 'up', '--local', '--members', '5', '--yes', '--profile', 'fast');
const served = await ServedDashboard.start(workspace, '--port', '0');
try {
  await takeDashboard(browser, served);
} finally {
  await served.stop();
  await ran('fleet', 'down', '--local', '--purge', '--yes');
}
for (const path of [
  join(root, 'docs/report.png'),
  ...readdirSync(pictures).map((one) => join(pictures, one)),
]) {
  const { size } = statSync(path);
  say(`${path.slice(root.length)}: ${Math.round(size / 1000)} kB`);
  if (size > mostBytes) throw new Error(`${path} has ${size} bytes, more than ${mostBytes}`);
}

function prepareFiles(): void {
  mkdirSync(at('models'), { recursive: true });
  cpSync(join(sources, 'serve.py'), at('models/serve.py'));
  writeFileSync(at('models/shapes.yaml'), shapes);
  writeFileSync(at('models/shapes.py'), '');
  writeFileSync(at('shapes.pt'), 'It needs no weights.\n');
  writeShapes(at('shapes'), 240);
  mkdirSync(at('descent'));
  cpSync(join(sources, 'descent.py'), at('descent/descent.py'));
  cpSync(join(root, 'examples/linear-regression'), at('linear-regression'), { recursive: true });
}

async function ran(...words: string[]): Promise<string> {
  say(`collab ${words.join(' ')}`);
  const { code, stdout, stderr } = await workspace.collab(...words);
  if (code !== 0) throw new Error(`collab ${words.join(' ')}: ${stderr}${stdout}`);
  return stdout;
}

/** The report of a run of the smallest experiment, from its results on. */
async function takeReport(by: Browser): Promise<void> {
  await ran('run', 'hello', '--local', '--repeats', '3', '--name', 'first try');
  await ran('run', 'hello', '--local', '--repeats', '10', '--tag', 'paper');
  await ran('report', '--format', 'html');
  const folder = join(workspace.newestRun('hello'), 'reports');
  const file = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('.html'),
  );
  if (file === undefined) throw new Error(`no report in ${folder}`);
  const page = await by.newPage({ viewport: { width: 1000, height: 780 }, colorScheme: 'light' });
  await page.goto(pathToFileURL(join(folder, file)).href);
  await page.getByRole('link', { name: 'Results' }).click();
  await page.screenshot({ path: join(root, 'docs/report.png') });
  await page.close();
}

async function takeDashboard(by: Browser, { link, root: address }: ServedDashboard): Promise<void> {
  const { page } = await openPage(by, link, { viewport: { width: 1200, height: 760 } });
  await page.waitForURL(`${address}/fleet`);
  const submit = async (what: string, ...words: string[]) => {
    const line = (await ran(what, 'submit', '--local', '--json', ...words)).trim().split('\n').at(-1) ?? '';
    return (JSON.parse(line) as { id: string }).id;
  };
  for (const [name, file] of [
    ['shapes.pt', 'shapes.pt'],
    ['data/points.csv', 'linear-regression/data.csv'],
    ['data/points.csv', 'linear-regression/data.csv'],
    ['training/descent.py', 'descent/descent.py'],
  ] as const)
    await ran('store', 'put', '--local', file, name);
  await ran('job', 'submit', '--local', 'linear-regression', '--wait');
  const descent = ['python3', 'descent.py', '{rate}', '{seed}'];
  const sets = [
    '--set',
    'rate=0.05,0.1,0.2,0.4',
    '--set',
    `seed=${Array.from({ length: 12 }, (_, n) => n).join(',')}`,
  ];
  const job = await submit('job', 'descent', ...sets, '--', ...descent);
  await page.goto(`${address}/jobs/${job}`);
  await page.getByText(/^done \d{2}/).waitFor({ timeout: 300_000 });
  await take(page, 'job');
  const queries = await submit('infer', 'shapes', 'shapes', '--count', '600');
  await page.goto(`${address}/fleet`);
  await sleep(8000);
  await take(page, 'fleet');
  await page.goto(`${address}/inference`);
  await page
    .getByText(/[1-9]\d* of 600/)
    .first()
    .waitFor({ timeout: 300_000 });
  await sleep(6000);
  await take(page, 'inference');
  await page.goto(`${address}/inference/${queries}`);
  await page.locator('.picture rect').nth(8).waitFor({ timeout: 300_000 });
  await take(page, 'answers', ['light']);
  await page.goto(`${address}/files`);
  await page.locator('tbody tr').nth(2).waitFor();
  await take(page, 'files');
  await page.goto(`${address}/runs`);
  await page.locator('tbody tr').nth(1).waitFor();
  await take(page, 'runs', ['light']);
}

/** The same view, with light and with dark colors. */
async function take(page: Page, name: string, schemes: readonly ('light' | 'dark')[] = ['light', 'dark']) {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    // What is drawn on a canvas takes its colors when the page is opened.
    await page.reload();
    await sleep(4000);
    await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), animations: 'disabled' });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

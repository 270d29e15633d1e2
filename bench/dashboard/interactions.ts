import type { Page } from 'playwright-core';
import type { Measurement } from '../measurement.js';
import { type BenchOptions, say } from '../run-bench.js';
import { benchText, type DashboardBed } from './dashboard-bed.js';
import { jobId, memberCount } from './made-up-fleet.js';

const note =
  'From the time stamp of the click to the start of the frame after the one that shows the result (requestAnimationFrame twice), so up to 33 ms are waiting for frames. 100 members change each second meanwhile.';
const targetMs = 100;

interface Step {
  readonly what: string;
  /** What is clicked; null: the back button of the browser. */
  readonly click: string | null;
  /** What is there afterwards, and how many of it. */
  readonly shows: string;
  readonly count: number;
}

const jobRows = '[aria-label="List of jobs"] tbody tr';
const taskRows = '[aria-label=Tasks] tbody tr';

/** A way through the page, which ends where it began. */
const steps: readonly Step[] = [
  {
    what: 'fleet of 100, from map to table',
    click: 'text="Table"',
    shows: '[aria-label=Members] tbody tr',
    count: memberCount,
  },
  { what: 'sort the table', click: 'th >> text="CPU"', shows: 'th[aria-sort]:nth-child(5)', count: 1 },
  { what: 'from table to map', click: 'text="Map"', shows: '.tile', count: memberCount },
  { what: 'open a member', click: '.tile a', shows: '#member-title', count: 1 },
  { what: 'back to the fleet', click: null, shows: '.tile', count: memberCount },
  { what: 'from fleet to jobs', click: 'nav >> text="Jobs"', shows: jobRows, count: 100 },
  {
    what: 'open a job of 10,000 tasks',
    click: `a[href="/jobs/${jobId(0)}"]`,
    shows: taskRows,
    count: 100,
  },
  { what: 'open a task', click: '[aria-label=Tasks] button', shows: '[aria-label=Tasks] pre', count: 1 },
  {
    what: 'the next 100 of its tasks',
    click: '.choice ~ .row >> text="Next"',
    shows: '.choice ~ .row button:first-child:not([disabled])',
    count: 1,
  },
  {
    what: 'filter its tasks by state',
    click: '.choice >> text=/^done/',
    shows: '.choice button[aria-pressed=true]:not(:first-child)',
    count: 1,
  },
  {
    what: 'back to all its tasks',
    click: null,
    shows: '.choice button:first-child[aria-pressed=true]',
    count: 1,
  },
  {
    what: 'back to the first of them',
    click: null,
    shows: '.choice ~ .row button:first-child[disabled]',
    count: 1,
  },
  { what: 'back to the jobs', click: null, shows: jobRows, count: 100 },
  { what: 'from jobs to fleet', click: 'nav >> text="Fleet"', shows: '.tile', count: memberCount },
];

/** How long the page takes to show what a click asks for. */
export async function interactions(bed: DashboardBed, { repeats }: BenchOptions): Promise<Measurement[]> {
  const page = await bed.open('/fleet', '.tile');
  await page.evaluate(benchText('probe.mjs'));
  const measured = steps.map(({ what }) => ({ what, unit: 'ms', ours: [] as number[], note }));
  // The first way is not measured: the page is opened once, and clicked on all day.
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    for (const [at, step] of steps.entries()) {
      const tookMs = await took(page, step);
      if (repeat > 0) measured[at]?.ours.push(tookMs);
    }
    say(`   ${repeat}/${repeats}`);
  }
  await page.close();
  return measured.map((one) => ({ ...one, target: { of: 'value', atMost: targetMs } }));
}

async function took(page: Page, { click, shows, count }: Step): Promise<number> {
  const wait = await page.evaluateHandle(
    ([selector, least]) => (globalThis as unknown as InPage).benchProbe(selector, least),
    [shows, count] as const,
  );
  if (click === null) await page.evaluate('history.back()');
  else await page.locator(click).first().click();
  return wait.evaluate((waited) => waited.tookMs);
}

/** What `probe.mjs` gives. */
interface InPage {
  benchProbe(selector: string, least: number): { tookMs: Promise<number> };
}

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { inTurn } from '../in-turn.js';
import type { Measurement } from '../measurement.js';
import type { BenchOptions } from '../run-bench.js';
import type { DashboardBed } from './dashboard-bed.js';
import { jobId } from './made-up-fleet.js';

const assets = fileURLToPath(new URL('../../dist/dashboard/assets/', import.meta.url));
const loaded = ['page.js', 'page.css', 'look.css'];
const bytesOverS = 20;

/** What is sent to a page, and when it begins to show something. */
export async function sizes(bed: DashboardBed, { repeats }: BenchOptions): Promise<Measurement[]> {
  const zipped = loaded.reduce((sum, name) => sum + gzipSync(readFileSync(`${assets}${name}`)).length, 0);
  const rate = async (path: string, shown: string) => {
    const page = await bed.open(path, shown);
    await sleep(5000);
    const session = await page.context().newCDPSession(page);
    let bytes = 0;
    session.on('Network.dataReceived', ({ dataLength }) => (bytes += dataLength));
    await session.send('Network.enable');
    await sleep(bytesOverS * 1000);
    await page.close();
    return bytes / bytesOverS / 1000;
  };
  const perS = (what: string, ours: number): Measurement => ({
    what,
    unit: 'kB/s',
    ours: [ours],
    note: sent,
  });
  const { first } = await inTurn(repeats, { first: () => firstContentMs(bed) });
  return [
    {
      what: 'script and styles, gzipped',
      unit: 'kB',
      ours: [zipped / 1000],
      target: { of: 'value', atMost: 150 },
    },
    perS('sent to the page: fleet', await rate('/fleet', '.tile')),
    perS(
      'sent to the page: job of 10,000 tasks',
      await rate(`/jobs/${jobId(0)}`, '[aria-label=Tasks] tbody tr'),
    ),
    { what: 'until the first content', unit: 'ms', ours: first, note: painted },
  ];
}

const sent = `Of answers and of the stream of changes, over ${bytesOverS} s, not compressed.`;
const painted = 'First contentful paint after the navigation to /fleet, over loopback, without a cache.';

async function firstContentMs(bed: DashboardBed): Promise<number> {
  const page = await bed.open('/fleet', '.tile');
  const ms = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  );
  await page.close();
  return ms;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Measurement } from '../measurement.js';
import { type BenchOptions, say } from '../run-bench.js';
import type { DashboardBed } from './dashboard-bed.js';
import { jobId } from './made-up-fleet.js';

const targetPercent = 5;
const pageNote =
  'Of one core: user and system time of the renderer processes (/proc/<pid>/stat), while the load of 100 members changes each second and 10 tasks end in each. The process that paints is not in it.';
const serverNote =
  'Of one core, as above. The server asks a fleet that is made up in its own process; what the answers of real members cost is not in it.';

/** What it costs to keep a view open, in the page and in the server. */
export async function cpu(bed: DashboardBed, { sizes }: BenchOptions): Promise<Measurement[]> {
  const seconds = sizes.seconds ?? 60;
  const of = async (what: string, open: () => Promise<Page | null>) => {
    const page = await open();
    // What opening costs is not meant.
    await sleep(5000);
    const [pageBefore, serverBefore, startedMs] = [await bed.pageCpuS(), bed.serverCpuS(), performance.now()];
    await sleep(seconds * 1000);
    const tookS = (performance.now() - startedMs) / 1000;
    const used = {
      page: (100 * ((await bed.pageCpuS()) - pageBefore)) / tookS,
      server: (100 * (bed.serverCpuS() - serverBefore)) / tookS,
    };
    say(`   ${what}: page ${used.page.toFixed(2)} %, server ${used.server.toFixed(2)} %`);
    await page?.close();
    return used;
  };
  const idle = await of('no page', () => Promise.resolve(null));
  const map = await of('map', () => bed.open('/fleet', '.tile'));
  const table = await of('table', () => bed.open('/fleet?as=table', 'tbody tr'));
  const plain = await of('plain table', () => bed.openPlain());
  const job = await of('job', () => bed.open(`/jobs/${jobId(0)}`, '[aria-label=Tasks] tbody tr'));
  const row = (what: string, value: number, note: string, peer?: number): Measurement => ({
    what,
    unit: '%',
    ours: [value],
    ...(peer !== undefined && { peer: { name: 'plain DOM, rebuilt whole', values: [peer] } }),
    target: { of: 'value', atMost: targetPercent },
    note,
  });
  return [
    row('CPU of the page: fleet as a map', map.page, pageNote),
    row('CPU of the page: fleet as a table', table.page, pageNote, plain.page),
    row('CPU of the page: job of 10,000 tasks', job.page, pageNote),
    row('CPU of the server: no page', idle.server, serverNote),
    row('CPU of the server: fleet as a map', map.server, serverNote),
    row('CPU of the server: fleet as a table', table.server, serverNote),
    row('CPU of the server: job of 10,000 tasks', job.server, serverNote),
  ];
}

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtDashboard, collab } from '../door.js';
import { MadeUpFleet } from './made-up-fleet.js';

/** A process of its own: the built dashboard with a fleet that is made up. It tells its parent a link, and ends with it. */
const { onlyUser, serveDashboard, views } = await builtDashboard();
const { apiListener, systemClock: clock } = collab;
const folder = mkdtempSync(join(tmpdir(), 'collab-bench-'));
const nowMs = () => clock.now().getTime();
const fleet = new MadeUpFleet(nowMs());

type Caller = Awaited<ReturnType<Parameters<typeof apiListener>[0]['enter']>>;
// What the calls of the page use.
const caller = {
  fleet: 'shelf',
  jobs: {
    list: () => Promise.resolve(fleet.jobs(nowMs())),
    show: (id: string) => Promise.resolve(fleet.jobs(nowMs()).find((job) => job.id === id)),
    page: (id: string, from: number, limit: number) => Promise.resolve(fleet.tasks(id, from, limit, nowMs())),
    printed(id: string, { task: number }: { task: number }) {
      const [task] = fleet.tasks(id, number, 1, nowMs());
      const about = { member: task?.member ?? '', outcome: 'completed', newest: 1, from: 0 };
      return Promise.resolve({
        task,
        attempt: 1,
        ...about,
        sizeBytes: losses.length,
        content: () => [losses],
      });
    },
    store: {
      files: {
        // eslint-disable-next-line @typescript-eslint/no-empty-function -- the tasks left no files
        async *list() {},
      },
    },
  },
} as unknown as Caller;

const lines = Array.from({ length: 50 }, (_, at) => `epoch ${at + 1} loss ${(2 / (at + 1)).toFixed(4)}`);
const losses = Buffer.from(`${lines.join('\n')}\n`);

const log = (line: string) => process.stderr.write(`${line}\n`);
const served = await serveDashboard(
  {
    fleet: 'shelf',
    members: () => Promise.resolve(fleet.status(nowMs())),
    store: () => Promise.resolve(fleet.status(nowMs())),
    workers: () => Promise.resolve(fleet.workers(nowMs())),
    jobs: () => Promise.resolve(fleet.jobs(nowMs())),
    submit: () => Promise.reject(new Error('nothing is submitted here')),
    api: apiListener({ enter: () => Promise.resolve(caller), log, version: '0.1.0' }),
    routes: [],
    views: views.filter((view) => view !== 'runs' && view !== 'devices'),
    folder,
    readOnly: false,
    secret: () => randomBytes(32).toString('base64url'),
    version: '0.1.0',
    clock,
    log,
  },
  {
    address: '127.0.0.1',
    port: 0,
    hosts: () => [],
    visitors: onlyUser('ann', randomBytes(32).toString('hex')),
    tls: null,
  },
);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('disconnect', () => process.exit(0));
process.send?.({ port: served.port, link: served.newLink('ann') });

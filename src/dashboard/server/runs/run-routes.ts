import { randomUUID } from 'node:crypto';
import {
  CollabError,
  compareMany,
  editLabels,
  ExitCode,
  type FoundRun,
  listRuns,
  LiveRun,
  Performance,
  runOverview,
  writeComparison,
  writeReport,
} from '../../../index.js';
import type { Route, RouteAnswer, RouteAsked } from '../routes.js';
import { followedRun } from './follow.js';
import { labelChanges } from './labels.js';
import { LiveView } from './live-view.js';
import { shownLogs } from './logs.js';
import { faultPage, MadePages } from './made-pages.js';
import type { DashboardRuns } from './part.js';
import { RunTable, stampOf } from './run-table.js';

/** The data of the pages below /runs, which are below /data/runs: the table, each run as it goes on, its report, logs and labels. */
export function runRoutes(runs: DashboardRuns): Route[] {
  const { logs, clock } = runs;
  const table = new RunTable(logs, clock, randomUUID());
  const pages = new MadePages(runs.folder);
  const ofRun = (
    method: Route['method'],
    path: string,
    answer: (run: FoundRun, asked: RouteAsked) => Promise<RouteAnswer>,
  ): Route => ({
    method,
    path: `/data/runs/:experiment/:id${path}`,
    answer: async (asked) => answer(await foundRun(logs, asked.part('experiment'), asked.part('id')), asked),
  });
  const comparison = async (names: readonly string[]) => {
    const found: FoundRun[] = [];
    for (const name of names) {
      const [experiment = '', ...rest] = name.split('/');
      found.push(await foundRun(logs, experiment, rest.join('/')));
    }
    const stamps = await Promise.all(found.map(({ folder }) => stampOf(folder)));
    const ids = found.map(nameOf);
    return pages.page(`compare ${ids.join(',')}`, stamps.join('\n\n'), async (folder) => {
      const performance = await runs.compared(ids);
      const { files } = await writeComparison(compareMany(performance), performance, folder);
      return files[0] ?? '';
    });
  };
  return [
    {
      method: 'GET',
      path: '/data/runs',
      answer: async (asked) => ({
        json: await table.since(asked.query('server'), Number(asked.query('version') ?? 0)),
      }),
    },
    {
      method: 'GET',
      path: '/data/comparison',
      answer: (asked) => pageOr(comparison((asked.query('runs') ?? '').split(',').filter(Boolean))),
    },
    ofRun('GET', '', async (run) => ({ json: await runOverview(run) })),
    ofRun('GET', '/live', async (run, { signal }) => {
      const live = new LiveRun(runs.powerMetrics);
      const seconds = await runs.trialSeconds(run.experiment);
      if (seconds !== null) live.expectTrials(seconds);
      return { events: followedRun(run.folder, new LiveView(runs.words, live), clock, signal) };
    }),
    ofRun('GET', '/report', async (run) =>
      pageOr(
        pages.page(nameOf(run), await stampOf(run.folder), async (folder) => {
          const performance = await Performance.open(run.folder);
          const { files } = await writeReport(performance, 'html', folder);
          return files[0] ?? '';
        }),
      ),
    ),
    ofRun('GET', '/logs', async ({ folder }, asked) => {
      const [trial, role] = [asked.query('trial'), asked.query('role')];
      const choice = { trials: trial ? [Number(trial)] : [], roles: role ? [role] : [] };
      return { json: await shownLogs(folder, choice) };
    }),
    ofRun('PUT', '/labels', async ({ folder }, asked) => {
      const labels = await editLabels(folder, labelChanges(await asked.json()));
      table.stale();
      return { json: labels };
    }),
    ofRun('POST', '/stop', async (run) => {
      await runs.stop(nameOf(run));
      table.stale();
      return { json: await runOverview(run) };
    }),
  ];
}

const nameOf = ({ experiment, runId }: FoundRun): string => `${experiment}/${runId}`;

/** A run of the workspace by its whole name: what is no name of one leads nowhere. @throws CollabError `no-such-run` */
async function foundRun(logs: string, experiment: string, runId: string): Promise<FoundRun> {
  const found = (await listRuns(logs)).find((run) => run.experiment === experiment && run.runId === runId);
  if (found !== undefined) return found;
  throw new CollabError('no-such-run', {
    what: `There is no run '${runId}' of the experiment '${experiment}'.`,
    why: 'It may have been removed.',
    next: 'Choose one of the list of runs.',
    exitCode: ExitCode.usage,
  });
}

async function pageOr(page: Promise<Uint8Array>): Promise<RouteAnswer> {
  try {
    return { page: await page };
  } catch (error) {
    return { page: faultPage(error) };
  }
}

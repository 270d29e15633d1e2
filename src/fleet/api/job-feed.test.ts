import { beforeEach, expect, it } from 'vitest';
import { jobOf } from '../../../tests/fixtures/asked-leader.js';
import { CollabError, ExitCode } from '../../errors.js';
import { systemClock } from '../../events.js';
import type { JobStatus } from '../jobs/index.js';
import type { SentEvent } from './endpoint.js';
import { JobFeed } from './job-feed.js';

const one = '20260101-000000-aaaaaa';
const two = '20260101-000001-bbbbbb';
const jobWith = (id: string, state: JobStatus['state']): JobStatus => ({
  ...jobOf(),
  id,
  state,
  ended_at: state === 'done' ? '2026-01-01T00:00:00.000Z' : null,
});

let jobs: JobStatus[] = [];
let fault: Error | null = null;
let asked = 0;
const clock = { ...systemClock, sleep: (_ms: number, signal?: AbortSignal) => systemClock.sleep(5, signal) };
let feed: JobFeed;
beforeEach(() => {
  [jobs, fault, asked] = [[jobWith(one, 'queued')], null, 0];
  feed = new JobFeed(
    () => {
      asked += 1;
      return fault === null ? Promise.resolve(jobs) : Promise.reject(fault);
    },
    clock,
    'here',
  );
});

const none = { after: null, only: null };
function follow(from: { after: string | null; only: string | null }) {
  const stop = new AbortController();
  const events = feed.follow(from, stop.signal);
  return {
    stop: () => stop.abort(),
    next: async (): Promise<SentEvent> => (await events.next()).value as SentEvent,
    end: async () => {
      stop.abort();
      await events.return(undefined);
    },
  };
}
const shown = ({ data }: SentEvent) => {
  const { id, state } = data as JobStatus;
  return [id, state];
};

it('tells the state of jobs that have not ended, then each change', async () => {
  jobs = [jobWith(two, 'done'), jobWith(one, 'queued')];
  const client = follow(none);
  expect(shown(await client.next())).toEqual([one, 'queued']);
  jobs = [jobWith(two, 'done'), jobWith(one, 'running')];
  expect(shown(await client.next())).toEqual([one, 'running']);
  jobs = [jobWith(two, 'done'), jobWith(one, 'done')];
  expect(shown(await client.next())).toEqual([one, 'done']);
  await client.end();
});

it('goes on after the last event that a client has, also of the time when nobody listened', async () => {
  const first = follow(none);
  const { id } = await first.next();
  await first.end();
  jobs = [jobWith(two, 'queued'), jobWith(one, 'done')];
  const second = follow({ after: id, only: null });
  expect(shown(await second.next())).toEqual([one, 'done']);
  expect(shown(await second.next())).toEqual([two, 'queued']);
  await second.end();
});

it('tells all jobs after an id that it does not know, because some may have ended', async () => {
  jobs = [jobWith(one, 'done')];
  for (const after of ['elsewhere-7', 'here-99', 'here-x']) {
    const client = follow({ after, only: null });
    expect(shown(await client.next()), after).toEqual([one, 'done']);
    await client.end();
  }
});

it('tells all of the first jobs again to a client that got only some of them', async () => {
  jobs = [jobWith(two, 'queued'), jobWith(one, 'queued')];
  const first = follow(none);
  const { id } = await first.next();
  await first.end();
  const second = follow({ after: id, only: null });
  expect([shown(await second.next()), shown(await second.next())]).toEqual([
    [one, 'queued'],
    [two, 'queued'],
  ]);
  await second.end();
});

it('tells of one job only, first how it is, even if it has ended', async () => {
  jobs = [jobWith(two, 'done'), jobWith(one, 'queued')];
  const client = follow({ after: null, only: two });
  expect(shown(await client.next())).toEqual([two, 'done']);
  const other = follow({ after: null, only: one });
  expect(shown(await other.next())).toEqual([one, 'queued']);
  await client.end();
  await other.end();
});

it('is silent while there is no leader, and asks nobody when nobody listens', async () => {
  const parts = { what: 'No answer.', next: '', exitCode: ExitCode.deviceUnreachable };
  fault = new CollabError('broker-no-answer', parts);
  const client = follow(none);
  const told = client.next();
  await expect.poll(() => asked).toBeGreaterThan(3);
  fault = null;
  expect(shown(await told)).toEqual([one, 'queued']);
  await client.end();
  const before = asked;
  await systemClock.sleep(50);
  expect(asked).toBeLessThanOrEqual(before + 1);
});

it('ends for a user who is one no longer', async () => {
  const client = follow(none);
  await client.next();
  fault = new CollabError('store-refused', { what: 'No.', next: '', exitCode: ExitCode.deviceUnreachable });
  await expect(client.next()).rejects.toMatchObject({ name: 'store-refused' });
});

it('ends quietly when the client is gone', async () => {
  const client = follow(none);
  await client.next();
  const waiting = client.next();
  client.stop();
  expect(await waiting).toBeUndefined();
});

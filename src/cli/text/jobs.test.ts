import { expect, test } from 'vitest';
import type { JobStatus, TaskStatus } from '../../index.js';
import { areEnough, assignmentsText, changedText, countsText, endedText, jobsText } from './jobs.js';
import { jobText, submittedText, tasksToShow } from './jobs.js';

const none = { queued: 0, running: 0, done: 0, failed: 0, cancelled: 0 };
const job: JobStatus = {
  id: '20261202-093000-k3x9q0',
  owner: 'ann',
  submitted_at: '2026-12-02T09:30:00.000Z',
  folder: 'jobs/20261202-093000-k3x9q0',
  cancelled_at: null,
  retries: 0,
  ended_at: null,
  name: 'fit',
  command: ['sh', './run.sh', '{rate}'],
  pool: ['gpu'],
  base: null,
  notify: null,
  notice: null,
  tasks: 3,
  state: 'running',
  counts: { ...none, done: 1, failed: 1, running: 1 },
  waits_for: null,
  service: null,
  inference: null,
};
const end = {
  attempt: 3,
  member: 'm1',
  outcome: 'failed' as const,
  code: 1,
  reason: 'It ended with exit code 1.\nmore',
  last_lines: '',
  assigned_at: '2026-12-02T09:30:01.000Z',
  ended_at: '2026-12-02T09:30:02.000Z',
};
const taskOf = (task: number, more: Partial<TaskStatus> = {}): TaskStatus => ({
  task,
  state: 'queued',
  parameters: { rate: 0.1 },
  attempt: null,
  member: null,
  assigned_at: null,
  started_at: null,
  ends: [],
  ...more,
});
const nameOf = (id: string) => (id === 'm1' ? 'nano1' : id);

test('counts leave out what is not there', () => {
  expect(countsText(job.counts)).toBe('1 done, 1 failed, 1 running');
});

test('jobs', () => {
  expect(jobsText([job])).toBe(
    'JOB                     NAME  OWNER  STATE    TASKS\n' +
      '20261202-093000-k3x9q0  fit   ann    running      3  1 done, 1 failed, 1 running',
  );
  expect(jobsText([])).toContain('collab job submit');
});

test('a job with its tasks', () => {
  const tasks = [
    taskOf(1, { state: 'failed', ends: [end] }),
    taskOf(0, { state: 'running', attempt: 1, member: 'm2' }),
  ];
  expect(jobText({ ...job, waits_for: 'no worker has the tag gpu' }, tasks, nameOf)).toBe(
    [
      'fit (20261202-093000-k3x9q0) of ann: running',
      '  1 done, 1 failed, 1 running; submitted 2026-12-02 09:30:00 UTC',
      '  sh ./run.sh {rate}',
      '  on workers with gpu',
      '  waits: no worker has the tag gpu',
      '',
      'TASK  STATE    ATTEMPT  DEVICE  PARAMETERS',
      '   1  failed         3  nano1   rate=0.1    It ended with exit code 1.',
      '   0  running        1  m2      rate=0.1',
      'and 1 more; --json lists all',
    ].join('\n'),
  );
});

test('of many tasks, those that failed or run are shown', () => {
  const tasks = Array.from({ length: 99 }, (_, task) => taskOf(task, task === 98 ? { state: 'failed' } : {}));
  expect(areEnough(tasks.slice(0, 60), { ...none, failed: 1 })).toBe(false);
  expect(areEnough(tasks, { ...none, failed: 1 })).toBe(true);
  const shown = tasksToShow(tasks).map(({ task }) => task);
  expect(shown).toHaveLength(50);
  expect(shown.slice(0, 2)).toEqual([98, 0]);
});

test('assignments', () => {
  const holds = [
    { job: job.id, task: 0, attempt: 1 },
    { job: job.id, task: 4, attempt: 2 },
  ];
  const worker = {
    member: 'm1',
    slots: 2,
    replica_slots: 8,
    tags: ['gpu', 'arm64'],
    runs: 'process' as const,
    bases: [],
    capabilities: null,
    holds,
    drained: false,
    silent_ms: 340,
  };
  expect(assignmentsText([worker], nameOf)).toBe(
    'DEVICE  SLOTS  TAGS       HEARD OF   RUNS\n' +
      `nano1       2  gpu,arm64  0.3 s ago  ${job.id} task 0, ${job.id} task 4 (attempt 2)`,
  );
  const [first, ...others] = worker.holds;
  const waits = { ...worker, holds: [{ ...first, since: null }, ...others] };
  expect(assignmentsText([waits as typeof worker], nameOf)).toContain(`${job.id} task 0 (waits), `);
  expect(assignmentsText([], nameOf)).toContain('No worker');
});

test('what is said after a submit, at the end, and after a change', () => {
  expect(submittedText(job).split('\n')[0]).toBe(job.id);
  expect(submittedText(job)).toContain(`collab job show ${job.id}`);
  expect(endedText({ ...job, counts: { ...none, done: 3 } })).toContain('has ended: 3 done of 3 tasks');
  expect(changedText('tried again', 1, job)).toBe(`1 task of fit (${job.id}) is tried again.`);
  expect(changedText('cancelled', 2, job)).toContain('2 tasks of fit');
});

test('whether its end was told', () => {
  const notice = {
    state: 'trying' as const,
    tries: 2,
    tried_at: '2026-12-02T09:31:00.000Z',
    reason: 'HTTP 500',
  };
  const linesOf = (more: Partial<JobStatus>) =>
    jobText({ ...job, notify: 'https://a.example', ...more }, [], nameOf);
  expect(linesOf({})).toContain('tells https://a.example when it has ended');
  expect(linesOf({ notice })).toContain(
    'did not tell https://a.example in 2 tries: HTTP 500; it is tried again',
  );
  expect(linesOf({ notice: { ...notice, state: 'given up' } })).toContain('HTTP 500; given up');
  const told = { ...notice, state: 'told' as const, tries: 1, reason: null };
  expect(linesOf({ notice: told })).toContain(
    'told https://a.example at 2026-12-02 09:31:00 UTC, after 1 try',
  );
  expect(jobText(job, [], nameOf)).not.toContain('tell');
});

test('a service says how many replicas are ready, and where it is reached', () => {
  const members = [
    { member: 'm2', address: '10.0.0.2', port: null, fault: 'listen EADDRINUSE' },
    { member: 'm1', address: '10.0.0.1', port: 8080, fault: null },
  ];
  const service = { ...job, service: { port: 8080, ready: 2, members } };
  const text = jobText(service, [], (id) => id);
  expect(text).toContain('\n  2 of 3 replicas are ready\n  reached through m1: 10.0.0.1:8080\n');
  expect(text).toContain('  not reached through m2: listen EADDRINUSE');
  expect(jobsText([service])).toContain('2 of 3 replicas are ready');
  expect(jobText({ ...service, ended_at: service.submitted_at }, [], (id) => id)).not.toContain('replicas');
  expect(submittedText(service)).toContain(`collab job cancel ${job.id}`);
});

import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AskedLeader, id, jobOf, member, refuse, taskOf } from '../../../tests/fixtures/asked-leader.js';
import { systemClock } from '../../events.js';
import type { JobsQuestion } from '../jobs/index.js';
import type { Endpoint } from './endpoint.js';
import { endpoints, type EndpointName } from './endpoints.js';
import type { Listening } from './listen.js';
import { fault as faultSchema } from './schemas.js';
import { serveWorkspace } from './serve-workspace.js';

const token = `collab_${'t'.repeat(43)}`;
const definition = { name: 'fit', command: ['true'], tasks: { kind: 'count', count: 1 } };
const worker = { member, slots: 2, tags: ['gpu', 'arm64'], holds: [], silent_ms: 5 };

let leader: AskedLeader;
let listening: Listening;
let log: string[];
beforeEach(async () => {
  leader = await AskedLeader.make();
  log = [];
  leader.answer = answerOf;
  const logsFolder = await mkdtemp(join(tmpdir(), 'collab-api-'));
  await mkdir(join(logsFolder, 'hello/20260101-000000-abcd'), { recursive: true });
  await writeFile(join(logsFolder, 'hello/20260101-000000-abcd/run.json'), '{"format":');
  listening = await serveWorkspace(
    {
      fleet: 'test',
      jobs: leader.jobs,
      members: () =>
        Promise.resolve([
          {
            id: member,
            name: 'nano1',
            state: 'alive',
            stateS: 1,
            heardS: 1,
            address: '10.0.0.1:7946',
            httpPort: 7947,
            tags: ['gpu'],
            architecture: 'arm64',
            cores: 4,
            memoryBytes: 4e9,
            accelerator: 'cuda',
            version: '0.1.0',
            keeper: true,
            brokerPort: 4222,
          },
        ]),
      acts: { leave: () => Promise.resolve(), join: () => Promise.resolve(0) },
      logsFolder,
      token,
      version: '0.1.0',
      clock: systemClock,
      random: () => 0.123456789,
      log: (line) => log.push(line),
    },
    { address: '127.0.0.1', port: 0 },
  );
});
afterEach(() => listening[Symbol.asyncDispose]());

function answerOf(question: JobsQuestion): object {
  switch (question.kind) {
    case 'list':
      return { kind: 'jobs', jobs: [jobOf()] };
    case 'tasks':
      return { kind: 'tasks', tasks: [taskOf(question.from)], total: 1 };
    case 'workers':
      return { kind: 'workers', workers: [worker] };
    case 'show':
      return { kind: 'job', job: jobOf() };
    default:
      return { kind: 'changed', job: jobOf(), tasks: 1 };
  }
}

const auth = { authorization: `Bearer ${token}` };
type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };
const call = (path: string, init: Init = {}) =>
  fetch(`http://127.0.0.1:${listening.port}${path}`, { ...init, headers: { ...auth, ...init.headers } });
const json = (body: unknown): Init => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});
async function refusal(path: string, init: Init = {}): Promise<[number, string]> {
  const answer = await call(path, init);
  const { name, ...fault } = faultSchema.parse(await answer.json());
  expect(JSON.stringify(fault)).not.toMatch(/\bat .*\.ts:\d/);
  return [answer.status, name];
}

const put = (name: string, text: string, more: Init = {}) =>
  call(`/v1/files/${name}`, { method: 'PUT', body: text, ...more });

const calls: readonly [EndpointName, string, Init][] = [
  ['listMembers', '/v1/members', {}],
  ['listWorkers', '/v1/workers', {}],
  ['listPools', '/v1/pools', {}],
  ['newJobId', '/v1/job-ids', { method: 'POST' }],
  ['submitJob', '/v1/jobs', json({ definition })],
  ['listJobs', '/v1/jobs?state=queued&limit=5', {}],
  ['getJob', `/v1/jobs/${id}`, {}],
  ['listTasks', `/v1/jobs/${id}/tasks?from=0&limit=10`, {}],
  ['cancelJob', `/v1/jobs/${id}/cancel`, { method: 'POST' }],
  ['retryJob', `/v1/jobs/${id}/retry`, { method: 'POST' }],
  ['putFile', '/v1/files/a/b.txt?mode=755', { method: 'PUT', body: 'text' }],
  ['listFiles', '/v1/files?pattern=there', {}],
  ['listVersions', '/v1/versions/there', {}],
  ['deleteFile', '/v1/files/there', { method: 'DELETE' }],
  ['listRuns', '/v1/runs', {}],
];

it.each(calls)('%s answers as the specification says', async (name, path, init) => {
  await put('there', 'content');
  const answer = await call(path, init);
  const { status, answer: schema }: Endpoint = endpoints[name];
  const body: unknown = await answer.json();
  expect(answer.status, JSON.stringify(body)).toBe(status);
  expect(schema?.safeParse(body).error).toBeUndefined();
});

it('gives a file back as it was put, with its hash and version', async () => {
  await put('deep/weights.bin', 'one');
  const second = (await (await put('deep/weights.bin', 'two', {})).json()) as { version: number };
  expect(second.version).toBe(2);
  const newest = await call('/v1/files/deep%2Fweights.bin');
  expect(await newest.text()).toBe('two');
  expect(newest.headers.get('x-content-sha256')).toBe(createHash('sha256').update('two').digest('hex'));
  expect(newest.headers.get('content-length')).toBe('3');
  expect(await (await call('/v1/files/deep/weights.bin?version=1')).text()).toBe('one');
});

it('puts nothing when the content has another hash, or is cut off', async () => {
  const wrong = { headers: { 'x-content-sha256': '0'.repeat(64) } };
  expect(await refusal('/v1/files/x', { method: 'PUT', body: 'text', ...wrong })).toEqual([
    400,
    'api-other-hash',
  ]);
  await new Promise<void>((resolve) => {
    const cut = request({
      port: listening.port,
      path: '/v1/files/y',
      method: 'PUT',
      headers: { ...auth, 'content-length': 100 },
    });
    cut.on('error', () => resolve());
    cut.write('only this', () => setTimeout(() => cut.destroy(), 50));
  });
  const { files } = (await (await call('/v1/files')).json()) as { files: object[] };
  expect(files).toEqual([]);
});

it('submits with the files that were put, and again with the same id', async () => {
  const { id: own, folder } = (await (await call('/v1/job-ids', { method: 'POST' })).json()) as {
    id: string;
    folder: string;
  };
  await put(`${folder}/run.sh`, 'true\n');
  for (const time of ['first', 'second']) {
    expect((await call('/v1/jobs', json({ id: own, definition }))).status, time).toBe(201);
    expect(leader.asked.at(-1)).toMatchObject({ kind: 'submit', id: own, definition });
  }
  expect(await leader.namesIn('jobs')).toEqual([`${folder}/run.sh`]);
});

it('gives a job without files an empty folder, which workers fetch', async () => {
  await call('/v1/jobs', json({ definition }));
  expect(await leader.namesIn('jobs')).toEqual([`jobs/${id}/files`]);
});

it('gives the standard output of a task that has ended, whole and from a byte on', async () => {
  expect(await refusalAs({ state: 'queued', ends: [] })).toEqual([409, 'api-not-ended']);
  await leader.putLog('1', 'the output\n');
  leader.answer = answerOf;
  const answer = await call(`/v1/jobs/${id}/tasks/0/stdout`);
  expect(await answer.text()).toBe('the output\n');
  const headers = ['x-state', 'x-attempt', 'x-outcome', 'x-newest-attempt', 'x-from', 'x-size'];
  expect(headers.map((name) => answer.headers.get(name))).toEqual(['done', '1', 'done', '1', '0', '11']);
  const end = await call(`/v1/jobs/${id}/tasks/0/stdout?attempt=1&from=-7&limit=6`);
  expect(await end.text()).toBe('output');
  expect(end.headers.get('x-from')).toBe('4');
  expect(await (await call(`/v1/jobs/${id}/tasks/0/stderr`)).text()).toBe('');

  function refusalAs(task: Parameters<typeof taskOf>[1]) {
    leader.answer = (question) =>
      question.kind === 'tasks' ? { kind: 'tasks', tasks: [taskOf(0, task)], total: 1 } : answerOf(question);
    return refusal(`/v1/jobs/${id}/tasks/0/stdout`);
  }
});

it('lets nobody in without the token', async () => {
  const url = `http://127.0.0.1:${listening.port}/v1/jobs`;
  for (const authorization of ['', 'Bearer ', 'Bearer collab_no', `Basic ${token}`, `Bearer ${token}x`]) {
    const answer = await fetch(url, { headers: { authorization } });
    expect(answer.status, authorization).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.text()).not.toContain(token);
  }
  expect(leader.asked).toEqual([]);
  expect((await fetch(`http://127.0.0.1:${listening.port}/v1/openapi.json`)).status).toBe(200);
});

it.each([
  ['/v1/none', {}, 404, 'api-unknown-path'],
  ['/v1/jobs', { method: 'PUT' }, 405, 'api-wrong-method'],
  ['/v1/jobs?limit=0', {}, 400, 'api-bad-request'],
  ['/v1/jobs?what=1', {}, 400, 'api-bad-request'],
  ['/v1/jobs?limit=1&limit=2', {}, 400, 'api-bad-request'],
  ['/v1/jobs', { method: 'POST', body: '{}' }, 415, 'api-not-json'],
  ['/v1/jobs', json({ definition: { ...definition, more: 1 } }), 400, 'api-bad-request'],
  ['/v1/jobs', json({ definition, id: 'mine' }), 400, 'api-bad-request'],
  ['/v1/jobs', { ...json({}), body: '{' }, 400, 'api-bad-request'],
  ['/v1/jobs', json({ definition: { ...definition, name: 'x'.repeat(4_000_001) } }), 413, 'api-too-large'],
  ['/v1/files/none', {}, 404, 'store-no-file'],
  ['/v1/files/a/../b', { method: 'PUT', body: '' }, 404, 'store-no-file'],
  ['/v1/files/a%2F..%2Fb', { method: 'PUT', body: '' }, 400, 'store-bad-name'],
  [`/v1/jobs/${id}/tasks/7/stdout`, {}, 404, 'job-no-task'],
  ['/v1/runs/none', {}, 404, 'no-such-run'],
  [`/v1/runs/${encodeURIComponent('/tmp')}`, {}, 404, 'no-such-run'],
] as [string, Init, number, string][])('%s %o is refused with %i', async (path, init, status, name) => {
  // fetch resolves `..` itself, so that this one asks for another file.
  if (path.includes('/../')) {
    expect(await refusal('/v1/files/b')).toEqual([status, name]);
    return;
  }
  expect(await refusal(path, init)).toEqual([status, name]);
});

it.each([
  ['job-not-yours', 403],
  ['job-ended', 409],
  ['job-unknown', 404],
  ['jobs-not-read', 503],
])('a refusal of the leader, %s, is %i', async (name, status) => {
  leader.answer = (question) => (question.kind === 'cancel' ? refuse(name, 'no') : answerOf(question));
  const answer = await call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
  expect([answer.status, ((await answer.json()) as { name: string }).name]).toEqual([status, name]);
  expect(answer.headers.get('retry-after')).toBe(status === 503 ? '5' : null);
});

it('says nothing of a fault of its own but that there was one', async () => {
  const own = leader.jobs;
  Object.assign(own, { list: () => Promise.reject(new Error('/home/ann/secret')) });
  const answer = await call('/v1/jobs');
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('secret');
  expect(log).toEqual(['GET /v1/jobs: /home/ann/secret']);
});

async function firstEvent({ body }: Response): Promise<string> {
  let text = '';
  for await (const piece of body as unknown as AsyncIterable<Uint8Array>)
    if ((text += Buffer.from(piece).toString()).includes('data: ')) break;
  return text;
}

it('sends events with ids', async () => {
  const stop = new AbortController();
  const answer = await call(`/v1/events?job=${id}`, { signal: stop.signal });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const text = await firstEvent(answer);
  expect(text).toMatch(/^retry: 5000\n\nid: \w+-1\nevent: job\ndata: \{.*\}\n\n$/s);
});

it('sends all jobs to a client that was away and shows an id of another server', async () => {
  const ended = jobOf({ state: 'done', ended_at: '2026-11-21T12:54:01.000Z' });
  leader.answer = (question) =>
    question.kind === 'list' ? { kind: 'jobs', jobs: [ended] } : answerOf(question);
  const answer = await call('/v1/events', { headers: { 'last-event-id': 'elsewhere-7' } });
  const text = await firstEvent(answer);
  expect(text).toContain('"state":"done"');
});

it('listens on loopback only', async () => {
  const never = () => Promise.reject(new Error('no'));
  for (const address of ['0.0.0.0', '::', '192.168.1.1', 'example.org'])
    await expect(
      serveWorkspace(
        {
          fleet: 'test',
          jobs: leader.jobs,
          members: never,
          acts: { leave: never, join: never },
          logsFolder: '/nowhere',
          token,
          version: '',
          clock: systemClock,
          random: () => 0.5,
          log: () => undefined,
        },
        { address, port: 0 },
      ),
    ).rejects.toMatchObject({ name: 'api-not-loopback', exitCode: 2 });
});

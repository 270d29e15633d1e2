import { type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { localMembers, localPid } from '../local-fleet.js';
import { TestWorkspace } from '../workspace.js';

/** The API on a fleet of three processes on this machine: `collab api`, the keepers', and a client that a tool generates. */
const workspace = TestWorkspace.make();
const guest = new TestWorkspace();
const at = (...path: string[]) => join(workspace.folder, ...path);
const within = { timeout: 60_000, interval: 300 };

interface Job {
  id: string;
  name: string;
  owner: string;
  state: string;
}
interface Refusal {
  name: string;
  what: string;
  why: string | null;
  next: string;
}
interface Answered<T> {
  data?: T;
  error?: Refusal;
  response: Response;
}
/** What the test uses of the generated client. */
interface Client {
  newJobId(): Promise<Answered<{ id: string; folder: string }>>;
  putFile(call: object): Promise<Answered<{ version: number; sha256: string }>>;
  getFile(call: object): Promise<Answered<Blob>>;
  submitJob(call: object): Promise<Answered<Job>>;
  getJob(call: object): Promise<Answered<Job>>;
  listTasks(call: object): Promise<Answered<{ tasks: { state: string }[]; next: number | null }>>;
  listMembers(): Promise<Answered<{ members: { name: string; state: string; keeper: boolean }[] }>>;
  listWorkers(): Promise<Answered<{ workers: { name: string }[] }>>;
  listRuns(): Promise<Answered<{ runs: object[] }>>;
  getStdout(call: object): Promise<Answered<string>>;
  followEvents(call: object): Promise<{ stream: AsyncIterable<Job> }>;
  setConfig(config: object): void;
}

let client: Client;
let served: { address: string; token: string; token_file: string };
let serving: ChildProcess | undefined;
const auth = () => ({ authorization: `Bearer ${served.token}` });

/** Starts `collab api` and waits until it listens. */
async function serve(): Promise<void> {
  serving = workspace.start('api', '--local', '--port', '0', '--json');
  let text = '';
  serving.stdout?.on('data', (piece: Buffer) => (text += piece.toString()));
  await vi.waitUntil(() => text.includes('\n'), within);
  served = JSON.parse(text.split('\n')[0] ?? '') as typeof served;
}

/** Lets the tool generate a client from what `collab api --spec` prints. */
async function generated(): Promise<Client> {
  const { stdout } = await workspace.collab('api', '--spec');
  writeFileSync(at('openapi.json'), stdout);
  await createClient({
    input: at('openapi.json'),
    output: at('client'),
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent' },
  });
  writeFileSync(
    at('client/all.ts'),
    "export * from './sdk.gen';\nimport { client } from './client.gen';\nexport const setConfig = client.setConfig;\n",
  );
  const outfile = at('client.mjs');
  await build({ entryPoints: [at('client/all.ts')], outfile, bundle: true, format: 'esm', platform: 'node' });
  return (await import(pathToFileURL(outfile).href)) as Client;
}

beforeAll(async () => {
  writeFileSync(at('fleet.yaml'), 'profile: fast\napi: true\n');
  const up = await workspace.collab('fleet', 'up', '--local');
  expect(up.code, up.stderr).toBe(0);
  client = await generated();
  await serve();
  client.setConfig({ baseUrl: served.address, auth: served.token });
  await vi.waitUntil(async () => (await client.listWorkers()).data?.workers.length === 3, within);
}, 600_000);
afterAll(async () => {
  serving?.kill('SIGKILL');
  await workspace.collab('fleet', 'down', '--local', '--purge');
});

it('a generated client submits a job with files, follows it, and reads its output', async () => {
  const { data: made } = await client.newJobId();
  const { id = '', folder = '' } = made ?? {};
  const put = await client.putFile({
    path: { name: `${folder}/deep/data.txt` },
    body: 'from the API\n',
  });
  expect(put.response.status, JSON.stringify(put.error)).toBe(201);
  const definition = { name: 'read', command: ['cat', 'deep/data.txt'], tasks: { kind: 'count', count: 1 } };
  const submitted = await client.submitJob({ body: { id, definition } });
  expect(submitted.data, JSON.stringify(submitted.error)).toMatchObject({ id, name: 'read' });

  const states: string[] = [];
  const stop = new AbortController();
  const { stream } = await client.followEvents({ query: { job: id }, signal: stop.signal });
  for await (const job of stream) {
    expect(job.id).toBe(id);
    states.push(job.state);
    if (['done', 'failed', 'cancelled'].includes(job.state)) break;
  }
  stop.abort();
  expect(states.at(-1)).toBe('done');
  const output = await client.getStdout({ path: { job: id, task: 0 }, parseAs: 'text' });
  expect(output.data).toBe('from the API\n');
  const { data: page } = await client.listTasks({ path: { job: 'read' }, query: { limit: 1 } });
  expect(page).toMatchObject({ tasks: [{ state: 'done' }], next: null });
  // The command line sees the same job.
  expect((await workspace.collab('job', 'logs', 'read', '--local')).stdout).toBe('from the API\n');
});

it('a job needs no files, and refusals are what the specification says', async () => {
  const definition = { name: 'bare', command: ['echo', 'bare'], tasks: { kind: 'count', count: 1 } };
  const { data } = await client.submitJob({ body: { definition } });
  const job = data?.id ?? '';
  await expect.poll(async () => (await client.getJob({ path: { job } })).data?.state, within).toBe('done');
  expect((await client.getStdout({ path: { job, task: 0 }, parseAs: 'text' })).data).toBe('bare\n');
  const none = await client.getJob({ path: { job: 'none' } });
  expect(none.response.status).toBe(404);
  expect(none.error).toMatchObject({ name: 'job-unknown' });
  const other = { ...definition, command: ['false'] };
  const again = await client.submitJob({ body: { id: job, definition: other } });
  expect([again.response.status, again.error?.name]).toEqual([409, 'job-exists']);
});

it('a large file goes in and out whole', async () => {
  const content = randomBytes(40_000_000);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const put = await client.putFile({
    path: { name: 'large.bin' },
    body: new Blob([content]),
    headers: { 'x-content-sha256': sha256 },
  });
  expect(put.data, JSON.stringify(put.error)).toMatchObject({ version: 1, sha256 });
  const got = await client.getFile({ path: { name: 'large.bin' }, parseAs: 'blob' });
  const bytes = Buffer.from((await got.data?.arrayBuffer()) ?? new ArrayBuffer());
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
});

it('shows members and runs, and lets nobody in without the token', async () => {
  const { data } = await client.listMembers();
  expect(data?.members.map(({ name, state }) => [name, state])).toEqual([
    ['m1', 'alive'],
    ['m2', 'alive'],
    ['m3', 'alive'],
  ]);
  expect((await client.listRuns()).data?.runs).toEqual([]);
  expect(statSync(served.token_file).mode & 0o777).toBe(0o600);
  for (const headers of [{}, { authorization: 'Bearer wrong' }])
    expect((await fetch(`${served.address}/v1/jobs`, { headers })).status).toBe(401);
});

it.each([
  [['api', '--local', '--address', '0.0.0.0'], 'does not listen on 0.0.0.0'],
  [['api', '--fleet', 'none'], 'fleet'],
  [['api', 'token', '--local', '--days', '0'], 'cannot be valid for 0 days'],
])('%j is refused with what to do', async (words, said) => {
  const { code, stderr } = await workspace.collab(...words);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
  expect(stderr).toContain('next:');
});

interface Keeper {
  token: string;
  addresses: string[];
}
/** Asks a keeper over TLS, with the fleet's authority and the keeper's own name. */
function ask(
  { token }: { token: string },
  place: string,
  method: string,
  path: string,
  body?: object | string,
): Promise<{ status: number; text: string }> {
  const [servername = '', where = ''] = place.split('=');
  const [host, port] = where.split(':');
  const ca = readFileSync(at('.collab/fleets/local/ca.pem'), 'utf8');
  const isJson = typeof body === 'object';
  const headers = {
    authorization: `Bearer ${token}`,
    ...(isJson && { 'content-type': 'application/json' }),
  };
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, path, method, ca, servername, headers }, (answer) => {
      let text = '';
      answer.on('data', (piece: Buffer) => (text += piece.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(isJson ? JSON.stringify(body) : body);
  });
}

const nameIn = (text: string) => (JSON.parse(text) as Refusal).name;
const sleeping = (name: string) => ({
  definition: { name, command: ['sleep', '600'], tasks: { kind: 'count', count: 1 } },
});

it('each keeper serves it over TLS, to a user as that user', async () => {
  mkdirSync(join(guest.folder, 'TestCases'), { recursive: true });
  const owner = await workspace.result<Keeper>('api', 'token', '--local');
  expect(owner.addresses).toHaveLength(3);
  const [first = '', second = ''] = owner.addresses;
  await workspace.result('fleet', 'user', 'add', 'ben', '--out', 'ben.json', '--local');
  expect((await guest.collab('fleet', 'user', 'use', at('ben.json'))).code).toBe(0);
  const ben = await guest.result<Keeper>('api', 'token', '--days', '1');
  const as = (who: Keeper, method: string, path: string, body?: object | string) =>
    ask(who, first, method, `/v1${path}`, body);

  const members = JSON.parse((await as(owner, 'GET', '/members')).text) as { members: { name: string }[] };
  expect(members.members.map(({ name }) => name)).toEqual(['m1', 'm2', 'm3']);
  expect(nameIn((await as(owner, 'GET', '/runs')).text)).toBe('api-no-runs');

  // What one user puts and submits through one keeper is there through another one, and is not the other user's.
  expect((await as(owner, 'PUT', '/files/private/plan.txt', 'secret\n')).status).toBe(201);
  expect((await as(owner, 'PUT', '/files/shared.txt', 'for all\n')).status).toBe(201);
  expect((await ask(owner, second, 'GET', '/v1/files/private/plan.txt')).text).toBe('secret\n');
  await expect.poll(async () => (await as(ben, 'GET', '/files/shared.txt')).text, within).toBe('for all\n');
  expect(nameIn((await as(ben, 'GET', '/files/private/plan.txt')).text)).toBe('store-no-file');
  expect((await as(ben, 'DELETE', '/files/shared.txt')).status).toBe(403);
  const listed = JSON.parse((await as(ben, 'GET', '/files')).text) as { files: { name: string }[] };
  expect(listed.files.map(({ name }) => name)).not.toContain('private/plan.txt');

  const { id } = JSON.parse((await as(owner, 'POST', '/jobs', sleeping('long'))).text) as Job;
  await expect
    .poll(async () => (JSON.parse((await as(ben, 'GET', `/jobs/${id}`)).text) as Job).state, within)
    .toBe('running');
  const refused = await as(ben, 'POST', `/jobs/${id}/cancel`);
  expect([refused.status, nameIn(refused.text)]).toEqual([403, 'job-not-yours']);
  expect((await as(ben, 'GET', '/jobs/read/tasks/0/stdout')).status).toBe(403);
  const readId = (JSON.parse((await as(ben, 'GET', '/jobs/read')).text) as Job).id;
  const file = await as(ben, 'GET', `/files/jobs/${readId}/files/deep/data.txt`);
  expect([file.status, nameIn(file.text)]).toEqual([404, 'store-no-file']);
  // Under the id of another's job, a user's own files are others, and the job cannot be taken over.
  expect((await as(ben, 'PUT', `/files/jobs/${readId}/files/deep/data.txt`, 'mine\n')).status).toBe(201);
  expect((await as(owner, 'GET', `/files/jobs/${readId}/files/deep/data.txt`)).text).toBe('from the API\n');
  expect((await as(ben, 'POST', '/jobs', { id: readId, ...sleeping('theirs') })).status).toBe(409);
  expect((await as(owner, 'POST', `/jobs/${id}/cancel`)).status).toBe(200);

  // A token of a removed user, of another name, or changed by a letter is none.
  for (const token of ['', ben.token.slice(0, -1), `${owner.token.slice(0, -4)}AAAA`, served.token])
    expect((await ask({ token }, first, 'GET', '/v1/jobs')).status).toBe(401);
  await workspace.result('fleet', 'user', 'remove', 'ben', '--yes', '--local');
  await expect.poll(async () => (await as(ben, 'GET', '/jobs')).status, within).toBe(401);
});

it('says 503, and when to ask again, while nobody leads; then it goes on', async () => {
  for (const { name } of localMembers(workspace)) process.kill(localPid(workspace, name, 'agent'), 'SIGKILL');
  const answer = await fetch(`${served.address}/v1/jobs`, { headers: auth() });
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(await answer.json()).toMatchObject({ name: 'broker-no-answer' });
  await workspace.result('fleet', 'up', '--local');
  await expect
    .poll(async () => (await fetch(`${served.address}/v1/jobs`, { headers: auth() })).status, within)
    .toBe(200);
});

it('Ctrl-C ends it with 0', async () => {
  const ended = new Promise((resolve) => serving?.once('exit', resolve));
  serving?.kill('SIGINT');
  expect(await ended).toBe(0);
  await expect(fetch(served.address)).rejects.toThrow();
});

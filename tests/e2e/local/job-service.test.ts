import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { localMembers, localPid, localResult, localWords } from '../local-fleet.js';
import { TestWorkspace } from '../workspace.js';

/** A service with three replicas on a fleet of three processes on this machine, through the built command. */
const workspace = TestWorkspace.make();
const at = (...path: string[]) => join(workspace.folder, ...path);
const within = { timeout: 60_000, interval: 500 };

const job = (...words: string[]) => workspace.collab(...localWords(['job', ...words]));
const result = <T>(...words: string[]) => localResult<T>(workspace, 'job', ...words);

interface Service {
  id: string;
  state: string;
  counts: Record<string, number>;
  service: {
    port: number;
    ready: number;
    members: { member: string; address: string; port: number | null }[];
  };
  task_list: {
    task: number;
    state: string;
    attempt: number | null;
    member: string | null;
    ends: { attempt: number; outcome: string; reason: string | null }[];
  }[];
}
const show = (wanted = 'app') => result<Service>('show', wanted);
const readyOf = async (wanted?: string) => (await show(wanted)).service.ready;

/** Answers with its device's process id and its task. */
const program = `import http.server, os, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = "{} {}\\n".format(sys.argv[1], os.getpid()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

print("serves", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["COLLAB_PORT"])), Handler).serve_forever()
`;

interface Answer {
  task: number;
  pid: number;
}
/** Asks a member for the service, each time over a new connection. */
async function ask({ address, port }: { address: string; port: number | null }): Promise<Answer> {
  const response = await fetch(`http://${address}:${port ?? 0}/`, {
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(5000),
  });
  const [task = '', pid = ''] = (await response.text()).trim().split(' ');
  return { task: Number(task), pid: Number(pid) };
}
async function askOften(member: { address: string; port: number | null }, count = 9): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let asked = 0; asked < count; asked += 1) answers.push(await ask(member));
  return answers;
}
const tasksIn = (answers: readonly Answer[]) => [...new Set(answers.map(({ task }) => task))].sort();

beforeAll(async () => {
  writeFileSync(at('fleet.yaml'), 'jobs: { slots: 3 }\n');
  const up = await workspace.collab('fleet', 'up', '--local', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
  mkdirSync(at('app'));
  writeFileSync(at('app/app.py'), program);
  await vi.waitUntil(
    async () => (await result<{ workers: object[] }>('assignments')).workers.length === 3,
    within,
  );
  const command = ['--', 'python3', 'app.py', '{task}'];
  const { code, stderr } = await job('service', 'app', '--replicas', '3', '--port', '8080', ...command);
  expect(code, stderr).toBe(0);
  await vi.waitUntil(async () => {
    const { service } = await show();
    return service.ready === 3 && service.members.filter(({ port }) => port !== null).length === 3;
  }, within);
}, 600_000);
afterAll(() => workspace.collab('fleet', 'down', '--local', '--purge'));

it('is on three devices, and each member reaches all replicas', async () => {
  const { service, task_list: tasks } = await show();
  expect(new Set(tasks.map(({ member }) => member)).size).toBe(3);
  expect(new Set(service.members.map(({ port }) => port)).size).toBe(3);
  for (const member of service.members)
    await expect.poll(async () => tasksIn(await askOften(member)), within).toEqual([0, 1, 2]);
  const shown = (await job('show', 'app')).stdout;
  expect(shown).toContain('3 of 3 replicas are ready');
  for (const { name } of localMembers(workspace))
    expect(shown).toMatch(new RegExp(`reached through ${name}: 127.0.0.1:\\d+`));
  expect((await job('list')).stdout).toContain('3 of 3 replicas are ready');
});

it('a task of another job finds it by its name', async () => {
  mkdirSync(at('client'));
  const code =
    'import os, urllib.request as r; print(r.urlopen("http://" + os.environ["COLLAB_SERVICE_APP"]).read().decode())';
  writeFileSync(at('client/client.py'), code);
  const { stdout, stderr } = await job('submit', 'client', '--wait', '--', 'python3', 'client.py');
  expect(stdout, stderr).toMatch(/^[012] \d+\n/);
});

it.each([
  [['--port', '8081'], 'there is a service app already'],
  [['--port', '8080', '--name', 'other'], 'ort 8080 is that of the service app'],
  [['--port', '8081', '--name', 'No_Name'], 'lower-case letters'],
  [['--port', '80', '--name', 'low'], 'from 1024 to 65535'],
  [['--name', 'other'], 'no port'],
  [['--port', '8081', '--name', 'other', '--wait'], 'cannot be waited for'],
])('%j is refused', async (flags, said) => {
  const { code, stderr } = await job('service', 'app', ...flags, '--', 'true');
  expect(code).toBe(2);
  expect(stderr.toLowerCase()).toContain(said.toLowerCase());
  expect(stderr).toContain('next:');
});

it('starts a replica again whose process is killed, and keeps what it printed', async () => {
  const [member] = (await show()).service.members;
  if (member === undefined) throw new Error('no member');
  const killed = await ask(member);
  process.kill(killed.pid, 'SIGKILL');
  await expect
    .poll(async () => (await askOften(member)).find(({ task }) => task === killed.task)?.pid, within)
    .not.toBeOneOf([killed.pid, undefined]);
  const task = (await show()).task_list[killed.task];
  expect(task).toMatchObject({ state: 'running', attempt: 2 });
  expect(task?.ends).toMatchObject([{ attempt: 1, outcome: 'failed' }]);
  await expect.poll(() => readyOf(), within).toBe(3);
  expect((await job('logs', 'app', '--task', String(killed.task))).stdout).toBe('serves\n');
});

it('moves a replica to another device when its member is killed, and spreads nothing twice while there is another', async () => {
  const before = await show();
  const status = await workspace.result<{ store: { leader: string | null } }>('fleet', 'status', '--local');
  const victim = localMembers(workspace).find(({ name }) => name !== status.store.leader);
  if (victim === undefined) throw new Error('no member');
  const alive = before.service.members.filter(({ member }) => member !== victim.id);
  process.kill(localPid(workspace, victim.name, 'agent'), 'SIGKILL');
  const moved = before.task_list.find(({ member }) => member === victim.id);
  await expect
    .poll(async () => (await show()).task_list[moved?.task ?? -1]?.member, within)
    .not.toBeOneOf([victim.id, null, undefined]);
  await expect.poll(() => readyOf(), within).toBe(3);
  for (const member of alive)
    await expect.poll(async () => tasksIn(await askOften(member)), within).toEqual([0, 1, 2]);
  const up = await workspace.collab('fleet', 'up', '--local');
  expect(up.code, up.stderr).toBe(0);
  await expect.poll(async () => (await show()).service.members.length, within).toBe(3);
});

it('a program that ends is started again after a pause each time', async () => {
  const { id } = await result<Service>('service', 'app', '--name', 'ends', '--port', '8090', '--', 'true');
  await expect
    .poll(async () => (await show(id)).task_list[0]?.ends.at(-1)?.attempt, {
      timeout: 40_000,
      interval: 1000,
    })
    .toBeGreaterThanOrEqual(3);
  const { task_list: tasks, counts, service } = await show(id);
  expect(tasks[0]?.ends.at(-1)?.reason).toContain('a service is to run on');
  expect(counts).toMatchObject({ done: 0, failed: 0 });
  expect(service.ready).toBe(0);
  expect((await job('cancel', id)).code).toBe(0);
  await expect.poll(async () => (await show(id)).state, within).toBe('cancelled');
});

it('cancel ends it: its ports are closed, and its processes are gone', async () => {
  const { service } = await show();
  const answers = (await Promise.all(service.members.map((member) => askOften(member)))).flat();
  const pids = [...new Set(answers.map(({ pid }) => pid))];
  expect(pids).toHaveLength(3);
  expect((await job('cancel', 'app')).stdout).toContain('3 tasks of app');
  await expect.poll(async () => (await show()).state, within).toBe('cancelled');
  for (const member of service.members)
    await expect
      .poll(() => ask(member).catch((error: unknown) => (error as Error).cause), within)
      .toMatchObject({ code: 'ECONNREFUSED' });
  const running = readdirSync('/proc');
  for (const pid of pids) expect(running).not.toContain(String(pid));
  expect((await job('output', 'app', 'got')).code).toBe(0);
  // Each replica, by its attempts; which of them were killed differs.
  const trials = new Set(readdirSync(at('got/trials')).map((name) => name.split('.')[0]));
  expect([...trials].sort()).toEqual(['1', '2', '3']);
  // Its name and its port are free.
  const again = await result<Service>('service', 'app', '--port', '8080', '--', 'sleep', '600');
  expect((await job('cancel', again.id)).code).toBe(0);
});

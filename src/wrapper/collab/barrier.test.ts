import { createConnection, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort, listeningOn } from '../../../tests/fixtures/free-port.js';
import { startWrapper } from '../../../tests/fixtures/run-wrapper.js';
import type { EndedWrapper } from '../../../tests/fixtures/run-wrapper.js';

const key = '20261121-125301-a1b2/1';

/** Starts role instances that are peers, each with its own code; the first hosts the barrier. */
async function together(codes: Record<string, string>, port: number): Promise<EndedWrapper[]> {
  const names = Object.keys(codes).map((name) => name.split('-') as [string, string]);
  const peers = names.map(([role, rank]) => ({ role, rank: Number(rank), ports: {} }));
  const wrappers = await Promise.all(
    names.map(([role, rank], index) => {
      const meeting = { host: '127.0.0.1', port, key, listen: index === 0 ? '127.0.0.1' : null };
      const command = ['python3', '-c', codes[`${role}-${rank}`] ?? ''];
      return startWrapper(command, { role, rank: Number(rank), peers, meeting });
    }),
  );
  return Promise.all(wrappers.map((wrapper) => wrapper.ended()));
}

it('blocks until all have arrived, and can be reused', async () => {
  const code = (lateS: number) => `import collab, time, json
times = []
for turn in range(3):
    if turn == 1: time.sleep(${lateS})
    arrived = time.monotonic()
    waited = collab.barrier("turn")
    times.append([arrived, time.monotonic(), waited])
print(json.dumps(times))`;
  const runs = await together(
    { 'server-0': code(0), 'client-0': code(0.6), 'client-1': code(0) },
    await freePort(),
  );
  expect(runs.map(({ stderr, code }) => [stderr, code])).toEqual(Array(3).fill(['', 0]));
  const times = runs.map(({ stdout }) => JSON.parse(stdout) as [number, number, number][]);
  for (const turn of [0, 1, 2]) {
    const lastArrived = Math.max(...times.map((one) => one[turn]?.[0] ?? NaN));
    const firstGone = Math.min(...times.map((one) => one[turn]?.[1] ?? NaN));
    expect(firstGone).toBeGreaterThanOrEqual(lastArrived);
  }
  expect(times[0]?.[1]?.[2]).toBeGreaterThan(0.4);
});

it('waits only for the named roles, and names those that did not arrive in time', async () => {
  const both = `import collab
collab.barrier("clients", roles=["client"])
try: collab.barrier("all", timeout_s=0.8)
except collab.BarrierError as error: print(error)
try: collab.barrier("x", roles=["sever"])
except collab.UnknownName as error: print(error)`;
  const outside = `import collab, time
try: collab.barrier("clients", roles=["client"])
except collab.BarrierError as error: print(error)
time.sleep(3)`;
  const runs = await together({ 'server-0': outside, 'client-0': both, 'client-1': both }, await freePort());
  expect(runs[0]?.stdout).toBe("server-0 waits at barrier 'clients', which is for client-0, client-1 only\n");
  for (const run of runs.slice(1)) {
    expect(run.stderr).toBe('');
    const [late, unknown] = run.stdout.split('\n');
    expect(late).toMatch(/^barrier 'all': (client-\d, )?server-0 did not arrive within 0.8 s$/); // one of two gives up first
    expect(unknown).toBe(
      "There is no role 'sever'. Known: client, server. A role is named as in experiment.yaml.",
    );
  }
});

it('rejects unknown connections without being blocked by them', async () => {
  const port = await freePort();
  const stranger = async (text: string) => {
    for (let tries = 0; tries < 100; tries++) {
      const closed = await new Promise<boolean>((resolve) => {
        const socket = createConnection(port, '127.0.0.1', () => socket.write(text));
        socket
          .on('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'))
          .on('close', () => resolve(socket.bytesWritten > 0));
      });
      if (closed) return true;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
  };
  const code = 'import collab, time; time.sleep(1.5); collab.barrier("end")';
  const strange = [
    'GET / HTTP/1.1\r\n\r\n',
    '{"key":"no","barrier":"end","who":"client-0","of":["client-0"]}\n',
    `{"key":"${key}","barrier":"end","who":"me","of":7}\n`,
    'x'.repeat(200_000),
  ];
  const [runs, ...refused] = await Promise.all([
    together({ 'server-0': code, 'client-0': code }, port),
    ...strange.map(stranger),
  ]);
  expect(refused).toEqual(strange.map(() => true));
  expect(runs.map((run) => run.code)).toEqual([0, 0]);
});

it('reports in state.jsonl that the port of the barrier is taken', async () => {
  const other = createServer();
  const [run] = await together({ 'server-0': 'pass' }, await listeningOn(other));
  other.close();
  expect(run?.states).toContainEqual(expect.objectContaining({ state: 'unavailable', metric: 'barrier' }));
});

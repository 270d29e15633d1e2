import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort, listeningOn } from '../../../../tests/fixtures/free-port.js';
import {
  processesWith,
  runWrapper,
  startWrapper,
  wrapperFolder,
} from '../../../../tests/fixtures/run-wrapper.js';

const python = (code: string) => ['python3', '-c', code];
const shell = (code: string) => ['sh', '-c', code];
/** A command line that is unique on this machine. */
const marker = () => `${String(3000 + Math.floor(Math.random() * 1000))}.${String(process.hrtime.bigint())}`;

describe('what a role reads of its parameters', () => {
  it('is in exit.json, with how it was seen', async () => {
    const code = 'import collab; collab.parameter("a"); collab.parameters["b"]';
    const order = {
      parameters: { a: 1, b: 2, c: 3, d: 4 },
      reads_in_command: ['a', 'gone'],
      reads_declared: ['c'],
    };
    const { exit } = await runWrapper(python(code), order);
    expect(exit.parameters_read).toEqual({ a: ['module', 'command'], b: ['module'], c: ['declared'] });
  });
});

describe('how a command ends', () => {
  it('passes on the exit code and keeps both outputs', async () => {
    const run = await runWrapper(shell('echo to stdout; echo to stderr >&2; exit 3'));
    expect(run).toMatchObject({ code: 3, stdout: 'to stdout\n', stderr: 'to stderr\n', said: '' });
    expect(run.exit).toMatchObject({ code: 3, signal: null, reason: 'exited' });
    const told = run.states.filter((line) => line.metric === undefined).map((line) => line.state);
    expect(told).toEqual(['started', 'ready', 'exited']);
  });

  it('gets its arguments byte by byte, even in an ASCII locale, as with Python 3.6', async () => {
    const ascii = { LC_ALL: 'C', PYTHONUTF8: '0', PYTHONCOERCECLOCALE: '0' };
    const command = shell('printf "%s %s\\n" "$0" "$COLLAB_ROLE" > grün.txt; cat grün.txt; cat /no/ü');
    const directory = await mkdtemp(join(tmpdir(), 'collab-ö-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const told = { directory, role: 'zähler' };
    const run = await (await startWrapper([...command, 'straße €'], told, ascii)).ended();
    expect(run).toMatchObject({ code: 1, stdout: 'straße € zähler\n', said: '' });
    expect(run.stderr).toContain('No such file');
    expect(await readFile(join(directory, 'grün.txt'), 'utf8')).toBe(run.stdout);
  });

  it('names the signal that ended it, and exits like a shell', async () => {
    const run = await runWrapper(shell('kill -USR1 $$'));
    expect(run.code).toBe(128 + 10);
    expect(run.exit).toMatchObject({ code: null, signal: 'SIGUSR1', reason: 'exited' });
  });

  it('stops what runs past its timeout', async () => {
    const run = await runWrapper(['sleep', '30'], { timeout_s: 0.3 });
    expect(run.code).toBe(124);
    expect(run.exit).toMatchObject({ code: null, signal: 'SIGTERM', reason: 'timeout' });
    expect(run.exit.totals.wall_s?.value).toBeGreaterThanOrEqual(0.3);
    expect(run.exit.totals.wall_s?.value).toBeLessThan(2);
    expect(run.states.map((line) => line.state)).toContain('stopping');
  });

  it('lets a command that is asked to stop shut down cleanly', async () => {
    const wrapper = await startWrapper(
      shell('trap "echo tidied; exit 5" TERM; echo up; while :; do sleep 0.02; done'),
      {
        ready: { log: 'up' },
      },
    );
    await wrapper.waitForState('ready');
    wrapper.kill('SIGINT');
    const run = await wrapper.ended();
    expect(run).toMatchObject({ code: 5, stdout: 'up\ntidied\n' });
    expect(run.exit).toMatchObject({ code: 5, signal: null, reason: 'stopped' });
  });

  it('kills a command that ignores SIGTERM, with its children, after the grace time', async () => {
    const seconds = marker();
    const stubborn = `trap "" TERM; sleep ${seconds} & echo up; while :; do sleep 0.02; done`;
    const wrapper = await startWrapper(shell(stubborn), { ready: { log: 'up' }, stop_grace_s: 0.3 });
    await wrapper.waitForState('ready');
    wrapper.kill('SIGTERM');
    const stopping = await wrapper.waitForState('stopping');
    const run = await wrapper.ended();
    expect(run.code).toBe(128 + 9);
    expect(run.exit).toMatchObject({ signal: 'SIGKILL', reason: 'stopped' });
    expect(run.exit.ended_monotonic_s - stopping.monotonic_s).toBeGreaterThanOrEqual(0.29);
    expect(await processesWith(seconds)).toEqual([]);
  });

  it('leaves no orphan behind, not even one in its own session', async () => {
    const seconds = marker();
    const run = await runWrapper(shell(`(setsid sleep ${seconds} &) ; sleep 0.1; exit 0`));
    expect(run.exit).toMatchObject({ code: 0, reason: 'exited' });
    expect(await processesWith(seconds)).toEqual([]);
  });

  it('kills the command when it is killed itself', async () => {
    const seconds = marker();
    const wrapper = await startWrapper(['sleep', seconds]);
    await wrapper.waitForState('started');
    expect(await processesWith(`sleep\0${seconds}`)).toHaveLength(1);
    wrapper.kill('SIGKILL');
    await expect.poll(() => processesWith(`sleep\0${seconds}`)).toEqual([]);
  });
});

describe('a command that cannot start', () => {
  it.each([
    ['does not exist', ['no-such-program-here'], {}, 'no-such-program-here: No such file or directory'],
    ['may not be executed', ['/etc/passwd'], {}, '/etc/passwd: Permission denied'],
    ['has no folder', ['true'], { directory: '/no/such/folder' }, '/no/such/folder: no such folder'],
  ])("that %s is not-started, with the system's message", async (_, command, told, message) => {
    const run = await runWrapper(command, told);
    expect(run.code).toBe(127);
    expect(run.exit).toMatchObject({ code: null, signal: null, reason: 'not-started', message });
    for (const total of Object.values(run.exit.totals)) {
      expect(total).toMatchObject({
        value: null,
        kind: 'unavailable',
        reason: 'the command was not started',
      });
    }
  });

  it('says in one line what is wrong with role.json', async () => {
    const wrapper = await startWrapper(['true'], { ready: { port: 'grpc' } });
    await expect.poll(() => processesWith(wrapper.folder)).toEqual([]);
    const again = spawnSync('python3', ['-B', join(wrapperFolder, 'wrapper.py'), wrapper.folder], {
      encoding: 'utf8',
    });
    expect(again.status).toBe(125);
    expect(again.stderr).toBe(
      'collab wrapper: role.json: ready.port: it must be a name in ports, not "grpc"\n',
    );
  });
});

describe('when a role is ready', () => {
  it('finds a text split over two writes, in stderr too', async () => {
    const halves = `import os, time
os.write(2, b"x" * 70000 + b"warmup com"); time.sleep(0.2); os.write(2, b"plete now"); time.sleep(0.3)`;
    const run = await runWrapper(python(halves), { ready: { log: 'warmup complete' } });
    const ready = run.states.find((line) => line.state === 'ready');
    expect((ready?.monotonic_s ?? 0) - run.exit.started_monotonic_s).toBeGreaterThanOrEqual(0.2);
    expect(run.exit.ended_monotonic_s - (ready?.monotonic_s ?? 0)).toBeGreaterThan(0.1);
  });

  it('detects that the role listens on its port without connecting', async () => {
    const port = await freePort();
    const listen = `import socket, time
s = socket.socket(); s.bind(("127.0.0.1", ${port})); s.settimeout(0.4)
time.sleep(0.3); s.listen(); print("listening", flush=True)
try: s.accept(); print("someone connected")
except socket.timeout: print("nobody connected")`;
    const run = await runWrapper(python(listen), { ports: { grpc: port }, ready: { port: 'grpc' } });
    const ready = run.states.find((line) => line.state === 'ready');
    expect(run).toMatchObject({ stderr: '', stdout: 'listening\nnobody connected\n' });
    expect((ready?.monotonic_s ?? 0) - run.exit.started_monotonic_s).toBeGreaterThanOrEqual(0.3);
  });

  it('detects that the role has bound a socket for datagrams, unless the port is for TCP only', async () => {
    const port = await freePort();
    const bind = `import socket, time
time.sleep(0.3); s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", ${port})); time.sleep(0.3)`;
    const readyWith = async (port_protocols: object) => {
      const role = { ports: { rtp: port }, port_protocols, ready: { port: 'rtp' } };
      const run = await runWrapper(python(bind), role);
      const ready = run.states.find((line) => line.state === 'ready');
      return ready && ready.monotonic_s - run.exit.started_monotonic_s;
    };
    for (const protocols of [{ rtp: 'udp' }, {}])
      expect(await readyWith(protocols)).toBeGreaterThanOrEqual(0.3);
    expect(await readyWith({ rtp: 'tcp' })).toBeUndefined();
  });

  it("is not misled by another process's port on the same host", async () => {
    const other = createServer();
    const port = await listeningOn(other);
    const run = await runWrapper(['sleep', '0.3'], { ports: { grpc: port }, ready: { port: 'grpc' } });
    other.close();
    expect(run.states.map((line) => line.state)).not.toContain('ready');
  });

  it('accepts ready() of the helper module', async () => {
    const run = await runWrapper(
      python('import collab, time; time.sleep(0.2); collab.ready(); time.sleep(0.1)'),
      {
        ready: { helper: true },
      },
    );
    const ready = run.states.find((line) => line.state === 'ready');
    expect((ready?.monotonic_s ?? 0) - run.exit.started_monotonic_s).toBeGreaterThanOrEqual(0.2);
  });

  it('never reports ready for a role that was not', async () => {
    const run = await runWrapper(shell('echo warmup comple'), { ready: { log: 'warmup complete' } });
    expect(run.states.map((line) => line.state)).not.toContain('ready');
  });
});

describe('what the command receives', () => {
  it('knows its role, parameters and peers, and its records arrive', async () => {
    const peers = [{ role: 'server', rank: 0, ports: { grpc: { host: 'fd00::2', port: 50051 } } }];
    const code = `import collab, json
with collab.span("head", frame=1): pass
collab.record(split=collab.parameter("split"), bad=float("nan"), infinite=[1.5, float("inf")])
(collab.outputs / "kept.txt").write_text("kept")
print(json.dumps([collab.role, collab.rank, collab.count, collab.parameters, collab.port("web"),
                  collab.peer("server").address("grpc"), len(collab.peers("server"))]))`;
    const run = await runWrapper(python(code), {
      rank: 1,
      count: 2,
      parameters: { split: 4 },
      peers,
      ports: { web: 80 },
    });
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual(['client', 1, 2, { split: 4 }, 80, '[fd00::2]:50051', 1]);
    const row: unknown = JSON.parse(await readFile(join(run.folder, 'results.jsonl'), 'utf8'));
    expect(row).toMatchObject({ split: 4, bad: null, infinite: [1.5, null] });
    const span: unknown = JSON.parse(await readFile(join(run.folder, 'spans.jsonl'), 'utf8'));
    expect(span).toMatchObject({ name: 'head', frame: 1, process: expect.any(Number) as number });
    expect(await readFile(join(run.folder, 'outputs', 'kept.txt'), 'utf8')).toBe('kept');
  });

  it('keeps the PYTHONPATH and the signals that a program expects', async () => {
    const code = `import os, signal
print(signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN, signal.getsignal(signal.SIGHUP) == signal.SIG_DFL)
print(os.environ["COLLAB_WARMUP"], os.environ["PYTHONUNBUFFERED"], os.environ["COLLAB_RECORDS"])`;
    const run = await runWrapper(python(code), { warmup: true });
    expect(run.stdout).toBe(`True True\n1 1 ${run.folder}/results.jsonl\n`);
  });
});

it('records a port that the program opened for another protocol than the declared one', async () => {
  const port = await freePort();
  const bind = (kind: string) =>
    python(`import socket, time
s = socket.socket(socket.AF_INET, socket.${kind}); s.bind(("127.0.0.1", ${port})); time.sleep(0.4)`);
  const role = { network_namespace: 'own', ports: { rtp: port }, port_protocols: { rtp: 'tcp' } };
  const { exit } = await runWrapper(bind('SOCK_DGRAM'), role);
  expect(exit.unopened_ports).toEqual([{ name: 'rtp', port, protocol: 'tcp', opened: 'udp' }]);
  const right = await runWrapper(bind('SOCK_DGRAM'), { ...role, port_protocols: { rtp: 'udp' } });
  expect(right.exit).not.toHaveProperty('unopened_ports');
});

it('rejects a role.json that is not JSON', async () => {
  const wrapper = await startWrapper(['true']);
  await wrapper.ended();
  await writeFile(join(wrapper.folder, 'role.json'), '{ "command": ');
  const again = spawnSync('python3', ['-B', join(wrapperFolder, 'wrapper.py'), wrapper.folder], {
    encoding: 'utf8',
  });
  expect(again.status).toBe(125);
  expect(again.stderr).toMatch(/^collab wrapper: .*role\.json: Expecting value.*\n$/);
});

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { TrialBench } from '../../../tests/fixtures/trial-bench.js';
import type { CollabError } from '../../errors.js';
import type { FakeRole } from '../../deployment/runtimes/fake-runtime.js';

const server = roleOf('server', {
  ports: { grpc: 50051 },
  ready: { probe: { log: 'warm' }, timeoutS: 20 },
  service: true,
});
const client = roleOf('client', { after: ['server'] });
const lone = roleOf('client');

/** A server that is ready after 2 s and a client that takes 3 s. */
const usual = (bench: () => TrialBench) => (role: FakeRole) => {
  const { clock } = bench();
  if (role.order.role === 'server') clock.after(2000, () => role.state('ready'));
  else {
    clock.after(0, () => role.state('ready'));
    clock.after(3000, () => role.exit());
  }
};

function benchOf(roles = [server, client], course = usual): TrialBench {
  const bench: TrialBench = new TrialBench(
    roles,
    course(() => bench),
  );
  return bench;
}

describe('a trial', () => {
  test('starts a role only when its predecessors are ready, and stops a service at the end', async () => {
    const bench = benchOf();
    expect(await bench.run()).toEqual({ state: 'complete' });
    expect(bench.story()).toEqual([
      'role.starting server-0',
      'role.ready server-0',
      'role.starting client-0',
      'role.ready client-0',
      'role.ended client-0',
      'role.ended server-0',
    ]);
    expect(bench.clock.passedMs).toBeGreaterThanOrEqual(5000);
    expect(bench.role('server-0').fate).toEqual(['stopped', 'removed']);
    expect(bench.role('client-0').fate).toEqual(['removed']);
  });

  test('puts values into the commands, and records what was run', async () => {
    const words = ['train', '{split}', '{server.host}:{server.grpc}', '{rank}', '{outputs}', '{{split}}'];
    const definition = [
      server,
      roleOf('client', { after: ['server'], command: words, meter: ['m', '{split}'], reads: ['codec'] }),
    ];
    const bench = benchOf(definition);
    bench.definition.parameters = [{ name: 'split', values: [4] }];
    await bench.run();
    const command = ['train', '4', 'server-box.lan:50051', '0', '/collab/outputs', '{split}'];
    expect(bench.role('client-0').order).toMatchObject({
      command,
      meter: ['m', '4'],
      reads_in_command: ['split'],
      reads_declared: ['codec'],
    });
    const starting = bench.events.filter(({ kind }) => kind === 'role.starting');
    expect(starting).toEqual([
      { kind: 'role.starting', trial: 1, role: 'server', rank: 0, device: 'server-box' },
      { kind: 'role.starting', trial: 1, role: 'client', rank: 0, device: 'client-box', command },
    ]);
  });

  test('passes parameters, ports and peers to each role', async () => {
    const bench = benchOf();
    await bench.run();
    const { order, publish, imageId } = bench.role('server-0').asked;
    expect({ publish, imageId }).toEqual({
      publish: [
        { container: 50051, host: 50051 },
        { container: 47700, host: 47700 },
      ],
      imageId: 'sha256:abc',
    });
    expect(order).toMatchObject({
      ports: { grpc: 50051 },
      ready: { log: 'warm' },
      timeout_s: 60,
      sampling_s: 0.1,
      metrics: [],
      idle_s: 2,
      meter: null,
      meeting: {
        host: 'server-box.lan',
        port: 47700,
        key: '20261121-125301-a1b2/1',
        listen: '0.0.0.0',
      },
    });
    expect(bench.role('client-0').asked.publish).toEqual([]);
    expect(bench.role('client-0').order.meeting).toMatchObject({ host: 'server-box.lan', listen: null });
    expect(bench.role('client-0').order).toMatchObject({
      parameters: { split: 4 },
      command: ['python3', 'client.py'],
      peers: [
        { role: 'server', ports: { grpc: { host: 'server-box.lan', port: 50051 } } },
        { role: 'client' },
      ],
    });
  });

  test("collects the roles' files and leaves nothing on the devices", async () => {
    const bench = benchOf([roleOf('client', { count: 2 })], () => async (role) => {
      await role.print(`hello from ${role.name}`);
      await role.connected.shell.write(`${role.folder}/outputs/model.bin`, 'weights');
      await role.exit();
    });
    await bench.run();
    for (const name of ['client-0', 'client-1']) {
      const folder = join(bench.runFolder, 'trials/1', name);
      expect((await readdir(folder)).sort()).toEqual(['exit.json', 'outputs', 'role.json', 'stdout.log']);
      expect(await readFile(join(folder, 'stdout.log'), 'utf8')).toBe(`hello from ${name}\n`);
    }
    expect([...bench.shellOf('client-box').files.keys()]).toEqual([]);
  });

  test('that is interrupted stops all roles and keeps their data', async () => {
    const bench = benchOf();
    bench.clock.after(3000, () => bench.abort.abort());
    expect(await bench.run()).toEqual({ state: 'interrupted' });
    const end = bench.story().slice(4);
    expect(end[0]).toBe('run.stopping');
    expect(end.slice(1).sort()).toEqual(['role.ended client-0', 'role.ended server-0']);
    for (const name of ['server-0', 'client-0'])
      expect(bench.role(name).fate).toEqual(['stopped', 'removed']);
    expect(await readdir(join(bench.runFolder, 'trials/1/client-0'))).toContain('exit.json');
  });
});

describe('a role that fails', () => {
  test('ends the trial and stops the others', async () => {
    const bench = benchOf([server, client], (of) => (role) => {
      if (role.order.role === 'server') return role.state('ready');
      of().clock.after(1000, () => role.exit({ code: 2 }));
      return undefined;
    });
    expect(await bench.run()).toMatchObject({
      state: 'failed',
      failure: { watch: { name: 'client-0', device: 'client-box' }, reason: 'it exited with code 2' },
    });
    expect(bench.events.find(({ kind }) => kind === 'run.stopping')).toMatchObject({
      reason: 'client-0: it exited with code 2',
    });
    expect(bench.role('server-0').fate).toEqual(['stopped', 'removed']);
  });

  test('by not being ready in time prevents later roles from starting', async () => {
    const bench = benchOf([server, client], () => () => undefined);
    expect(await bench.run()).toMatchObject({
      state: 'failed',
      failure: { watch: { name: 'server-0' }, reason: 'it was not ready within 20 s' },
    });
    expect(bench.story()).not.toContain('role.starting client-0');
    expect(bench.clock.passedMs).toBeLessThan(21_000);
  });

  test('by ending before it is ready is reported', async () => {
    const bench = benchOf([server, client], () => (role) => role.exit());
    expect(await bench.run()).toMatchObject({ failure: { reason: 'it ended before it was ready' } });
  });

  test('by losing its wrapper is reported with the known details', async () => {
    const bench = benchOf([lone], (of) => (role) => {
      of().clock.after(500, () => role.die('the kernel killed it: out of memory'));
    });
    expect(await bench.run()).toMatchObject({
      failure: { reason: 'it was lost: the kernel killed it: out of memory' },
    });
    expect(bench.role('client-0').fate).toEqual(['stopped', 'removed']); // the processes it started may remain
  });

  test('because its wrapper exceeds its timeout is abandoned', async () => {
    const bench = benchOf([lone], () => (role) => role.state('ready'));
    expect(await bench.run()).toMatchObject({
      failure: { reason: 'it did not stop at its timeout of 60 s' },
    });
    expect(bench.clock.passedMs).toBeGreaterThan(60_000);
    expect(bench.role('client-0').fate).toEqual(['stopped', 'removed']);
  });

  test('the timeout of a role counts from its own start, not from that of the trial', async () => {
    const slow = roleOf('server', { ready: { probe: { helper: true }, timeoutS: 60 } });
    const bench = benchOf([slow, client], (of) => (role) => {
      if (role.order.role === 'client') {
        of().clock.after(55_000, () => role.exit());
        return role.state('ready');
      }
      of().clock.after(50_000, async () => {
        await role.state('ready');
        await role.exit();
      });
      return undefined;
    });
    expect(await bench.run()).toEqual({ state: 'complete' });
  });
});

describe('other failures', () => {
  test('a role that cannot start stops the running ones', async () => {
    const bench = benchOf([roleOf('server'), roleOf('client')], () => (role) => {
      if (role.order.role === 'client') throw new Error('port is already allocated');
    });
    expect(await bench.run()).toMatchObject({
      state: 'failed',
      error: { message: 'port is already allocated' },
    });
    expect(bench.role('server-0').fate).toEqual(['stopped', 'removed']);
  });

  test('logs that cannot be collected fail the trial and stay on their device', async () => {
    const bench = benchOf([lone], () => (role) => role.exit());
    const shell = bench.shellOf('client-box');
    const list = shell.list.bind(shell);
    let calls = 0;
    vi.spyOn(shell, 'list').mockImplementation((path, deep) => {
      calls += 1;
      return calls > 1 ? Promise.reject(new Error('connection lost')) : list(path, deep);
    });
    expect(await bench.run()).toMatchObject({
      state: 'failed',
      error: { name: 'not-collected', exitCode: 4, why: 'connection lost' },
    });
    expect(bench.story()).toContain('role.not-collected');
    expect(bench.role('client-0').fate).toEqual(['released']); // without its folder
    expect(shell.files.has(`${bench.role('client-0').folder}/exit.json`)).toBe(true);
  });

  test('a file that does not arrive whole stays on its device, and the error says where and how to get it', async () => {
    const bench = benchOf([lone], () => async (role) => {
      await role.connected.shell.write(`${role.folder}/outputs/model.bin`, 'weights');
      await role.exit();
    });
    const shell = bench.shellOf('client-box');
    const read = shell.read.bind(shell);
    vi.spyOn(shell, 'read').mockImplementation((path, ...range) =>
      path.endsWith('model.bin') ? Promise.resolve(Buffer.from('wei')) : read(path, ...range),
    );
    const outcome = await bench.run();
    const { folder } = bench.role('client-0');
    expect(outcome).toMatchObject({
      state: 'failed',
      error: {
        name: 'not-collected',
        exitCode: 3,
        why: expect.stringContaining('"outputs/model.bin" (7 bytes; here it has 3 bytes)') as string,
      },
    });
    const { error } = outcome as { error: CollabError };
    expect(error.next).toContain(`client-box in ${folder}.`);
    expect(error.next).toContain(`copy client-box:${folder} ${join(bench.runFolder, 'trials/1')}`);
    expect(bench.events.find(({ kind }) => kind === 'role.not-collected')).toMatchObject({
      reason: expect.stringContaining(folder) as string,
    });
    expect(shell.files.get(`${folder}/outputs/model.bin`)?.toString()).toBe('weights');
  });

  test('what cannot be removed after it was collected is reported as that', async () => {
    const bench = benchOf([lone], () => (role) => {
      vi.spyOn(role, 'remove').mockRejectedValue(new Error('busy'));
      return role.exit();
    });
    expect(await bench.run()).toMatchObject({ state: 'failed', error: { name: 'not-removed', why: 'busy' } });
    expect(bench.story()).not.toContain('role.not-collected');
  });

  test('an unwritable journal does not leave roles running', async () => {
    const bench = benchOf();
    bench.journal = (event) =>
      event.kind === 'role.starting' && event.role === 'server'
        ? Promise.resolve()
        : Promise.reject(new Error('no space left on device'));
    const outcome = await bench.run().catch((error: unknown) => error);
    expect(outcome).toMatchObject({ state: 'failed', error: { message: 'no space left on device' } });
    expect(bench.role('server-0').fate).toContain('stopped');
  });
});

import { mkdtemp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { expectAllRebuilt } from '../../../tests/fixtures/rebuilt-runs.js';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { FakeRuntime, type FakeCourse } from '../../deployment/runtimes/fake-runtime.js';
import { CollabError } from '../../errors.js';
import { readRun } from '../../logs/runs/read-run.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { LeaseSet } from '../../network/index.js';
import { Workspace } from '../../workspace/index.js';
import { Experiment } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import { type Learned, planRun, planTrials } from '../plan/index.js';
import { runExperiment, type RunResult } from './run.js';
import type { ConnectedStage } from '../stage/index.js';

const yaml = `name: hello
roles:
  worker:
    command: [python3, worker.py]
parameters: { split: [1, 2, 3] }
timeout: 60 s
`;
const runId = '20261121-125301-8000';
const device = deviceOf('nano1');
const image = { role: 'worker', device: 'nano1', ref: 'collab/hello:1', imageId: 'sha256:abc' };

let workspace: Workspace;
let experiment: Experiment;
let clock: SteppedClock;
let abort: AbortController;
let events: RunEvent[];

beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'run-')));
  const folder = join(workspace.testCases, 'hello');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'experiment.yaml'), yaml);
  await writeFile(join(folder, 'worker.py'), 'print(1)\n');
  experiment = await Experiment.load(folder, { flavors: ['python'] });
  clock = new SteppedClock();
  abort = new AbortController();
  events = [];
});

afterEach(async () => {
  expect(await expectAllRebuilt(workspace.logs)).toBe(1);
});

/** A device that is 1.5 ms ahead, with a clock that gains 100 ppm. */
function clockNow() {
  const controller_ms = clock.now().getTime();
  const monotonic_s = 40 + (clock.passedMs / 1000) * 1.0001;
  return {
    offset_ms: 1.5,
    error_ms: 0.2,
    measured_at: clock.now().toISOString(),
    controller_ms,
    monotonic_s,
  };
}

function run(course: FakeCourse, change: Partial<ConnectedStage> = {}): Promise<RunResult> {
  const connected = connectedTo(device, new FakeShell());
  const learned: Learned = {
    lan: 'shelf',
    runtime: 'docker',
    placement: [{ role: 'worker', rank: 0, device: 'nano1' }],
    images: null,
    data: [],
    notes: [],
  };
  const stage: ConnectedStage = {
    runtime: new FakeRuntime(course),
    devices: [device],
    copyCommand: () => 'cp',
    measureClocks: () => Promise.resolve(new Map([['nano1', clockNow()]])),
    connected: () => connected,
    addressOf: () => 'nano1.lan',
    learn: () => Promise.resolve(learned),
    begin: () => Promise.resolve(LeaseSet.none()),
    deploy: (_plan, emit) => {
      emit({ kind: 'layer.line', device: 'nano1', ref: image.ref, line: 'Step 1' });
      emit({ kind: 'delivery.present', device: 'nano1', ref: image.ref });
      return Promise.resolve([image]);
    },
    imageId: () => image.imageId,
    bringData: () => Promise.resolve([]),
    [Symbol.asyncDispose]: () => Promise.resolve(),
    ...change,
  };
  return runExperiment({
    workspace,
    experiment,
    stage,
    clock,
    plan: planRun(experiment.definition, planTrials(experiment.definition), learned),
    emit: (event) => events.push(event),
    random: () => 0.5,
    signal: abort.signal,
  });
}

const folder = () => join(workspace.logs, 'hello', runId);
const journal = async () => {
  const text = await readFile(join(folder(), 'events.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent & { time: string });
};
const states = async () => (await readRun(folder())).trials.map(({ state }) => state);
const failed = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error as CollabError,
  );

/** Exits with 0 in earlier trials, and with 1 in this one. */
const failsIn =
  (trial: number): FakeCourse =>
  async (role) => {
    await role.print(`trial ${role.order.trial}`);
    await role.exit({ code: role.order.trial < trial ? 0 : 1 });
  };

describe('a run that ends well', () => {
  test('leaves a record of what ran, where and with what', async () => {
    expect(await run((role) => role.exit())).toEqual({ runId, folder: folder() });
    const record = await readRun(folder());
    expect(record).toMatchObject({
      run_id: runId,
      experiment: { name: 'hello', id: experiment.id },
      state: 'complete',
      started_at: '2026-11-21T12:53:01.000Z',
      runtime: 'docker',
      lan: 'shelf',
      devices: [{ name: 'nano1', id: 'SHA256:nano1', clock: { offset_ms: 1.5, error_ms: 0.2 } }],
      placement: [{ role: 'worker', rank: 0, device: 'nano1' }],
      images: [{ role: 'worker', device: 'nano1', ref: image.ref, image_id: 'sha256:abc' }],
      git: null,
    });
    expect(record.trials.map(({ state, parameters }) => [state, parameters])).toEqual([
      ['complete', { split: 1 }],
      ['complete', { split: 2 }],
      ['complete', { split: 3 }],
    ]);
    expect(record).not.toHaveProperty('failure');
  });

  test("records the devices' clocks before and after, and their drift", async () => {
    await run(async (role) => {
      await clock.sleep(30_000);
      await role.exit();
    });
    const [device] = (await readRun(folder())).devices;
    expect(device?.clock?.measurements).toHaveLength(2);
    expect(device?.clock?.drift_ppm).toBeCloseTo(100, 1);
    expect(device?.clock?.drift_error_ppm).toBeLessThan(10);
  });

  test("records the boards' settings before and after", async () => {
    let load = 0;
    const shell = new FakeShell((_, input) => {
      if (!input.includes('@@load')) return {};
      load += 1;
      return { stdout: `@@load\n${load}.00 0 0\n@@end\n` };
    });
    await run((role) => role.exit(), { connected: () => connectedTo(device, shell) });
    const [{ board } = {}] = (await readRun(folder())).devices;
    expect([board?.before?.load_1min, board?.after?.load_1min]).toEqual([1, 2]);
  });

  test('has a journal in chronological order without progress events; the screen gets all events', async () => {
    await run((role) => role.exit());
    const trial = ['trial.started', 'role.starting', 'role.ended', 'trial.ended'];
    const expected = [
      'run.started',
      'run.placed',
      'delivery.present',
      'images.deployed',
      'boards.read',
      'clocks.measured',
      ...trial,
      ...trial,
      ...trial,
      'boards.read',
      'clocks.measured',
      'run.ended',
    ];
    expect((await journal()).map(({ kind }) => kind)).toEqual(expected);
    expect(events.map(({ kind }) => kind).filter((kind) => kind !== 'layer.line')).toEqual(expected);
    expect(events.map(({ kind }) => kind)).toContain('layer.line');
  });

  test('journals the start of a role before it starts', async () => {
    const before: string[] = [];
    await run(async (role) => {
      before.push((await journal()).at(-1)?.kind ?? '');
      await role.exit();
    });
    expect(before).toEqual(['role.starting', 'role.starting', 'role.starting']);
  });
});

describe('a run that fails', () => {
  test('in its first trial has failed, and the other trials do not start', async () => {
    const error = await failed(run(failsIn(1)));
    expect(error).toMatchObject({ name: 'role-failed', exitCode: 3 });
    expect(error?.why).toContain('trial 1');
    expect(await states()).toEqual(['failed', 'pending', 'pending']);
    const record = await readRun(folder());
    expect(record).toMatchObject({ state: 'failed', failure: { name: 'role-failed' } });
    expect(record.trials[0]?.failure).toEqual({
      role: 'worker',
      rank: 0,
      device: 'nano1',
      reason: 'it exited with code 1',
    });
    expect((await journal()).at(-1)).toMatchObject({ kind: 'run.ended', state: 'failed' });
  });

  test('keeps its first error when nothing can be journaled at the end but the end itself', async () => {
    const leases = LeaseSet.none();
    leases.release = vi
      .fn(() => Promise.resolve([]))
      .mockRejectedValueOnce(new Error('no space left on device'));
    const error = await failed(run(failsIn(1), { begin: () => Promise.resolve(leases) }));
    expect(error).toMatchObject({ name: 'role-failed', exitCode: 3 });
    expect(await readRun(folder())).toMatchObject({ state: 'failed', failure: { name: 'role-failed' } });
    expect((await journal()).at(-1)).toMatchObject({ kind: 'run.ended', state: 'failed' });
  });

  test('after a complete trial is partially complete', async () => {
    expect(await failed(run(failsIn(2)))).toMatchObject({ exitCode: 6 });
    expect(await states()).toEqual(['complete', 'failed', 'pending']);
  });

  test('because of a lost device after a complete trial is partially complete, and reports that fault', async () => {
    const lost = new CollabError('connection-lost', { what: 'Lost.', next: 'Again.', exitCode: 4 });
    const course: FakeCourse = (role) => (role.order.trial === 1 ? role.exit() : Promise.reject(lost));
    expect(await failed(run(course))).toMatchObject({ name: 'connection-lost', what: 'Lost.', exitCode: 6 });
    expect(await states()).toEqual(['complete', 'failed', 'pending']);
  });

  test('while its images are built has started no trial', async () => {
    const full = new CollabError('device-full', {
      what: 'Full.',
      why: 'no space',
      next: 'Free some.',
      exitCode: 4,
    });
    expect(await failed(run(() => undefined, { deploy: () => Promise.reject(full) }))).toBe(full);
    expect(await states()).toEqual(['pending', 'pending', 'pending']);
    expect(await readRun(folder())).toMatchObject({
      state: 'failed',
      failure: { name: 'device-full', what: 'Full.', why: 'no space' },
    });
  });

  test('because of an internal error is recorded as one', async () => {
    const course = () => {
      throw new TypeError('ours');
    };
    expect(await failed(run(course))).toBeInstanceOf(TypeError);
    expect(await readRun(folder())).toMatchObject({
      state: 'failed',
      failure: { name: 'internal', what: 'ours' },
    });
  });
});

describe('a run that is interrupted', () => {
  test('in a trial stops its roles and keeps their data', async () => {
    const runtime = new FakeRuntime(async (role) => {
      if (role.order.trial === 1) await role.exit();
      else clock.after(500, () => abort.abort());
    });
    expect(await failed(run(() => undefined, { runtime }))).toMatchObject({
      name: 'interrupted',
      exitCode: 130,
    });
    expect(await states()).toEqual(['complete', 'interrupted', 'pending']);
    expect((await readRun(folder())).state).toBe('interrupted');
    expect(runtime.roles[1]?.fate).toEqual(['stopped', 'removed']);
    expect((await journal()).at(-1)).toMatchObject({ kind: 'run.ended', state: 'interrupted' });
  });

  test('while its images are built says so, whatever error the aborted work reported', async () => {
    const deploy = () => {
      abort.abort();
      return Promise.reject(new Error('socket hang up'));
    };
    expect(await failed(run(() => undefined, { deploy }))).toMatchObject({ exitCode: 130 });
    expect((await readRun(folder())).state).toBe('interrupted');
  });
});

import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { expectAllRebuilt } from '../../../tests/fixtures/rebuilt-runs.js';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { FakeRuntime, type FakeCourse } from '../../deployment/runtimes/fake-runtime.js';
import type { CollabError } from '../../errors.js';
import { systemClock } from '../../events.js';
import { readRun } from '../../logs/runs/read-run.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { LeaseSet } from '../../network/index.js';
import { Workspace } from '../../workspace/index.js';
import { Experiment } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import { type Learned, planRun, planTrials } from '../plan/index.js';
import { runExperiment } from './run.js';

/** Renewals run in the background, one real millisecond apart. */
class RenewalClock extends SteppedClock {
  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return ms >= 5000 ? systemClock.sleep(1, signal) : super.sleep(ms, signal);
  }
}

const runId = '20261121-125301-8000';
const device = deviceOf('nano1');
const learned: Learned = {
  lan: 'shelf',
  runtime: 'docker',
  placement: [{ role: 'worker', rank: 0, device: 'nano1' }],
  images: null,
  data: [],
  notes: [],
};
let workspace: Workspace;
let experiment: Experiment;
/** Fakes the lease commands of the device: its answers to a renewal and to an attempt to take the lease. */
let acts: string[];
let renewal: string;
let taking: string;
let deployed: boolean;
let runtime: FakeRuntime;

beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'run-')));
  const folder = join(workspace.testCases, 'hello');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'experiment.yaml'),
    'name: hello\nroles:\n  worker:\n    command: [sleep, "1"]\ntimeout: 60 s\n',
  );
  experiment = await Experiment.load(folder, { flavors: ['python'] });
  acts = [];
  renewal = 'answer=renewed';
  taking = 'answer=taken';
  deployed = false;
});

afterEach(async () => {
  await expectAllRebuilt(workspace.logs);
});

function run(course: FakeCourse): Promise<unknown> {
  const clock = new RenewalClock();
  const shell = new FakeShell((argv) => {
    const act = argv[2] ?? '';
    acts.push(act);
    const answer = act === 'take' ? taking : act === 'renew' ? renewal : 'answer=released';
    return { stdout: `${answer}\n` };
  });
  const connected = connectedTo(device, shell);
  runtime = new FakeRuntime(course);
  return runExperiment({
    workspace,
    experiment,
    clock,
    plan: planRun(experiment.definition, planTrials(experiment.definition), learned),
    stage: {
      runtime,
      devices: [device],
      copyCommand: () => 'cp',
      measureClocks: () => Promise.resolve(new Map()),
      connected: () => connected,
      addressOf: () => 'nano1.lan',
      learn: () => Promise.resolve(learned),
      begin: (id) => LeaseSet.take([connected], id, clock),
      deploy: () => {
        deployed = true;
        return Promise.resolve([]);
      },
      describe: () => Promise.resolve(new Map()),
      imageId: () => null,
      bringData: () => Promise.resolve([]),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    emit: () => undefined,
    random: () => 0.5,
    judgeRepeats: () => Promise.resolve({ unknown: 'not judged' }),
    signal: new AbortController().signal,
  });
}

const folder = () => join(workspace.logs, 'hello', runId);
const journal = async () =>
  (await readFile(join(folder(), 'events.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it ended well'),
    (error: unknown) => error as CollabError,
  );

test('leases devices first and releases them at the end, and journals both', async () => {
  await run((role) => role.exit());
  expect(acts[0]).toBe('take');
  expect(acts.at(-1)).toBe('release');
  expect(acts.filter((act) => act === 'release')).toHaveLength(1);
  const events = await journal();
  expect(events.slice(0, 3).map(({ kind }) => kind)).toEqual(['run.started', 'lease.taken', 'run.placed']);
  expect(events[1]).toMatchObject({ devices: ['nano1'], run_id: runId, term_s: 60 });
  expect(events.slice(-2).map(({ kind }) => kind)).toEqual(['lease.released', 'run.ended']);
});

test('releases them after a failure too', async () => {
  expect(await errorOf(run((role) => role.exit({ code: 1 })))).toMatchObject({ name: 'role-failed' });
  expect(acts.at(-1)).toBe('release');
});

test('a run on a busy device does nothing and leaves no folder', async () => {
  taking = 'answer=busy\nheld=yes\nwho=bob\nhost=pc2\nrun=r2\nheld_s=1\nleft_s=59';
  const error = await errorOf(run((role) => role.exit()));
  expect(error).toMatchObject({ name: 'device-busy', exitCode: 5 });
  expect(error.what).toContain('bob on pc2');
  expect(deployed).toBe(false);
  await expect(readFile(join(folder(), 'run.json'))).rejects.toThrow('ENOENT');
});

test('a kick stops the roles, ends the run with code 5, and names who kicked it', async () => {
  const error = await errorOf(
    run(() => {
      renewal = 'answer=kicked\nheld=no\nkicked_who=bob\nkicked_host=pc2';
    }),
  );
  expect(error).toMatchObject({ name: 'lease-lost', exitCode: 5 });
  expect(error.what).toContain('bob on pc2 took nano1 away');
  expect(runtime.roles[0]?.fate).toEqual(['stopped', 'removed']);
  expect(acts).not.toContain('release');
  expect(await readRun(folder())).toMatchObject({ state: 'failed', failure: { name: 'lease-lost' } });
  const events = await journal();
  expect(events.find(({ kind }) => kind === 'lease.lost')).toMatchObject({ device: 'nano1' });
  expect(events.find(({ kind }) => kind === 'run.stopping')).toMatchObject({ reason: error.what });
});

test('a failed renewal does not end the run, and is journaled', async () => {
  await run(async (role) => {
    renewal = 'no room';
    await systemClock.sleep(30);
    await role.exit();
  });
  expect((await journal()).find(({ kind }) => kind === 'lease.not-renewed')).toMatchObject({
    device: 'nano1',
  });
});

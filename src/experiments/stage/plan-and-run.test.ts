import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectedTo, deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { HomeShell } from '../../../tests/fixtures/home-shell.js';
import { CodeLayers, LayerStore } from '../../deployment/index.js';
import { FakeEngine } from '../../deployment/engine/fake-engine.js';
import { FakeRuntime } from '../../deployment/runtimes/fake-runtime.js';
import { systemClock } from '../../events.js';
import { Workspace } from '../../workspace/index.js';
import { loadExperiment } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import { imagesByRole, readBases } from '../images/index.js';
import { planRun, planTrials, type RunPlan } from '../plan/index.js';
import { LanStage } from './lan-stage.js';

const yaml = `name: both
roles:
  client:
    base: small
    command: [python3, main.py]
    dependencies: { apt: [netbase] }
    data:
      - { name: digits, path: ../../data/digits }
  server:
    base: small
    count: 2
    command: [python3, main.py]
`;
/** Both images are on nano1, so that they share layers there. */
const placement = [
  { role: 'client', rank: 0, device: 'nano1' },
  { role: 'server', rank: 0, device: 'nano1' },
  { role: 'server', rank: 1, device: 'nano2' },
];
const { signal } = new AbortController();

let outer: string;
let workspace: Workspace;
let here: FakeEngine | null;
let engines: Record<'nano1' | 'nano2', FakeEngine>;

beforeEach(async () => {
  outer = await mkdtemp(join(tmpdir(), 'collab-plan-and-run-'));
  await put('workspace/base-images/small/Dockerfile', 'FROM scratch\n');
  await put('workspace/TestCases/both/experiment.yaml', yaml);
  await put('workspace/TestCases/both/main.py', 'print(1)\n');
  await put('workspace/data/digits/labels.txt', '0\n');
  for (const name of ['nano1', 'nano2']) await mkdir(join(outer, name));
  workspace = new Workspace(join(outer, 'workspace'));
  here = new FakeEngine('this machine');
  engines = { nano1: new FakeEngine('nano1'), nano2: new FakeEngine('nano2') };
});
afterEach(() => rm(outer, { recursive: true }));

async function put(path: string, content: string) {
  await mkdir(dirname(join(outer, path)), { recursive: true });
  await writeFile(join(outer, path), content);
}

/** As connected by `collab run`: a new one for each command. */
async function connect(): Promise<{ stage: LanStage; plan: () => Promise<RunPlan> }> {
  const experiment = await loadExperiment(workspace, 'both');
  const used = (['nano1', 'nano2'] as const).map((name) => {
    const home = join(outer, name);
    const facts = factsOf({ architecture: 'amd64', user: { name: 'pi', uid: 1000, gid: 1000, home } });
    return { connected: connectedTo(deviceOf(name, { facts }), new HomeShell(home)), engine: engines[name] };
  });
  const { definition } = experiment;
  const devices = used.map(({ connected }) => connected.device);
  const bases = await readBases(definition.roles, workspace);
  const store = new LayerStore(join(outer, 'layers'));
  const stage = new LanStage({
    lan: 'shelf',
    experiment,
    workspace,
    placement,
    used,
    imageOf: await imagesByRole(experiment, bases, placement, devices),
    notes: [],
    controllerEngine: here === null ? null : { engine: here, architecture: 'amd64' },
    runtime: new FakeRuntime(() => undefined),
    clock: systemClock,
    store,
    code: new CodeLayers(store, join(outer, 'code')),
    closeAll: () => Promise.resolve(),
  });
  return { stage, plan: async () => planRun(definition, planTrials(definition), await stage.learn(signal)) };
}

/** `collab run --dry-run`. */
async function dryRun(): Promise<RunPlan> {
  const connected = await connect();
  const plan = await connected.plan();
  await connected.stage[Symbol.asyncDispose]();
  return plan;
}

/** `collab run`, up to the first trial. @param between what happens after the run has planned */
async function run(between: () => void = () => undefined): Promise<{ plan: RunPlan; events: RunEvent[] }> {
  const connected = await connect();
  await using stage = connected.stage;
  const plan = await connected.plan();
  between();
  const events: RunEvent[] = [];
  await stage.deploy(plan, (event) => events.push(event), signal);
  await stage.bringData(plan, (event) => events.push(event), signal);
  return { plan, events };
}

/** The parts of a plan that say what is missing, derived from the events of a run. */
function doneIn(events: readonly RunEvent[], { images }: RunPlan) {
  const kindsOf = (ref: string) =>
    images.find(({ image }) => image.ref === ref)?.image.layers.map(({ kind }) => kind) ?? [];
  const deliveries = placementDevices.map((device) => ({
    device,
    images: events.flatMap((event) => {
      if (event.kind === 'delivery.present' && event.device === device) {
        return [{ ref: event.ref, present: true, missing: [] }];
      }
      if (event.kind !== 'delivery.started' || event.device !== device) return [];
      // Here a base and its dependencies are one layer each; all layers above are code.
      const kinds = kindsOf(event.ref);
      const missing = kinds.filter((kind, at) => kind === 'code' || at >= event.layers_present);
      return [{ ref: event.ref, present: false, missing: event.layers_missing === 0 ? [] : missing }];
    }),
  }));
  const builds = events.flatMap((event) =>
    event.kind === 'layer.build' ? [{ ref: event.ref, layer: event.layer, builder: event.device }] : [],
  );
  const data = events.flatMap((event) =>
    event.kind === 'data.present' || event.kind === 'data.sending'
      ? [{ device: event.device, name: event.name, present: event.kind === 'data.present' }]
      : [],
  );
  return { builds, deliveries, data };
}
const placementDevices = ['nano1', 'nano2'];

const missingIn = ({ builds, deliveries, data }: RunPlan) => ({
  builds,
  deliveries,
  data: data.map(({ device, name, present }) => ({ device, name, present })),
});
const kindsMissing = ({ deliveries }: RunPlan) =>
  deliveries.map(({ images }) => images.map(({ missing }) => missing.join(' ')));
const notesOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.kind === 'run.note' ? [event.note] : []));

/** Dry run and run make the same plan, and the run follows it without reporting a difference. */
async function sameInBoth(): Promise<RunPlan> {
  const printed = await dryRun();
  const { plan, events } = await run();
  expect(plan).toEqual(printed);
  expect(doneIn(events, plan)).toEqual(missingIn(printed));
  expect(notesOf(events)).toEqual([]);
  return printed;
}
const refOf = ({ images }: RunPlan, role: string) => images.find((one) => one.role === role)?.image.ref ?? '';

describe('a dry run prints what a run does', () => {
  test('when nothing is built and the devices have nothing', async () => {
    const plan = await sameInBoth();
    expect(plan.builds.map(({ layer, builder }) => `${layer} on ${builder}`)).toEqual([
      'base on this machine',
      'dependencies on this machine',
    ]);
    expect(kindsMissing(plan)).toEqual([['base dependencies code', 'code'], ['base code']]);
    expect(plan.data.map(({ present }) => present)).toEqual([false]);
  });

  test('when nothing is missing', async () => {
    await run();
    const plan = await sameInBoth();
    expect(plan.builds).toEqual([]);
    expect(plan.deliveries.flatMap(({ images }) => images.map(({ present }) => present))).toEqual([
      true,
      true,
      true,
    ]);
    expect(plan.data.map(({ present }) => present)).toEqual([true]);
  });

  test('when the code and data have changed', async () => {
    await run();
    await put('workspace/TestCases/both/main.py', 'print(2)\n');
    await put('workspace/data/digits/labels.txt', '12\n');
    const plan = await sameInBoth();
    expect(kindsMissing(plan)).toEqual([['code', 'code'], ['code']]);
    expect(plan.data.map(({ present }) => present)).toEqual([false]);
  });

  test('when this machine has the images and one device has lost some', async () => {
    const { plan: before } = await run();
    engines.nano2 = new FakeEngine('nano2');
    engines.nano1.images.delete(refOf(before, 'client'));
    const plan = await sameInBoth();
    expect(plan.builds).toEqual([]);
    expect(kindsMissing(plan)).toEqual([['code', ''], ['base code']]);
  });

  test('when a tag on a device refers to other layers than the image', async () => {
    const { plan: before } = await run();
    engines.nano2.images.set(refOf(before, 'server'), {
      id: 'sha256:old',
      sizeBytes: 1,
      layers: ['sha256:x'],
    });
    for (const ref of engines.nano2.images.keys()) {
      if (ref.startsWith('collab/base-')) engines.nano2.images.delete(ref);
    }
    const plan = await sameInBoth();
    expect(kindsMissing(plan)[1]).toEqual(['base code']);
  });

  test('when dependencies must be built on an existing base', async () => {
    await run();
    await put('workspace/TestCases/both/experiment.yaml', yaml.replace('netbase', 'netbase, less'));
    const plan = await sameInBoth();
    expect(plan.builds.map(({ layer }) => layer)).toEqual(['dependencies']);
    expect(kindsMissing(plan)).toEqual([['dependencies code', 'code'], ['code']]);
  });

  test('when a device builds because this machine has no engine', async () => {
    here = null;
    const plan = await sameInBoth();
    expect(plan.builds.map(({ builder }) => builder)).toEqual(['nano1', 'nano1']);
    expect(kindsMissing(plan)).toEqual([['code', 'code'], ['base code']]);
  });
});

test('sends and reports what changes after planning', async () => {
  await run();
  const { plan, events } = await run(() => engines.nano2.images.clear());
  const ref = refOf(plan, 'server');
  expect(notesOf(events)).toEqual([
    `nano2 differs from the plan: of ${ref} it lacks base, code, not nothing`,
  ]);
  expect(engines.nano2.images.has(ref)).toBe(true);
});

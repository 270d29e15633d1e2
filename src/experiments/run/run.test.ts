import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectedTo } from '../../../tests/fixtures/connected-device.js';
import { expectAllRebuilt } from '../../../tests/fixtures/rebuilt-runs.js';
import { device, image, RunBench, runId } from '../../../tests/fixtures/run-bench.js';
import { FakeShell } from '../../network/shell/fake-shell.js';

let bench: RunBench;

beforeEach(async () => {
  bench = await RunBench.make();
});

afterEach(async () => {
  expect(await expectAllRebuilt(bench.workspace.logs)).toBe(1);
});

describe('a run that ends well', () => {
  test('leaves a record of what ran, where and with what', async () => {
    expect(await bench.run((role) => role.exit())).toEqual({ runId, folder: bench.folder });
    const record = await bench.record();
    expect(record).toMatchObject({
      run_id: runId,
      experiment: { name: 'hello', id: bench.experiment.id },
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
    await bench.run(async (role) => {
      await bench.clock.sleep(30_000);
      await role.exit();
    });
    const [device] = (await bench.record()).devices;
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
    await bench.run((role) => role.exit(), { connected: () => connectedTo(device, shell) });
    const [{ board } = {}] = (await bench.record()).devices;
    expect([board?.before?.load_1min, board?.after?.load_1min]).toEqual([1, 2]);
  });

  test('has a journal in chronological order without progress events; the screen gets all events', async () => {
    await bench.run((role) => role.exit());
    const started = ['trial.started', 'role.starting', 'role.ended'];
    const trial = [...started, 'trial.preparing', 'trial.ended'];
    const expected = [
      'run.started',
      'run.placed',
      'delivery.present',
      'images.deployed',
      'boards.read',
      'clocks.measured',
      ...trial,
      ...trial,
      ...started,
      'trial.ended',
      'boards.read',
      'clocks.measured',
      'run.ended',
    ];
    expect((await bench.journal()).map(({ kind }) => kind)).toEqual(expected);
    expect(bench.events.map(({ kind }) => kind).filter((kind) => kind !== 'layer.line')).toEqual(expected);
    expect(bench.events.map(({ kind }) => kind)).toContain('layer.line');
  });

  test('journals the start of a role before it starts', async () => {
    const before: string[] = [];
    await bench.run(async (role) => {
      before.push((await bench.journal()).at(-1)?.kind ?? '');
      await role.exit();
    });
    expect(before).toEqual(['role.starting', 'role.starting', 'role.starting']);
  });
});

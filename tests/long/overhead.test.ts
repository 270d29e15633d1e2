import { afterAll, expect, inject, it } from 'vitest';
import { overheadFigures } from '../../src/logs/index.js';
import { TestWorkspace } from '../e2e/workspace.js';

const lab = new TestWorkspace(inject('labWorkspace'));
afterAll(() => lab.collab('images', 'prune', '--yes'));

it('measures the overhead of the wrapper, and of following, on devices without Python, in an image of a run', async () => {
  const pushed = await lab.collab('images', 'push', 'hello');
  expect(pushed.code, pushed.stderr).toBe(0);
  const checked = await lab.collab('device', 'check', '--overhead', '--json');
  expect(checked.code, checked.stderr).toBe(0);
  const lines = checked.stdout.trim().split('\n'); // events, then the result
  const { devices } = JSON.parse(lines.at(-1) ?? '') as { devices: { overhead: unknown }[] };
  expect(devices).toHaveLength(2);
  for (const { overhead } of devices) {
    const figures = overheadFigures.parse(overhead);
    expect(figures).toMatchObject({ pairs: 9, sampling_s: 0.1 });
    expect(figures.bare_wall_s).toBeGreaterThan(0.3);
    expect(figures.cpu_percent).toBeGreaterThan(0);
    expect(figures.cpu_percent).toBeLessThan(5);
    expect(figures.following_cpu_percent).toBeGreaterThan(0);
    expect(figures.following_cpu_percent).toBeLessThan(1);
    expect(figures.memory_peak_bytes).toBeLessThan(30e6);
  }
});

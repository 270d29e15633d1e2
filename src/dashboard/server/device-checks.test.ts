import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { deviceOf } from '../../../tests/fixtures/connected-device.js';
import { systemClock } from '../../events.js';
import { type Checked, type DeviceCheck } from '../../index.js';
import { DeviceChecks } from './device-checks.js';
import type { CheckTold, DashboardDevices } from './devices.js';

const checkOf = (change: Partial<DeviceCheck> = {}): DeviceCheck => ({
  device: 'nano1',
  address: '10.0.0.1',
  port: 22,
  user: 'pi',
  ready: true,
  hindrances: [],
  notes: [],
  engine: '26.1.5',
  diskFreeBytes: 1e10,
  python: null,
  clock: { offset_ms: 1, error_ms: 0.1, measured_at: '2026-12-01T12:00:00Z' },
  holder: null,
  remedies: [],
  ...change,
});
const checked = (name: string, change: Partial<DeviceCheck> = {}, isReached = true): Checked => ({
  device: deviceOf(name),
  check: checkOf({ device: name, ...change }),
  isReached,
});

/** A LAN of two devices, whose checks the test ends. */
async function made(folder = mkdtempSync(join(tmpdir(), 'collab-checks-'))) {
  const runs: { names: readonly string[]; told: CheckTold; end: (error?: Error) => void }[] = [];
  const all = ['nano1', 'nano2'];
  const devices: DashboardDevices = {
    lans: () =>
      Promise.resolve([
        {
          name: 'shelf',
          isCurrent: true,
          controller: 'pc',
          fault: null,
          devices: all.map((name) => ({
            id: `SHA256:${name}`,
            name,
            place: '',
            tags: [],
            summary: [],
            facts: [],
          })),
        },
      ]),
    names: (_, device) => Promise.resolve(device === null ? all : [device]),
    check: (_, names, told) =>
      new Promise((resolve, reject) => {
        runs.push({ names, told, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
    unlock: () => Promise.reject(new Error('no')),
  };
  const checks = await DeviceChecks.open(devices, { folder, clock: systemClock, log: () => undefined });
  const shown = async (name: string) => {
    const [lan] = await checks.lans();
    return lan?.devices.find((one) => one.name === name);
  };
  /** A check is asked for only when the one before it is over and kept. */
  const kept = async () => {
    const before = runs.length;
    await checks.start('shelf', 'nano1');
    await expect.poll(() => runs.length).toBe(before + 1);
  };
  return { checks, runs, shown, kept, folder };
}

it('a device is shown as soon as its check ends; checks of one LAN follow each other, and none runs twice', async () => {
  const { checks, runs, shown, kept } = await made();
  expect(await checks.start('shelf', 'nano1')).toEqual(['nano1']);
  expect(await checks.start('shelf', null)).toEqual(['nano2']);
  expect(await checks.start('shelf', null)).toEqual([]);
  await expect.poll(() => runs.length).toBe(1);
  expect(await shown('nano1')).toMatchObject({ checking: 'asking', check: null });
  expect(await shown('nano2')).toMatchObject({ checking: 'waiting' });
  runs[0]?.told.onSearching(['nano1']);
  expect(await shown('nano1')).toMatchObject({ checking: 'searching' });
  runs[0]?.told.onChecked(checked('nano1'));
  expect(await shown('nano1')).toMatchObject({ checking: null, check: { isReady: true, lease: 'free' } });
  expect(runs).toHaveLength(1);
  runs[0]?.end();
  await expect.poll(() => runs[1]?.names).toEqual(['nano2']);
  runs[1]?.end();
  await kept();
});

it('what was found outlives the server; a check that was not made says why beside it', async () => {
  const { checks, runs, shown, folder } = await made();
  await checks.start('shelf', 'nano1');
  await expect.poll(() => runs.length).toBe(1);
  runs[0]?.told.onChecked(checked('nano1', { ready: false }));
  runs[0]?.end();
  await checks.start('shelf', 'nano1');
  await expect.poll(() => runs.length).toBe(2);
  runs[1]?.end(new Error('No disk.'));
  await expect
    .poll(() => shown('nano1'))
    .toMatchObject({ checking: null, check: { isReady: false }, fault: { why: 'No disk.' } });
  const later = await made(folder);
  expect(await later.shown('nano1')).toMatchObject({ check: { isReady: false }, fault: null });
  expect(await later.shown('nano2')).toMatchObject({ check: null });
});

it('a device that did not tell who holds it is not free', async () => {
  const { checks, runs, shown, kept } = await made();
  await checks.start('shelf', null);
  await expect.poll(() => runs.length).toBe(1);
  runs[0]?.told.onChecked(checked('nano1', { clock: null, engine: null }, false));
  const held = { who: 'ana', host: 'desk', run: 'r1', reason: null, heldS: 60, leftS: 40, own: false };
  runs[0]?.told.onChecked(checked('nano2', { holder: held }));
  expect((await shown('nano1'))?.check?.lease).toBe('unknown');
  const check = (await shown('nano2'))?.check;
  expect(check?.lease).toMatchObject({ who: 'ana', run: 'r1', untilMs: (check?.checkedMs ?? 0) + 40_000 });
  runs[0]?.end();
  await kept();
});

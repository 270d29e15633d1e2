import { beforeEach, expect, test, vi } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { FakeEngine } from '../engine/fake-engine.js';
import { measureFollowing } from './measure-following.js';

/** A device with python3, as most have: a run uses its engine all the same. */
const device = deviceOf('nano1');
let shell: FakeShell;
let engine: FakeEngine;
let clock: SteppedClock;

beforeEach(async () => {
  shell = new FakeShell((argv) => (argv[0] === 'sh' ? { stdout: '700\n' } : {}));
  await shell.write('/proc/700/schedstat', '1000000000 5 9\n');
  engine = new FakeEngine('nano1');
  clock = new SteppedClock();
  // After 5 of 10 s, the server of the login has used 10 ms.
  clock.after(5000, () => shell.write('/proc/700/schedstat', '1010000000 5 9\n'));
});

const deliver = () =>
  engine.images.set('collab/hello:1', {
    id: 'sha256:hello',
    sizeBytes: 1,
    run: { Labels: { 'collab.image': 'code' } },
  });
const measure = () => measureFollowing(connectedTo(device, shell), engine, clock);

test('follows a role in a container, as a run on a LAN does, although the device has python3', async () => {
  deliver();
  expect(await measure()).toEqual({ following_cpu_percent: 0.1 });
  expect(engine.calls.map((call) => call.replace(/overhead-\d+-[0-9a-f]+/, 'ID'))).toEqual([
    'create collab-ID-1-followed-0-accounts',
    'remove collab-ID-1-followed-0-accounts',
    'create collab-ID-1-followed-0',
    'start collab-ID-1-followed-0',
    'stop collab-ID-1-followed-0 4',
    'remove collab-ID-1-followed-0',
  ]);
  expect([...shell.files.keys()].filter((path) => path.includes('/.collab/'))).toEqual([]);
});

test('a container that an earlier check left behind does not matter', async () => {
  deliver();
  vi.spyOn(engine, 'remove').mockResolvedValueOnce(undefined);
  await measure();
  expect(engine.containers.size).toBe(1);
  expect(await measure()).toMatchObject({ following_cpu_percent: expect.any(Number) as number });
  expect(engine.containers.size).toBe(1);
});

test('its container is removed when it could not be stopped', async () => {
  deliver();
  vi.spyOn(engine, 'stop').mockRejectedValue(new Error('busy'));
  expect(await measure()).toEqual({ following_unavailable: 'busy' });
  expect(engine.containers.size).toBe(0);
});

test('is unknown, with the reason, where no container can run', async () => {
  expect(await measure()).toEqual({
    following_unavailable: 'it has no image of a run yet: collab images push hello delivers one',
  });
  expect(await measureFollowing(connectedTo(device, shell), null, clock)).toEqual({
    following_unavailable: 'a run follows a role in a container, and it has no usable engine',
  });
});

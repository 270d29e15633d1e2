import { beforeEach, expect, test } from 'vitest';
import { failed, RunBench } from '../../../tests/fixtures/run-bench.js';
import { FakeRuntime } from '../../deployment/runtimes/fake-runtime.js';
import { CollabError } from '../../errors.js';
import { LeaseSet } from '../../network/index.js';
import { holdDevices } from './hold-devices.js';

let bench: RunBench;
let tries: number;

beforeEach(async () => {
  bench = await RunBench.make();
  tries = 0;
});

const busy = (who: string) =>
  new CollabError('device-busy', { what: `nano1 has been held by ${who}.`, next: 'Wait.', exitCode: 5 });

function hold(wait: boolean, begin: () => Promise<LeaseSet>): Promise<LeaseSet> {
  const stage = bench.stage(new FakeRuntime(() => undefined), { begin });
  const { clock, abort } = bench;
  return holdDevices(stage, 'r', {
    wait,
    clock,
    signal: abort.signal,
    emit: (event) => bench.events.push(event),
  });
}

test('devices that are in use are an error, or are waited for; who has them is said once', async () => {
  const free = LeaseSet.none();
  const begin = () => {
    tries += 1;
    return tries < 4 ? Promise.reject(busy(tries < 3 ? 'ann' : 'bob')) : Promise.resolve(free);
  };
  expect(await failed(hold(false, begin))).toMatchObject({ name: 'device-busy' });
  expect(await hold(true, begin)).toBe(free);
  const said = bench.events.flatMap((event) => (event.kind === 'lease.waiting' ? [event.reason] : []));
  expect(said).toEqual(['nano1 has been held by ann.', 'nano1 has been held by bob.']);
});

test('waiting ends with Ctrl-C, and with any other error', async () => {
  bench.clock.after(5000, () => bench.abort.abort(new Error('interrupted')));
  await expect(hold(true, () => Promise.reject(busy('ann')))).rejects.toThrow('interrupted');
  await expect(hold(true, () => Promise.reject(new Error('unreachable')))).rejects.toThrow('unreachable');
});

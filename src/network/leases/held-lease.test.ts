import { expect, test } from 'vitest';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { FakeShell, type FakeAnswer } from '../shell/fake-shell.js';
import { HeldLease, type LeaseLoss } from './held-lease.js';

const claim = { who: 'ann', host: 'pc1', run: 'r1', reason: null, termS: 60 };
const kicked = 'answer=kicked\nheld=no\nkicked_who=bob\nkicked_host=pc2\n';

/** A lease whose device answers each act as the test says, and the acts with their times in seconds. */
function bench(answer: (act: string, count: number) => FakeAnswer) {
  const clock = new SteppedClock();
  const acts: string[] = [];
  const shell = new FakeShell((argv) => {
    const act = argv[2] ?? '';
    acts.push(`${act} ${clock.passedMs / 1000}`);
    return answer(act, acts.length);
  });
  return { clock, acts, lease: new HeldLease(shell, 'abc', claim) };
}

test('is renewed every third of its term, until it is released', async () => {
  const { clock, acts, lease } = bench((act) => ({
    stdout: act === 'renew' ? 'answer=renewed\n' : 'answer=released\n',
  }));
  clock.after(70_000, () => lease.release());
  await lease.keep(clock, () => undefined);
  expect(acts).toEqual(['renew 20', 'renew 40', 'renew 60', 'release 70']);
});

test('reports a kick once, and is then neither renewed nor released', async () => {
  const { clock, acts, lease } = bench(() => ({ stdout: kicked }));
  const losses: LeaseLoss[] = [];
  lease.onLost((loss) => losses.push(loss));
  await lease.keep(clock, () => undefined);
  await lease.release();
  expect(await lease.renew()).toBe(false);
  expect(losses).toEqual([{ kicker: { who: 'bob', host: 'pc2', reason: null }, holder: null }]);
  expect(acts).toEqual(['renew 20']);
});

test('a failed renewal is reported and repeated sooner, without losing the lease', async () => {
  const { clock, acts, lease } = bench((act, count) =>
    act === 'release'
      ? { stdout: 'answer=released\n' }
      : count === 1
        ? { code: 1, stderr: 'disk full' }
        : { stdout: 'answer=renewed\n' },
  );
  const faults: unknown[] = [];
  clock.after(50_000, () => lease.release());
  await lease.keep(clock, (error) => faults.push(error));
  expect(acts).toEqual(['renew 20', 'renew 25', 'renew 45', 'release 50']);
  expect(faults).toMatchObject([{ name: 'lease-failed', why: 'disk full', exitCode: 4 }]);
});

test('disposing does not fail if the device cannot be reached', async () => {
  const { lease } = bench(() => ({ code: 1, stderr: 'gone' }));
  await expect(lease[Symbol.asyncDispose]()).resolves.toBeUndefined();
});

test('says anew for what the device is held, and no more after the release: that would take the device again', async () => {
  const { acts, lease } = bench((act) => ({
    stdout: act === 'renew' ? 'answer=renewed\n' : 'answer=released\n',
  }));
  expect(await lease.rename({ run: 'r2', reason: 'service web' })).toBe(true);
  const late = lease.rename({ run: 'r3', reason: null });
  await lease.release();
  expect([await late, await lease.renew()]).toEqual([false, false]);
  expect(acts).toEqual(['renew 0', 'release 0']);
});

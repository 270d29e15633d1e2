import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/events.js';
import { askLease } from '../../src/network/leases/ask-lease.js';
import { lockManually, unlockManually } from '../../src/network/leases/manual-lock.js';
import type { LeaseLoss } from '../../src/network/leases/held-lease.js';
import { leaseScript } from '../../src/network/leases/ask-lease.js';
import { connectSsh, LeaseSet, type Shell } from '../../src/network/index.js';
import { leaseId, takeLease, type LeaseAttempt } from '../../src/network/leases/take-lease.js';
import { LocalShell } from '../../src/network/shell/local-shell.js';
import { connectedTo, deviceOf } from '../fixtures/connected-device.js';
import { failure, startSshd, type Sshd } from '../integration/sshd.js';

const shell = new LocalShell();
const ann = { who: 'ann', host: 'pc1', run: 'r1', reason: null, termS: 60 };
const bob = { ...ann, who: 'bob', host: 'pc2', run: 'r2' };
let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'collab-leases-'));
  folder = join(parent, 'leases');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

async function taken(claim: typeof ann, by: Shell = shell) {
  const attempt = await takeLease(by, claim, folder);
  if (!attempt.taken) throw new Error(`held by ${attempt.holder.who}`);
  return attempt.lease;
}
const holder = async () => (await askLease(shell, 'show', { id: leaseId(), claim: ann, folder })).holder;
/** Expires the lease at once. */
const runOut = (id: string) => askLease(shell, 'renew', { id, claim: { ...ann, termS: 0 }, folder });
const winners = (attempts: LeaseAttempt[]) => attempts.flatMap((one) => (one.taken ? [one.lease] : []));

/** Runs many attempts, each in its own process, as many at once as the machine can handle. */
async function attemptAll(shells: readonly Shell[], count: number, atOnce: number): Promise<LeaseAttempt[]> {
  const attempts: LeaseAttempt[] = [];
  let next = 0;
  const worker = async (own: Shell) => {
    while (next < count) {
      const number = next++;
      attempts.push(await takeLease(own, { ...ann, who: `user${number}`, run: `r${number}` }, folder));
    }
  };
  await Promise.all(
    Array.from({ length: atOnce }, (_, index) => worker(shells[index % shells.length] ?? shell)),
  );
  return attempts;
}

describe('a lease', () => {
  it('is held by one user, who is named to all others, until it is released', async () => {
    const lease = await taken(ann);
    const second = await takeLease(shell, bob, folder);
    expect(second).toMatchObject({ taken: false, holder: { who: 'ann', host: 'pc1', run: 'r1' } });
    await lease.release();
    expect(await holder()).toBeNull();
    await taken(bob);
    expect(statSync(folder).mode & 0o7777).toBe(0o1777);
  });

  it('that is not renewed expires; its holder can take it again unless another has it', async () => {
    // A busy machine may take longer than any short term to answer, so what must still be valid has a long one.
    const lease = await taken({ ...ann, termS: 3600 });
    expect((await holder())?.leftS).toBeLessThanOrEqual(3600);
    await askLease(shell, 'renew', { id: lease.id, claim: { ...ann, termS: 1 }, folder });
    await systemClock.sleep(2100);
    expect(await holder()).toBeNull();
    expect(await lease.renew()).toBe(true);
    await runOut(lease.id);
    await taken(bob);
    const losses: LeaseLoss[] = [];
    lease.onLost((loss) => losses.push(loss));
    expect(await lease.renew()).toBe(false);
    expect(losses).toMatchObject([{ kicker: null, holder: { who: 'bob' } }]);
    await lease.release();
    expect((await holder())?.who).toBe('bob');
  });

  it('from before a reboot is void', async () => {
    await taken({ ...ann, termS: 3600 });
    const file = join(folder, 'lease.1');
    execFileSync('sed', ['-i', 's/^boot=.*/boot=another/', file]);
    expect(await holder()).toBeNull();
    await taken(bob);
  });

  it('uses few files, however often it is renewed', async () => {
    const lease = await taken(ann);
    for (let count = 0; count < 40; count += 1) await lease.renew();
    expect(readdirSync(folder).length).toBeLessThanOrEqual(17);
    expect((await holder())?.who).toBe('ann');
  });

  it('tolerates unrelated files in its folder', async () => {
    const lease = await taken(ann);
    writeFileSync(join(folder, 'lease.0002x'), 'end=1');
    symlinkSync('/dev/zero', join(folder, 'lease.x'));
    expect(await lease.renew()).toBe(true);
    expect((await holder())?.who).toBe('ann');
  });

  it('cannot be taken on a full disk, and the reason is reported', async () => {
    folder = join(parent, 'no', 'such', 'place');
    expect(await failure(takeLease(shell, ann, folder))).toMatchObject({ name: 'lease-failed', exitCode: 4 });
    folder = '/dev/full';
    expect((await failure(takeLease(shell, ann, folder))).why).toContain('/dev/full');
  });

  it('treats hostile text as text', async () => {
    const hostile = '$(touch /tmp/collab-pwned) `id` "; exit 3\nend=1';
    await taken({ ...ann, who: hostile, run: "it's" });
    expect(await holder()).toMatchObject({ run: "it's", who: hostile.replace('\n', ' ') });
  });
});

describe('1,000 attempts', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.stop());

  it('at once, 50 processes at a time, have one winner', async () => {
    const attempts = await attemptAll([shell], 1000, 50);
    expect(attempts).toHaveLength(1000);
    expect(winners(attempts)).toHaveLength(1);
  }, 300_000);

  it('on an expired lease have one winner', async () => {
    await runOut((await taken(bob)).id);
    expect(await holder()).toBeNull();
    expect(winners(await attemptAll([shell], 1000, 50))).toHaveLength(1);
  }, 300_000);

  it('over ssh connections of several users have one winner, and again after each release', async () => {
    const connections = [];
    for (let count = 0; count < 8; count += 1) connections.push(await connectSsh(sshd.options()));
    try {
      for (let round = 0; round < 5; round += 1) {
        const won = winners(await attemptAll(connections, 200, 40));
        expect(won).toHaveLength(1);
        await won[0]?.release();
      }
    } finally {
      for (const connection of connections) connection.close();
    }
  }, 300_000);

  it('by processes that all have seen the device free have one winner', async () => {
    writeFileSync(join(parent, 'lease.sh'), leaseScript);
    // Each reads its script, then waits for the gate, so that all continue at the same moment.
    const race = `
      i=0; while [ $i -lt 40 ]; do i=$((i + 1))
        (while [ ! -e gate ]; do :; done; sh lease.sh take "$PWD/leases" id$i 60 user$i pc r$i '') &
      done; touch gate; wait`;
    for (let round = 0; round < 10; round += 1) {
      const said = execFileSync('sh', ['-c', race], { cwd: parent, encoding: 'utf8' });
      expect(said.match(/^answer=taken$/gm), `round ${round}`).toHaveLength(1);
      expect(said.match(/^answer=busy$/gm)).toHaveLength(39);
      rmSync(join(parent, 'gate'));
      await runOut((await holder())?.id ?? '');
    }
  }, 300_000);

  it('never give a device to two at the same time, while it is taken and released all the time', async () => {
    let inside = 0;
    let worst = 0;
    let got = 0;
    const worker = async (number: number) => {
      for (let count = 0; count < 20; count += 1) {
        const attempt = await takeLease(shell, { ...ann, who: `user${number}` }, folder);
        if (!attempt.taken) continue;
        inside += 1;
        got += 1;
        worst = Math.max(worst, inside);
        if (count % 2 === 0) await attempt.lease.renew();
        inside -= 1;
        await attempt.lease.release();
      }
    };
    await Promise.all(Array.from({ length: 25 }, (_, number) => worker(number)));
    expect(worst).toBe(1);
    expect(got).toBeGreaterThan(5);
  }, 300_000);
});

describe('with only busybox', () => {
  it('it behaves the same', () => {
    const bin = join(parent, 'bin');
    execFileSync('mkdir', [bin]);
    for (const name of ['sh', 'dd', 'ln', 'rm', 'mkdir']) symlinkSync('/usr/bin/busybox', join(bin, name));
    const ask = (...args: string[]) =>
      execFileSync(join(bin, 'sh'), ['-s', ...args], {
        // The script also searches the system folders, after this one.
        env: { PATH: bin },
        input: leaseScript,
        encoding: 'utf8',
      });
    expect(ask('take', folder, 'a', '60', 'ann', 'pc1', 'r1', '')).toContain('answer=taken');
    expect(ask('take', folder, 'b', '60', 'bob', 'pc2', 'r2', '')).toMatch(/answer=busy\nwho=ann\n/);
    expect(ask('renew', folder, 'a', '60', 'ann', 'pc1', 'r1', '')).toContain('answer=renewed');
    expect(ask('kick', folder, 'b', '0', 'bob', 'pc2', '', '')).toContain('answer=kicked');
    expect(ask('renew', folder, 'a', '60', 'ann', 'pc1', 'r1', '')).toMatch(
      /answer=kicked[^]*kicked_who=bob/,
    );
    expect(ask('take', folder, 'b', '60', 'bob', 'pc2', 'r2', '')).toContain('answer=taken');
    expect(ask('release', folder, 'b', '60', 'bob', 'pc2', 'r2', '')).toContain('answer=released');
  });
});

describe('a kick', () => {
  it('frees the device; the loser learns who kicked it, even if a third user has it by then', async () => {
    const lease = await taken(ann);
    const losses: LeaseLoss[] = [];
    lease.onLost((loss) => losses.push(loss));
    const kick = { ...bob, reason: 'deadline' };
    await askLease(shell, 'kick', { id: leaseId(), claim: kick, folder });
    const third = await taken({ ...ann, who: 'eve', run: 'r3' });
    expect(await lease.renew()).toBe(false);
    expect(losses).toMatchObject([
      { kicker: { who: 'bob', host: 'pc2', reason: 'deadline' }, holder: { who: 'eve' } },
    ]);
    expect(await third.renew()).toBe(true);
  });
});

describe('the devices of a run', () => {
  const shelf = (...names: string[]) => names.map((name) => connectedTo(deviceOf(name), shell));

  it('are leased all or none: if one is busy, the others are released', async () => {
    // Both names refer to this machine, so the second is busy because of the first.
    const error = await failure(LeaseSet.take(shelf('nano2', 'nano1'), 'r1', systemClock, folder));
    expect(error).toMatchObject({ name: 'device-busy', exitCode: 5 });
    expect(error.what).toContain('nano2 has been held by');
    expect(await holder()).toBeNull();
  });

  it('are released at the end', async () => {
    const leases = await LeaseSet.take(shelf('nano1'), 'r1', systemClock, folder);
    expect(await holder()).toMatchObject({ run: 'r1' });
    expect(await leases.release()).toEqual(['nano1']);
    expect(leases.loss).toBeNull();
    expect(await holder()).toBeNull();
  });
});

describe('a manual lock', () => {
  const [nano1] = [connectedTo(deviceOf('nano1'), shell)];
  const lock = (termS: number, reason: string | null = null) =>
    lockManually([nano1], { termS, reason }, systemClock, folder);
  const unlock = (kick = false) => unlockManually(nano1, { kick, reason: null }, systemClock, folder);

  it('blocks others but not the runs of its own user, and returns after such a run', async () => {
    await lock(3600, 'thesis');
    expect(await takeLease(shell, bob, folder)).toMatchObject({ taken: false, holder: { reason: 'thesis' } });
    const leases = await LeaseSet.take([nano1], 'r1', systemClock, folder);
    expect(await holder()).toMatchObject({ run: 'r1' });
    expect(await failure(unlock())).toMatchObject({ name: 'device-busy' });
    await leases.release();
    expect(await holder()).toMatchObject({ run: null, reason: 'thesis' });
    expect(await unlock()).toMatchObject({ how: 'released' });
    expect(await unlock()).toMatchObject({ how: 'free' });
  });

  it('returns after a run whose controller was killed, and can then be removed', async () => {
    await lock(3600);
    const claim = { ...ann, ...(await holder()), run: 'r1', termS: 0 };
    expect(await takeLease(shell, claim, folder)).toMatchObject({ taken: true });
    expect(await holder()).toMatchObject({ run: null });
    expect(await unlock()).toMatchObject({ how: 'released' });
    expect(await holder()).toBeNull();
  });

  it('that is taken again continues with the new duration', async () => {
    await lock(100);
    await lock(3600);
    expect((await holder())?.leftS).toBeGreaterThan(3500);
  });

  it('of another user is removed only with --kick', async () => {
    await taken(ann);
    expect(await failure(unlock())).toMatchObject({ name: 'device-busy', exitCode: 5 });
    expect(await unlock(true)).toMatchObject({ how: 'kicked', holder: { who: 'ann' } });
    expect(await holder()).toBeNull();
  });
});

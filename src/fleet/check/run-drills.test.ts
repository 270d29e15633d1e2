import { describe, expect, it } from 'vitest';
import { FakeFleet } from '../../../tests/fixtures/fake-drill-bed.js';
import type { FleetEvent } from '../events.js';
import { type DrillName, NotChecked } from './drill.js';
import { drills } from './drills.js';
import { type DrillResult, runDrills } from './run-drills.js';

async function results(
  fleet: FakeFleet,
  names: DrillName[],
  own: Partial<typeof drills> = {},
): Promise<DrillResult[]> {
  const all: DrillResult[] = [];
  const events: FleetEvent[] = [];
  const to = {
    emit: (event: FleetEvent) => void events.push(event),
    onResult: (one: DrillResult) => void all.push(one),
  };
  const bed = fleet.bed();
  await runDrills(names, { ...drills, ...own }, bed, to).finally(() => bed.views.end());
  return all;
}

describe('drills', () => {
  it('see that a killed member fails for the others, and comes back', async () => {
    const fleet = new FakeFleet();
    const [kill] = await results(fleet, ['kill']);
    expect(kill).toMatchObject({ state: 'passed', why: [] });
    const failed = kill?.measured.filter(({ what }) => what === 'seen as failed after');
    expect(failed?.map(({ member }) => member)).toEqual(['m1', 'm2']);
    expect(failed?.every(({ value }) => value >= 5)).toBe(true);
    expect(fleet.done).toEqual(['kill m3', 'revive m3', 'revive m3']);
  });

  it('fail where a member is not seen as failed in time', async () => {
    const fleet = new FakeFleet();
    fleet.failsAfterMs = 100_000;
    const [kill] = await results(fleet, ['kill']);
    expect(kill?.state).toBe('failed');
    expect(kill?.why).toContain('m1 does not see that m3 failed.');
  });

  it('fail where a paused member does not come back by itself, and the next one is not tried', async () => {
    const fleet = new FakeFleet();
    fleet.comesBack = false;
    const [pause, leave] = await results(fleet, ['pause', 'leave']);
    expect(pause).toMatchObject({ state: 'failed' });
    expect(pause?.why[0]).toMatch(/m\d does not see all others after the pause of m3\./);
    expect(leave?.why[0]).toMatch(/It was not tried, because the fleet was not whole before/);
    expect(fleet.done).not.toContain('leave m3');
  });

  it('pass for a pause, a stop, a leave and a restart of all', async () => {
    const all = await results(new FakeFleet(), ['view', 'start', 'pause', 'leave', 'restart']);
    expect(all.map(({ drill, state, why }) => [drill, state, why])).toEqual(
      ['view', 'start', 'pause', 'leave', 'restart'].map((drill) => [drill, 'passed', []]),
    );
  });

  it('lock a user out, and remove it whatever happens', async () => {
    const fleet = new FakeFleet();
    const [access] = await results(fleet, ['access']);
    expect(access).toMatchObject({ state: 'passed', why: [] });
    expect(fleet.done).toEqual(['remove check-1', 'remove check-1']);
  });

  it('say why something cannot be checked', async () => {
    const [address, kill] = await results(new FakeFleet(1), ['address', 'kill']);
    expect(address?.state).toBe('not-checked');
    expect(kill?.why).toEqual(['It needs 2 members that can be worked on, and there is one.']);
    const own = { ...drills.view, run: () => Promise.reject(new NotChecked('No program.')) };
    const [view] = await results(new FakeFleet(), ['view'], { view: own });
    expect(view).toMatchObject({ state: 'not-checked', why: ['No program.'], measured: [] });
  });

  it('put everything back after an interruption and after a fault of their own', async () => {
    for (const fault of [new Error('interrupted'), new TypeError('a fault')]) {
      const fleet = new FakeFleet();
      const abort = new AbortController();
      const bed = fleet.bed(abort.signal);
      const pause = {
        ...drills.pause,
        run: async (on: typeof bed) => {
          const [one] = on.members;
          if (one === undefined) throw fault;
          on.putBack.add('', () => on.acts.unpause(one.member));
          await on.acts.pause(one.member);
          if (fault.message === 'interrupted') abort.abort(fault);
          throw fault;
        },
      };
      const work = runDrills(['pause'], { ...drills, pause }, bed, {
        emit: () => undefined,
        onResult: () => undefined,
      });
      await expect(work).rejects.toBe(fault);
      expect(fleet.done).toEqual(['pause m1', 'unpause m1']);
      await bed.views.end();
    }
  });

  it('fail where something could not be put back', async () => {
    const view = {
      ...drills.view,
      run: (on: Parameters<typeof drills.view.run>[0]) => {
        on.putBack.add('m1 could not be started again', () => Promise.reject(new Error('no engine')));
        return Promise.resolve({ faults: [], measured: [] });
      },
    };
    const [result] = await results(new FakeFleet(), ['view'], { view });
    expect(result).toMatchObject({ state: 'failed', why: ['m1 could not be started again: no engine'] });
  });
});

import { describe, expect, it } from 'vitest';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { anyMember, type AskedMember } from './any-member.js';
import { FakeMembership } from './fake-membership.js';
import { memberRefused, memberUnreachable } from './member-errors.js';
import type { Membership } from './membership.js';

const ask = (member: Membership) => member.members();
const clock = () => new SteppedClock();

function member(address: string, change: Partial<AskedMember> = {}): AskedMember {
  return { address, until: () => new FakeMembership(), ...change };
}
function failing(address: string, fault: Error): AskedMember {
  const fake = new FakeMembership();
  fake.fault = fault;
  return member(address, { until: () => fake });
}
/** A member that answers nothing until its signal aborts. */
function silent(address: string, ended: string[]): AskedMember {
  return member(address, {
    until: (signal) => {
      const fake = new FakeMembership();
      fake.members = () =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            ended.push(address);
            reject(memberUnreachable(address, 'aborted'));
          });
        });
      return fake;
    },
  });
}

describe('anyMember', () => {
  it('asks one member only if that answers', async () => {
    const asked: string[] = [];
    const list = await anyMember(
      ['1', '2'].map((address) =>
        member(address, {
          until: () => {
            asked.push(address);
            return new FakeMembership();
          },
        }),
      ),
      ask,
    );
    expect(list.fleet).toBe('lab');
    expect(asked).toEqual(['1']);
  });

  it('asks the next one when one fails or is silent, and ends the other calls', async () => {
    const ended: string[] = [];
    const unreachable = failing('1', memberUnreachable('1', 'connect ECONNREFUSED'));
    const list = await anyMember([unreachable, silent('2', ended), member('3')], ask, { clock: clock() });
    expect(list.fleet).toBe('lab');
    expect(ended).toEqual(['2']);
  });

  it('lists every address and its reason when none answers', async () => {
    const members = [
      failing('10.0.0.1:7947', memberUnreachable('one', 'connect ECONNREFUSED')),
      failing('10.0.0.2:7947', memberRefused('two', 401, null)),
    ];
    await expect(anyMember(members, ask)).rejects.toMatchObject({
      name: 'fleet-unreachable',
      exitCode: 4,
      why: '10.0.0.1:7947: connect ECONNREFUSED\n10.0.0.2:7947: Two does not know this token.',
    });
    await expect(anyMember([], ask)).rejects.toMatchObject({ name: 'fleet-unreachable' });
  });

  it('says that the token is wrong if every member says so', async () => {
    const members = ['1', '2'].map((address) => failing(address, memberRefused(address, 401, null)));
    await expect(anyMember(members, ask)).rejects.toMatchObject({ name: 'member-refused' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/events.js';
import { anyMember, type MemberList } from '../../src/fleet/membership/index.js';
import { describeMembership } from '../conformance/membership.js';
import { memberProgram } from '../fixtures/member-program.js';
import { type MemberProcess, MemberProcesses } from '../fixtures/member-processes.js';

describeMembership('MemberClient with the member program', async () => {
  const fleet = await MemberProcesses.with(await memberProgram());
  const first = await fleet.add({ name: 'first' });
  const running = new Map<string, MemberProcess>();
  return {
    membership: first.client,
    self: first,
    add: async (name) => {
      const added = await fleet.add({ name, join: [first.address] });
      running.set(added.id, added);
      await until(async () => (await first.client.members()).members.some(({ id }) => id === added.id));
      return added;
    },
    lose: async (id) => running.get(id)?.kill(),
    silent: fleet.clientOf('127.0.0.1:1', null, 'silent'),
    close: () => fleet.close(),
  };
});

describe('a fleet of member programs', () => {
  let fleet: MemberProcesses;
  let members: MemberProcess[];
  beforeAll(async () => {
    fleet = await MemberProcesses.with(await memberProgram());
    const first = await fleet.add({ name: 'm1' });
    members = [first];
    for (const name of ['m2', 'm3', 'm4']) members.push(await fleet.add({ name, join: [first.address] }));
    await allSee((list) => alive(list) === 4);
  });
  afterAll(() => fleet.close());

  const alive = ({ members: all }: MemberList) => all.filter(({ state }) => state === 'alive').length;
  const allSee = async (fulfilled: (list: MemberList) => boolean) => {
    for (const { client } of members) await until(async () => fulfilled(await client.members()));
  };
  const stateOf = (list: MemberList, id: string) => list.members.find((member) => member.id === id)?.state;

  it('is encrypted, and knows its settings', async () => {
    const info = await members[0]?.client.info();
    expect(info?.gossipKeys).toHaveLength(1);
    expect(info).toMatchObject({ fleet: 'lab', accessVersion: 1, settings: { ping_every_ms: 500 } });
    expect(info?.traffic.udpSentBytes).toBeGreaterThan(0);
  });

  it('refuses a wrong token, and a certificate of another member', async () => {
    const [one, other] = members;
    if (!one || !other) throw new Error('members are missing');
    const foreign = await MemberProcesses.with(await memberProgram());
    const address = one.client.address;
    await expect(foreign.clientOf(address, one.id, 'm1').members()).rejects.toMatchObject({
      name: 'member-not-trusted',
    });
    await expect(fleet.clientOf(address, other.id, 'm2').members()).rejects.toMatchObject({
      name: 'member-not-trusted',
    });
    await expect(fleet.clientOf(address, one.id, 'm1', 'wrong').members()).rejects.toMatchObject({
      name: 'member-refused',
    });
    foreign.close();
  });

  it('knows a member that leaves as left, and one that is killed as failed', async () => {
    const [leaving, killed] = members.slice(2);
    if (!leaving || !killed) throw new Error('members are missing');
    members = members.slice(0, 2);
    await leaving.client.leave();
    await killed.kill();
    await allSee((list) => stateOf(list, leaving.id) === 'left' && stateOf(list, killed.id) === 'failed');
    const all = [killed, ...members].map(({ client }) => client);
    const list = await anyMember(all, (member) => member.members());
    expect(list.members).toHaveLength(4);
    await leaving.client.join(null);
    await allSee((seen) => stateOf(seen, leaving.id) === 'alive');
  });
});

async function until(fulfilled: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await fulfilled()) return;
    await systemClock.sleep(100);
  }
  throw new Error('it does not become so');
}

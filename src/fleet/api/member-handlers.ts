import type { DrainStatus, FleetJobs } from '../jobs/index.js';
import type { Caller, MemberActs } from './caller.js';
import type { Answer, Call } from './endpoint.js';
import type { Endpoints } from './endpoints.js';
import { noMemberActs } from './faults.js';
import { asking } from './job-handlers.js';

/** Calls that change who takes part in the fleet and who gets tasks: those of `collab fleet leave`, `join`, and `drain`. */
export const memberHandlers = {
  async listDrains(
    { jobs }: Caller,
    { signal }: Call<Endpoints['listDrains']>,
  ): Promise<Answer<Endpoints['listDrains']>> {
    return { drains: (await jobs.drains.list(asking(signal))).map((one) => withName(jobs, one)) };
  },

  async drainMember(
    { jobs }: Caller,
    { parameters: { member }, body, signal }: Call<Endpoints['drainMember']>,
  ): Promise<Answer<Endpoints['drainMember']>> {
    const id = jobs.store.memberNamed(member);
    return withName(jobs, await jobs.drains.drain(id, body.deadline_s, asking(signal)));
  },

  async undrainMember(
    { jobs }: Caller,
    { parameters: { member }, signal }: Call<Endpoints['undrainMember']>,
  ): Promise<Answer<Endpoints['undrainMember']>> {
    const id = jobs.store.memberNamed(member);
    return { name: jobs.memberName(id), was_drained: await jobs.drains.undo(id, asking(signal)) };
  },

  async leaveFleet(
    { acts }: Caller,
    { parameters: { member } }: Call<Endpoints['leaveFleet']>,
  ): Promise<Answer<Endpoints['leaveFleet']>> {
    await there(acts).leave(member);
    return { name: member };
  },

  async joinFleet(
    { acts }: Caller,
    { parameters: { member } }: Call<Endpoints['joinFleet']>,
  ): Promise<Answer<Endpoints['joinFleet']>> {
    return { name: member, joined: await there(acts).join(member) };
  },
};

const withName = (jobs: FleetJobs, one: DrainStatus) => ({ ...one, name: jobs.memberName(one.member) });

function there(acts: MemberActs | null): MemberActs {
  if (acts === null) throw noMemberActs();
  return acts;
}

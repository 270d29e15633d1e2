import { z } from 'zod';
import { drainRecord } from '../jobs/index.js';
import type { Endpoint } from './endpoint.js';
import { drain } from './schemas.js';

const member = z.strictObject({ member: z.string().describe('Name of a member, or its id.') });

/** Calls that change who takes part in the fleet and who gets tasks: for admins. */
export const memberEndpoints = {
  listDrains: {
    method: 'GET',
    path: '/v1/drains',
    group: 'fleet',
    summary: 'Members that get no tasks, and what still runs there.',
    gives: 'json',
    answer: z.object({ drains: z.array(drain) }),
    status: 200,
    refusals: [],
  },
  drainMember: {
    method: 'POST',
    path: '/v1/members/{member}/drain',
    group: 'fleet',
    summary:
      'Gives a member no more tasks: what it runs may end, replicas of services move at once. Admins may.',
    parameters: member,
    body: z.strictObject({
      deadline_s: drainRecord.shape.deadline_s
        .default(null)
        .describe(
          'After so many seconds, what still runs there is given back and runs elsewhere; null: it may end.',
        ),
    }),
    gives: 'json',
    answer: drain,
    status: 200,
    refusals: [403, 404],
  },
  undrainMember: {
    method: 'DELETE',
    path: '/v1/members/{member}/drain',
    group: 'fleet',
    summary: 'Lets a member have tasks again. Admins may.',
    parameters: member,
    gives: 'json',
    answer: z.object({ name: z.string(), was_drained: z.boolean() }),
    status: 200,
    refusals: [403, 404],
  },
  leaveFleet: {
    method: 'POST',
    path: '/v1/members/{member}/leave',
    group: 'fleet',
    summary: 'Lets a member leave: the others see that it left. Admins may; only `collab api` can.',
    parameters: member,
    gives: 'json',
    answer: z.object({ name: z.string() }),
    status: 200,
    refusals: [403, 404],
  },
  joinFleet: {
    method: 'POST',
    path: '/v1/members/{member}/join',
    group: 'fleet',
    summary:
      'Lets a member that left come back, through members that it knows. Admins may; only `collab api` can.',
    parameters: member,
    gives: 'json',
    answer: z.object({
      name: z.string(),
      joined: z.int().nonnegative().describe('So many members it reached. With 0, it goes on trying.'),
    }),
    status: 200,
    refusals: [403, 404],
  },
} as const satisfies Readonly<Record<string, Endpoint>>;

import { z } from 'zod';

/** Replicas of one service. */
export const maxReplicas = 100;
/** Ends of attempts that the record of a replica has. */
export const keptEnds = 5;
/** A replica that ran for so long is started again at once, as one that never failed. */
export const steadyMs = 60_000;
const firstPauseMs = 1000;
const longestPauseMs = 60_000;

/** Lower ones need rights that an agent does not have. */
export const servicePort = z
  .int('must be a whole number from 1024 to 65535')
  .min(1024, 'must be a whole number from 1024 to 65535')
  .max(65535, 'must be a whole number from 1024 to 65535');

const port = z.int().min(1).max(65535);
const place = z.object({ job: z.string(), task: z.int().nonnegative(), attempt: z.int().positive() });

/** A replica as its worker sees it: where it listens on its device, and whether it takes connections. */
export const replicaState = place.extend({ port, ready: z.boolean() });
export type ReplicaState = z.output<typeof replicaState>;

/** Where a member takes connections for a service. */
export const serviceEntry = z.object({
  job: z.string(),
  /** Null where it cannot listen. */
  port: port.nullable(),
  /** Why it cannot; null if it does. */
  fault: z.string().max(300).nullable(),
});
export type ServiceEntry = z.output<typeof serviceEntry>;

/** A service as workers are told of it: what is ready, on which devices. */
export const toldService = z.object({
  job: z.string(),
  name: z.string(),
  port,
  replicas: z.array(z.object({ address: z.string(), port })),
});
export type ToldService = z.output<typeof toldService>;

/** A service as users see it. */
export const serviceStatus = z.object({
  port,
  /** Replicas that take connections. */
  ready: z.int().nonnegative(),
  /** Members through which it is reached. */
  members: z.array(
    z.object({
      member: z.string(),
      address: z.string(),
      port: port.nullable(),
      fault: z.string().nullable(),
    }),
  ),
});

const serviceName = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What is wrong with the name of a service, by which other tasks find it; null if nothing is. */
export const serviceNameFault = (name: string): string | null =>
  serviceName.test(name)
    ? null
    : 'the name of a service has lower-case letters, digits, and dashes, begins with a letter, and has at most 63 characters';

/**
 * How long a replica is not started again.
 * @param restarts attempts in a row that ended before `steadyMs`
 */
export const pauseMsOf = (restarts: number): number =>
  Math.min(longestPauseMs, firstPauseMs * 2 ** Math.max(0, restarts - 1));

/** The variable in which other tasks find `host:port` of a service. */
export const serviceVariable = (name: string): string =>
  `COLLAB_SERVICE_${name.toUpperCase().replace(/-/g, '_')}`;

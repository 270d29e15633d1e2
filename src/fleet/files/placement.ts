import { z } from 'zod';
import { type Broker, question } from '../broker/index.js';
import { CollabError, ExitCode } from '../../errors.js';

/** Where all is, as an agent of a keeper sees it: its answer to the question `placement`. Names of members come from their ids. */
export const placement = z.object({
  /** Member that schedules and repairs; null while nobody does. */
  leader: z.string().nullable(),
  servers: z.array(
    z.object({
      /** Id of the member. */
      member: z.string(),
      /** Of its server in the cluster. */
      name: z.string(),
      used_bytes: z.number().nonnegative().nullable(),
      /** Of the disk that its files are on; null if its agent does not answer. */
      free_bytes: z.number().nonnegative().nullable(),
      /** Whether so little is left that nothing can be put. */
      is_full: z.boolean(),
      is_current: z.boolean(),
      is_offline: z.boolean(),
      /** How long ago the cluster heard of it. */
      last_seen_ms: z.number().nonnegative(),
    }),
  ),
  buckets: z.array(
    z.object({
      stream: z.string(),
      replicas: z.array(
        z.object({
          member: z.string(),
          is_leader: z.boolean(),
          is_current: z.boolean(),
          is_offline: z.boolean(),
          /** Messages that it lacks. */
          lag: z.number().nonnegative(),
        }),
      ),
      /** Replicas that there should be. */
      target: z.number().int().nonnegative(),
      messages: z.number().nonnegative(),
      bytes: z.number().nonnegative(),
    }),
  ),
});
export type Placement = z.output<typeof placement>;

/** Asks the agent of any keeper. @throws CollabError `broker-no-answer`, `store-placement` */
export async function askPlacement(
  broker: Broker,
  identity: string,
  signal?: AbortSignal,
): Promise<Placement> {
  const pieces: Uint8Array[] = [];
  const nothing = new Uint8Array();
  for await (const piece of broker.ask(question(identity, 'placement'), nothing, signal)) pieces.push(piece);
  try {
    return placement.parse(JSON.parse(Buffer.concat(pieces).toString()));
  } catch (cause) {
    throw new CollabError('store-placement', {
      what: 'A keeper says in a form of its own where files lie.',
      why: 'It runs another version of collab, or it could not ask the others.',
      next: 'Bring the fleet up to date with: collab fleet up',
      exitCode: ExitCode.deviceUnreachable,
      cause,
    });
  }
}

import { z } from 'zod';

const port = z.int().min(1).max(65535);
const memberId = z.string().regex(/^[0-9a-f]{20}$/);

/** What the agent of a member is told, in `agent/<hash>.json` below the member's state folder. */
export const agentConfig = z.object({
  format: z.literal(1),
  fleet: z.string(),
  member: z.object({ id: memberId, name: z.string() }),
  /** Of the set of keepers. */
  generation: z.int().positive(),
  /** Whether this member is one of the keepers. */
  keeper: z.boolean(),
  keepers: z.array(z.object({ id: memberId, name: z.string(), address: z.string(), nats_port: port })),
  /** State folder of the member, as its programs see it. */
  state: z.string(),
  /** Where nats-server writes its process id. */
  nats_pid_file: z.string(),
  /** Whether something starts nats-server again when it ends. */
  nats_supervised: z.boolean(),
  /** Versions that are kept of a file. */
  keep: z.int().positive(),
  /** A keeper that is away for longer is replaced. */
  replace_after_s: z.number().positive(),
  /** Tasks that run here at the same time; 0 for none. */
  slots: z.int().nonnegative().default(1),
  /** Of the member: jobs ask for workers by these. */
  tags: z.array(z.string()).default([]),
  /** Where a keeper serves the API; null for nowhere. */
  api: z.object({ address: z.string(), port }).nullable().default(null),
  /** The version of collab that made this. */
  version: z.string().default(''),
});

export type AgentConfig = z.output<typeof agentConfig>;

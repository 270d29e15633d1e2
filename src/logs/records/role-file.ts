import { z } from 'zod';
import { cell } from './role-records.js';

const text = z.string().min(1);
const count = z.number().int().nonnegative();
const seconds = z.number().nonnegative();
const port = z.number().int().min(1).max(65535);
const namespace = z.enum(['own', 'shared']);

/** A key that may be missing or null in the file. */
const optional = <T extends z.ZodType>(schema: T, value: z.output<T>) =>
  schema.nullish().transform((given): z.output<T> => given ?? value);

/** Address of a port of a role instance, as its peers reach it. */
const peer = z.object({
  role: text,
  rank: count,
  ports: z.record(z.string(), z.object({ host: z.string(), port })),
});

/**
 * role.json, the contract between the controller, which writes it into a role's folder, and the wrapper, which reads it
 * (`src/wrapper/collab_wrapper/run/role.py`). Tests of both sides check the files of `tests/fixtures/role-json`.
 */
export const roleFile = z
  .object({
    run_id: text,
    trial: count,
    repeat: count,
    warmup: optional(z.boolean(), false),
    role: text,
    rank: count,
    /** How many instances the role has. */
    count,
    command: z.array(z.string()).min(1).readonly(),
    /** Where the command is started. */
    directory: text,
    parameters: optional(z.record(z.string(), cell).readonly(), {}),
    peers: optional(z.array(peer).readonly(), []),
    /** Ports that the role binds to, by name. */
    ports: optional(z.record(z.string(), port).readonly(), {}),
    /** Folders of data, by name, as the role reaches them. */
    data: optional(z.record(z.string(), z.string()).readonly(), {}),
    /** What shows that the role is ready: a line of its log, a port that answers, or a call of the `collab` module. */
    ready: optional(
      z
        .union([z.object({ log: text }), z.object({ port: text }), z.object({ helper: z.literal(true) })])
        .nullable(),
      null,
    ),
    sampling_s: z.number().positive(),
    /** Metrics that are read only on request. */
    metrics: optional(z.array(z.string()).readonly(), []),
    /** How long power is measured before the command starts, where there is a sensor. */
    idle_s: optional(seconds, 0),
    /** Program that prints watts; null when the experiment names none. */
    meter: optional(z.array(z.string()).min(1).readonly().nullable(), null),
    /** Where the roles of the trial wait for each other; `listen` is set for the one whose wrapper they meet at. */
    meeting: optional(
      z
        .object({ host: z.string(), port, key: z.string(), listen: optional(z.string().nullable(), null) })
        .nullable(),
      null,
    ),
    timeout_s: optional(seconds.nullable(), null),
    stop_grace_s: optional(seconds, 5),
    network_namespace: optional(namespace, 'shared'),
    cgroup: optional(namespace, 'shared'),
    /** A sampler on the host reads what the role's container may not see, and writes it into the role's folder. */
    host_sensors: optional(z.boolean(), false),
  })
  .refine(({ ready, ports }) => ready === null || !('port' in ready) || ready.port in ports, {
    path: ['ready', 'port'],
    message: 'it must be a name in ports',
  });
export type RoleFile = z.output<typeof roleFile>;

/** What the controller orders of a role, whatever runs it. The runtime adds the rest of role.json. */
export type RoleOrder = Omit<
  RoleFile,
  'directory' | 'data' | 'network_namespace' | 'cgroup' | 'host_sensors'
>;

/** The text of role.json. @throws ZodError when it breaks the contract */
export function roleFileText(file: z.input<typeof roleFile>): string {
  roleFile.parse(file);
  return `${JSON.stringify(file, null, 2)}\n`;
}

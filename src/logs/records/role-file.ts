import { z } from 'zod';
import { jsonOf, parseJson } from '../../workspace/index.js';
import { parameterValue } from './parameter-value.js';

const text = z.string().min(1);
const count = z.number().int().nonnegative();
const seconds = z.number().nonnegative();
const port = z.number().int().min(1).max(65535);
const namespace = z.enum(['own', 'shared']);

/** A key that may be missing or null in the file. */
const optional = <T extends z.ZodType>(schema: T, value: z.output<T>) =>
  schema.nullish().transform((given): z.output<T> => given ?? value);

/** Addresses of a role instance, as its peers reach it. */
const peer = z.object({
  role: text,
  rank: count,
  host: text.optional().describe('Address of its device'),
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
    attempt: optional(count.min(1), 1).describe('Which try at the trial this is, from 1'),
    repeat: count,
    warmup: optional(z.boolean(), false),
    role: text,
    rank: count.describe('Number of this instance of the role, from 0'),
    count: count.describe('How many instances the role has'),
    command: z.array(z.string()).min(1).readonly(),
    directory: text.describe('Where the command is started'),
    parameters: optional(z.record(z.string(), parameterValue).readonly(), {}),
    peers: optional(z.array(peer).readonly(), []).describe('All role instances of the trial'),
    ports: optional(z.record(z.string(), port).readonly(), {}).describe(
      'Ports that the role binds to, by name',
    ),
    reads_in_command: optional(z.array(z.string()).readonly(), []).describe(
      'Parameters whose values are part of `command`, `prepare`, `finalize` or `meter`',
    ),
    reads_declared: optional(z.array(z.string()).readonly(), []).describe(
      'Parameters that the code reads by other ways than the `collab` module, as its role declares (`reads`)',
    ),
    port_protocols: optional(z.record(z.string(), z.enum(['tcp', 'udp'])).readonly(), {}).describe(
      'Protocols of the ports that serve one only; the others serve TCP and UDP',
    ),
    data: optional(z.record(z.string(), z.string()).readonly(), {}).describe(
      'Folders of data, by name, as the role reaches them',
    ),
    venv: optional(text.nullable(), null).describe(
      'Virtual environment of Python whose programs and packages the command uses; null without one',
    ),
    ready: optional(
      z
        .union([
          z.object({ log: text.describe('Text that a line of its output contains') }),
          z.object({ port: text.describe('Name of a port that accepts connections') }),
          z.object({ helper: z.literal(true).describe('Its code calls `collab.ready()`') }),
        ])
        .nullable(),
      null,
    ).describe('What shows that the role is ready; null: it is ready at once'),
    sampling_s: z.number().positive().describe('Interval between samples'),
    metrics: optional(z.array(z.string()).readonly(), []).describe('Metrics that are read only on request'),
    idle_s: optional(seconds, 0).describe(
      'How long power is measured before the command starts, if there is a sensor',
    ),
    meter: optional(z.array(z.string()).min(1).readonly().nullable(), null).describe(
      'Program that prints watts, and its arguments',
    ),
    prepare: optional(z.array(z.string()).min(1).readonly().nullable(), null).describe(
      'Command that runs to its end before `command` starts, not measured; null without one',
    ),
    finalize: optional(z.array(z.string()).min(1).readonly().nullable(), null).describe(
      'Command that runs after `command` has ended, not measured; null without one',
    ),
    meeting: optional(
      z
        .object({
          host: z.string(),
          port,
          key: z.string().describe('Keeps the roles of other trials out'),
          listen: optional(z.string().nullable(), null).describe(
            'Address on which the wrapper of this role instance listens; null for all others',
          ),
        })
        .nullable(),
      null,
    ).describe('Where the roles of the trial wait for each other (`collab.barrier`)'),
    timeout_s: optional(seconds.nullable(), null).describe('The wrapper ends the command after this time'),
    stop_grace_s: optional(seconds, 5).describe('Time between SIGTERM and SIGKILL'),
    network_namespace: optional(namespace, 'shared').describe(
      'Whether the role has its own network namespace, so that its bytes can be measured',
    ),
    cgroup: optional(namespace, 'shared').describe('Whether the role has its own cgroup'),
    cores: optional(count.min(1).nullable(), null).describe(
      'Cores that the role has; the thread counts of OpenMP and BLAS follow it',
    ),
    restart: optional(z.enum(['trial', 'run']), 'trial').describe(
      'A process for each trial, or one for the run, whose code asks for the trials (`collab.trials`)',
    ),
    service: optional(z.boolean(), false).describe(
      'Whether its trial ends when the controller says so, because it serves the other roles',
    ),
    hold: optional(z.boolean(), false).describe(
      'The wrapper waits for the end of the pipe `hold`: with the file `go`, the role then begins',
    ),
    host_sensors: optional(z.boolean(), false).describe(
      "A sampler on the host reads what the role's container may not see, and writes it into the role's folder",
    ),
  })
  .refine(({ ready, ports }) => ready === null || !('port' in ready) || ready.port in ports, {
    path: ['ready', 'port'],
    message: 'it must be a name in ports',
  });
export type RoleFile = z.output<typeof roleFile>;

/** What the controller orders of a role, whatever runs it. The runtime adds the rest of role.json. */
export type RoleOrder = Omit<
  RoleFile,
  | 'attempt'
  | 'directory'
  | 'data'
  | 'venv'
  | 'network_namespace'
  | 'cgroup'
  | 'cores'
  | 'restart'
  | 'service'
  | 'hold'
  | 'host_sensors'
> & { attempt?: number; restart?: 'trial' | 'run'; service?: boolean };

/** The order in a text of role.json; null if it is none. */
export function orderIn(text: string): RoleOrder | null {
  const parsed = roleFile.safeParse(jsonIn(text));
  if (!parsed.success) return null;
  const { attempt, ...order } = parsed.data;
  return { ...order, ...(attempt > 1 && { attempt }) };
}

/** How a role was to be run, by the text of its role.json; null if it is none. */
export function orderedHow(text: string): { runtime: 'docker' | 'process'; samplingS: number } | null {
  const parsed = roleFile.safeParse(jsonIn(text));
  if (!parsed.success) return null;
  const { cgroup, sampling_s: samplingS } = parsed.data;
  // A process of the host has no cgroup of its own.
  return { runtime: cgroup === 'own' ? 'docker' : 'process', samplingS };
}

function jsonIn(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** The text of role.json. @throws ZodError when it breaks the contract */
export function roleFileText(file: z.input<typeof roleFile>): string {
  roleFile.parse(file);
  return `${jsonOf(file, 2)}\n`;
}

import { z } from 'zod';

/** What the leader lets users do, and how long it keeps jobs. */
const jobLimits = z.object({
  tasks_per_user: z.int().positive().default(1_000_000),
  /** Null: no limit. */
  running_per_user: z.int().positive().nullable().default(null),
  /** Null: all jobs are kept. */
  keep_days: z.number().positive().nullable().default(null),
});
export type JobLimits = z.output<typeof jobLimits>;

const port = z.int().min(1).max(65535);
const memberId = z.string().regex(/^[0-9a-f]{20}$/);

/** Label of the containers of tasks; its value is the fleet's name. */
export const taskLabel = 'collab.tasks-of';
/**
 * The variable with the path of the member's state folder on the device. The member's container has that folder at the same path,
 * because the engine mounts folders of the device into the containers of tasks.
 */
export const deviceStateVariable = 'COLLAB_DEVICE_STATE';
/** The variable with the numeric groups that own the device files of the device's GPU, separated by commas. */
export const gpuGroupsVariable = 'COLLAB_GPU_GROUPS';
/** Where the member's container sees the device's /tmp, with its lease. */
export const deviceTmp = '/device/tmp';

/** What the agent of a member is told, in `agent/<hash>.json` below the member's state folder. */
export const agentConfig = z.object({
  format: z.literal(1),
  fleet: z.string(),
  member: z.object({ id: memberId, name: z.string() }),
  /** Where others reach it. */
  address: z.string().default('127.0.0.1'),
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
  /** Tasks that run here at the same time; 0 for none, and for no replicas. */
  slots: z.int().nonnegative().default(1),
  /** Replicas of services that run here at the same time, beside the tasks. */
  replicas: z.int().nonnegative().default(8),
  /** Of the member: jobs ask for workers by these. */
  tags: z.array(z.string()).default([]),
  /** How tasks run: as processes of the login, or each in a container. */
  runs: z.enum(['process', 'container']).default('process'),
  /** Of the device, as far as it is known. */
  memory_bytes: z.number().positive().nullable().default(null),
  cores: z.int().positive().nullable().default(null),
  /** How a container gets access to its GPU; null without one that a container can use. */
  gpu: z.enum(['nvidia-runtime', 'device-request']).nullable().default(null),
  /** Of the device, e.g. `cuda`; null if none is known. */
  accelerator: z.string().nullable().default(null),
  jobs: jobLimits.prefault({}),
  /** Where a keeper serves the API; null for nowhere. */
  api: z.object({ address: z.string(), port }).nullable().default(null),
  /** How a keeper serves the dashboard; null for not at all. */
  dashboard: z
    .object({
      /** Path of the program: JavaScript. */
      program: z.string(),
      address: z.string(),
      port,
      /** Names by which browsers ask for it, beside the keeper's addresses. */
      hosts: z.array(z.string()),
      /** Of the HTTP API of this member. */
      http_port: port,
    })
    .nullable()
    .default(null),
  /** Whether clients submit jobs by MQTT; the leader hears them. */
  mqtt: z.boolean().default(false),
  /** The version of collab that made this. */
  version: z.string().default(''),
});

export type AgentConfig = z.output<typeof agentConfig>;

/** Of a member's state folder: what its tasks of all jobs share. */
export const programsFolder = 'programs';

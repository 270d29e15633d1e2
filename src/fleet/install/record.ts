import { z } from 'zod';
import { deviceName } from '../../network/index.js';
import { memberId } from '../credentials/index.js';
import { type FleetSettings, profileNames } from '../membership/index.js';

const port = z.int().min(1).max(65535);

/** A member, as the controller that made the fleet knows it. */
const memberRecord = z.object({
  id: memberId,
  /** Name of the device in its LAN; of a fleet on this machine `m1`, `m2` ... */
  name: deviceName,
  address: z.string().min(1),
  /** Membership, UDP and TCP. */
  gossip_port: port,
  /** The member's HTTP API. */
  http_port: port,
  /** NATS, for clients; used when it is a keeper. */
  nats_port: port,
  /** NATS, between keepers. */
  route_port: port,
  /** The API, on this machine only; used when it is a keeper. */
  api_port: port.optional(),
  /** MQTT, on this machine only; used when it is a keeper. */
  mqtt_port: port.optional(),
  /** The dashboard, on this machine only; used when it is a keeper. */
  dashboard_port: port.optional(),
  tags: z.array(z.string()),
  architecture: z.string(),
  cores: z.int().positive().nullable(),
  memory_bytes: z.number().positive().nullable(),
  accelerator: z.string().nullable(),
  /** How its containers get access to a GPU; null without one that they can use. */
  gpu: z.enum(['nvidia-runtime', 'device-request']).nullable().default(null),
});

const keeperSet = {
  /** Counts the sets of keepers: each has a store of its own. */
  generation: z.int().positive(),
  ids: z.array(memberId),
};

export const fleetRecord = z.object({
  format: z.literal(1),
  name: deviceName,
  /** `lan`: a container on each device of a LAN. `local`: processes on this machine. */
  kind: z.enum(['lan', 'local']),
  /** Name of the LAN; null for a fleet on this machine. */
  lan: z.string().nullable(),
  /** The version of collab that last changed the fleet. */
  version: z.string(),
  /** Whether the engine of a device is open to the fleet's container there. */
  tasks: z.boolean(),
  /** How members watch over each other, and whether reading their HTTP API needs no token. */
  settings: z.object({
    profile: z.enum(profileNames),
    ping_every_ms: z.number().positive(),
    ping_timeout_ms: z.number().positive(),
    indirect_checks: z.int().nonnegative(),
    cleanup_ms: z.number().positive().nullable(),
    public_read: z.boolean(),
    gossip_port: port,
    http_port: port,
    /** Versions of a file that are kept. */
    keep: z.int().positive().default(5),
    /** A keeper that is gone for so long is replaced. */
    replace_after_s: z.number().positive().default(600),
    /** Tasks of jobs that run on a member at the same time. */
    slots: z.int().nonnegative().default(1),
    /** Replicas of services that run on a member at the same time, beside its tasks. */
    replicas: z.int().nonnegative().default(8),
    /** Tasks that a user may have queued and running. */
    tasks_per_user: z.int().positive().default(1_000_000),
    /** Tasks that run for a user at the same time; null: no limit. */
    running_per_user: z.int().positive().nullable().default(null),
    /** Jobs that ended so long ago are removed; null: none are. */
    keep_days: z.number().positive().nullable().default(null),
    /** Port of the keepers' API; null if they serve none. */
    api_port: port.nullable().default(null),
    /** Port of the keepers for MQTT; null if they do not speak it. */
    mqtt_port: port.nullable().default(null),
    /** Port of the keepers' dashboard; null if they serve none. */
    dashboard_port: port.nullable().default(null),
    dashboard_hosts: z.array(z.string()).default([]),
  }),
  keepers: z.object({
    ...keeperSet,
    /** Counts the changes within a generation: a server that is added gets a name that no earlier one had. */
    round: z.int().positive().default(1),
    /** The keepers before, while their store is being copied to these; null when that is done. */
    from: z.object(keeperSet).nullable().default(null),
  }),
  /** Whether the fleet got a store: from then on, one that is missing was lost, and is not made anew without being told. */
  store_made: z.boolean().default(false),
  members: z.array(memberRecord),
});

export type FleetRecord = z.output<typeof fleetRecord>;
export type FleetMember = z.output<typeof memberRecord>;

/** The member id of a device: the first 80 bits of its ssh host key's fingerprint (`SHA256:<base64>`). */
export function memberIdOf(fingerprint: string): string {
  const bytes = Buffer.from(fingerprint.replace(/^SHA256:/, ''), 'base64');
  if (bytes.length < 32) throw new TypeError(`${fingerprint} is not a fingerprint of a host key`);
  return bytes.toString('hex').slice(0, 20);
}

/** Settings as a fleet's record keeps them. */
export const settingsRecord = (settings: FleetSettings): FleetRecord['settings'] => ({
  profile: settings.profile,
  ping_every_ms: settings.pingEveryMs,
  ping_timeout_ms: settings.pingTimeoutMs,
  indirect_checks: settings.indirectChecks,
  cleanup_ms: settings.cleanupMs,
  public_read: settings.publicRead,
  gossip_port: settings.ports.gossip,
  http_port: settings.ports.http,
  keep: settings.keep,
  replace_after_s: settings.replaceAfterS,
  slots: settings.slots,
  replicas: settings.replicas,
  tasks_per_user: settings.tasksPerUser,
  running_per_user: settings.runningPerUser,
  keep_days: settings.keepDays,
  api_port: settings.apiPort,
  mqtt_port: settings.mqttPort,
  dashboard_port: settings.dashboardPort,
  dashboard_hosts: [...settings.dashboardHosts],
});

/** Settings out of a fleet's record. */
export const settingsOf = ({ settings }: Pick<FleetRecord, 'settings'>): FleetSettings => ({
  profile: settings.profile,
  pingEveryMs: settings.ping_every_ms,
  pingTimeoutMs: settings.ping_timeout_ms,
  indirectChecks: settings.indirect_checks,
  cleanupMs: settings.cleanup_ms,
  publicRead: settings.public_read,
  ports: { gossip: settings.gossip_port, http: settings.http_port },
  keep: settings.keep,
  replaceAfterS: settings.replace_after_s,
  slots: settings.slots,
  replicas: settings.replicas,
  tasksPerUser: settings.tasks_per_user,
  runningPerUser: settings.running_per_user,
  keepDays: settings.keep_days,
  apiPort: settings.api_port,
  mqttPort: settings.mqtt_port,
  dashboardPort: settings.dashboard_port,
  dashboardHosts: settings.dashboard_hosts,
});

/** Whether the fleet's files are on one keeper only, so that they are lost with it. */
export const isReplicated = ({ keepers }: Pick<FleetRecord, 'keepers'>): boolean => keepers.ids.length >= 3;

import { z } from 'zod';
import { CollabError, ExitCode } from '../../errors.js';
import {
  type Fault,
  formatFault,
  parseYaml,
  type PathFault,
  schemaFaults,
  durationSchema,
  parseDurationS,
  valueAt,
} from '../../workspace/index.js';
import { leastSuspicionMult } from './cleanup.js';
import type { ProfileName } from './profiles.js';
import {
  defaultSettings,
  membershipKeys,
  type MembershipSettings,
  resolveSettings,
  type WrittenSettings,
} from './settings.js';

const storeKeys = z
  .strictObject({
    keep: z
      .int('must be a whole number from 1 to 1000')
      .min(1)
      .max(1000)
      .default(5)
      .describe('Versions of a file that are kept; older ones are removed.'),
    replace_after: durationSchema('30s', '720h', '10m')
      .default('10m')
      .describe('A keeper that is gone for so long is replaced by another one, if there is one.'),
  })
  .prefault({})
  .describe('How files are kept.');

/** Replicas of services take no slots: without a limit of their own, they would be as many as users like. */
export const defaultReplicas = 8;

const jobKeys = z
  .strictObject({
    slots: z
      .int('must be a whole number from 0 to 1000')
      .min(0)
      .max(1000)
      .default(1)
      .describe('Tasks of jobs that run on a member at the same time; 0 for none, and for no replicas.'),
    replicas: z
      .int('must be a whole number from 0 to 1000')
      .min(0)
      .max(1000)
      .default(defaultReplicas)
      .describe('Replicas of services that run on a member at the same time, beside its tasks; 0 for none.'),
    tasks_per_user: z
      .int('must be a whole number from 1 to 100000000')
      .min(1)
      .max(100_000_000)
      .default(1_000_000)
      .describe(
        "Tasks that a user's jobs have queued or running; a job that would make them more is refused.",
      ),
    running_per_user: z
      .int('must be a whole number from 1 to 1000000')
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('Tasks that run for a user at the same time; the others wait. Default: no limit.'),
    keep_days: z
      .number('must be a number of days above 0, at most 36500')
      .positive('must be a number of days above 0, at most 36500')
      .max(36_500)
      .optional()
      .describe(
        'A job that ended so many days ago is removed, with the files that it left. Default: jobs are kept.',
      ),
  })
  .prefault({})
  .describe('How tasks of jobs are run.');

const defaultApiPort = 7948;
const apiForm = 'must be true, false, or a port such as { port: 7948 }';
const apiKeys = z
  .union(
    [z.boolean(), z.strictObject({ port: z.int(apiForm).min(1, apiForm).max(65_535, apiForm) })],
    apiForm,
  )
  .default(false)
  .describe(`true: keepers serve the API over TLS, on port ${defaultApiPort} or the one that is given.`);

const defaultMqttPort = 8883;
const mqttForm = 'must be true, false, or a port such as { port: 8883 }';
const mqttKeys = z
  .union(
    [z.boolean(), z.strictObject({ port: z.int(mqttForm).min(1, mqttForm).max(65_535, mqttForm) })],
    mqttForm,
  )
  .default(false)
  .describe(
    `true: users with a password for it submit jobs by MQTT over TLS, on port ${defaultMqttPort} of keepers or the one that is given.`,
  );

const defaultDashboardPort = 7951;
const dashboardForm = 'must be true, false, or such as { port: 7951, hosts: [lab.example.org] }';
const dashboardKeys = z
  .union(
    [
      z.boolean(),
      z.strictObject({
        port: z.int(dashboardForm).min(1, dashboardForm).max(65_535, dashboardForm).optional(),
        hosts: z
          .array(z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, dashboardForm))
          .max(20)
          .default([]),
      }),
    ],
    dashboardForm,
  )
  .default(false)
  .describe(
    `true: keepers serve the dashboard over TLS, on port ${defaultDashboardPort} or the one that is given. Browsers may ask for it by the names in hosts, beside the keeper's addresses.`,
  );

/** fleet.yaml. Other rooms add their keys here. */
export const fleetSchema = z.strictObject({
  ...membershipKeys,
  store: storeKeys,
  jobs: jobKeys,
  api: apiKeys,
  mqtt: mqttKeys,
  dashboard: dashboardKeys,
});

/** All that fleet.yaml says. */
export interface FleetSettings extends MembershipSettings {
  /** Versions of a file that are kept. */
  keep: number;
  /** A keeper that is gone for so long is replaced. */
  replaceAfterS: number;
  /** Tasks of jobs that run on a member at the same time. */
  slots: number;
  /** Replicas of services that run on a member at the same time, beside its tasks. */
  replicas: number;
  /** Tasks that a user may have queued and running. */
  tasksPerUser: number;
  /** Tasks that run for a user at the same time; null: no limit. */
  runningPerUser: number | null;
  /** Jobs that ended so long ago are removed; null: none are. */
  keepDays: number | null;
  /** Port of the keepers' API; null if they serve none. */
  apiPort: number | null;
  /** Port of the keepers for MQTT; null if they do not speak it. */
  mqttPort: number | null;
  /** Port of the keepers' dashboard; null if they serve none. */
  dashboardPort: number | null;
  /** Names by which browsers ask for it, beside the keepers' addresses. */
  dashboardHosts: readonly string[];
}

/** The settings of a profile, without a file. */
export function defaultFleetSettings(profile: ProfileName = 'lan'): FleetSettings {
  return { ...defaultSettings(profile), ...ownSettings(fleetSchema.parse({})) };
}

/** A larger file is refused without being parsed. */
const maxFileBytes = 100_000;

/** The settings that a text of fleet.yaml means, or every fault of it, in the order of its lines. An empty text means the defaults. */
export async function checkFleetFile(
  text: string,
  file = 'fleet.yaml',
): Promise<{ settings: FleetSettings } | { faults: Fault[] }> {
  if (text.length > maxFileBytes) {
    return { faults: [{ file, line: null, path: '', message: `is larger than ${maxFileBytes / 1000} kB` }] };
  }
  const yaml = await parseYaml(text);
  if (yaml.faults.length > 0) {
    return { faults: yaml.faults.map(({ line, message }) => ({ file, line, path: '', message })) };
  }
  const raw = yaml.value ?? {};
  const parsed = fleetSchema.safeParse(raw);
  const found = [
    ...(parsed.success ? [] : schemaFaults(fleetSchema, parsed.error, raw)),
    ...crossFaults(raw, (key) => !parsed.success && parsed.error.issues.some(({ path }) => path[0] === key)),
  ];
  if (parsed.success && found.length === 0) {
    return { settings: { ...resolveSettings(parsed.data), ...ownSettings(parsed.data) } };
  }
  const faults = found
    .map(({ path, message }) => ({ file, line: yaml.lineOf(path), path: path.join('.'), message }))
    .sort((a, b) => a.line - b.line);
  return { faults };
}

/** @throws CollabError `fleet-settings-invalid` with every fault and its line */
export async function parseFleetFile(text: string, file = 'fleet.yaml'): Promise<FleetSettings> {
  const checked = await checkFleetFile(text, file);
  if ('settings' in checked) return checked.settings;
  const { length } = checked.faults;
  throw new CollabError('fleet-settings-invalid', {
    what: `${file} has ${length} fault${length === 1 ? '' : 's'}.`,
    why: checked.faults.map(formatFault).join('\n'),
    next: 'Fix them. A key that is left out has a default.',
    exitCode: ExitCode.usage,
  });
}

const ownSettings = ({ store, jobs, api, mqtt, dashboard }: z.output<typeof fleetSchema>) => ({
  keep: store.keep,
  replaceAfterS: parseDurationS(store.replace_after) ?? 0,
  slots: jobs.slots,
  replicas: jobs.replicas,
  tasksPerUser: jobs.tasks_per_user,
  runningPerUser: jobs.running_per_user ?? null,
  keepDays: jobs.keep_days ?? null,
  apiPort: portOf(api, defaultApiPort),
  mqttPort: portOf(mqtt, defaultMqttPort),
  dashboardPort: portOf(dashboard, defaultDashboardPort),
  dashboardHosts: typeof dashboard === 'object' ? dashboard.hosts : [],
});

const portOf = (written: boolean | { port?: number | undefined }, byDefault: number): number | null =>
  typeof written === 'object' ? (written.port ?? byDefault) : written ? byDefault : null;

/** Values that do not go together. A value that is wrong by itself is left out. */
function crossFaults(raw: unknown, isWrong: (key: string) => boolean): PathFault[] {
  const keys = ['profile', 'ping_every', 'ping_timeout', 'cleanup'] as const;
  const part = Object.fromEntries(
    keys.filter((key) => !isWrong(key)).map((key) => [key, valueAt(raw, [key])]),
  );
  const written: WrittenSettings | undefined = z.object(membershipKeys).safeParse(part).data;
  if (written === undefined) return [];
  const { pingEveryMs, pingTimeoutMs, cleanupMs } = resolveSettings(written);
  const faults: PathFault[] = [];
  if (pingTimeoutMs >= pingEveryMs) {
    const message = `must be shorter than ping_every, which is ${pingEveryMs} ms: others ask the member in the rest of it`;
    faults.push({ path: ['ping_timeout'], message });
  }
  if (cleanupMs !== null && cleanupMs < leastSuspicionMult * pingEveryMs) {
    const message = `must be at least ${leastSuspicionMult} times ping_every, which is ${pingEveryMs} ms: a suspect needs that time to refute`;
    faults.push({ path: ['cleanup'], message });
  }
  const ports = fleetSchema.shape.ports.safeParse(valueAt(raw, ['ports'])).data;
  if (ports !== undefined && ports.gossip === ports.http) {
    faults.push({ path: ['ports'], message: 'gossip and http must differ' });
  }
  const api = fleetSchema.shape.api.safeParse(valueAt(raw, ['api'])).data;
  if (ports !== undefined && typeof api === 'object' && Object.values(ports).includes(api.port)) {
    faults.push({ path: ['api'], message: 'must have another port than gossip and http' });
  }
  const mqtt = fleetSchema.shape.mqtt.safeParse(valueAt(raw, ['mqtt'])).data;
  const taken = ports === undefined ? [] : Object.values(ports);
  const ofApi = api === undefined ? null : portOf(api, defaultApiPort);
  if (typeof mqtt === 'object' && [...taken, ofApi].includes(mqtt.port)) {
    faults.push({ path: ['mqtt'], message: 'must have another port than gossip, http, and api' });
  }
  const dashboard = fleetSchema.shape.dashboard.safeParse(valueAt(raw, ['dashboard'])).data;
  const ofMqtt = mqtt === undefined ? null : portOf(mqtt, defaultMqttPort);
  if (
    typeof dashboard === 'object' &&
    [...taken, ofApi, ofMqtt].includes(portOf(dashboard, defaultDashboardPort))
  ) {
    faults.push({
      path: ['dashboard'],
      message: 'must have another port than gossip, http, api, and mqtt',
    });
  }
  return faults;
}

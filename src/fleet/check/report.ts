import { z } from 'zod';
import { packageVersion } from '../../package-folder.js';
import type { FleetRecord } from '../install/index.js';
import { type Aliases, anonymous } from './anonymous.js';
import { drillNames } from './drill.js';
import type { DrillResult } from './run-drills.js';

/** The file of a check. It names no people, addresses, keys or tokens: devices are numbered. */
export const checkReport = z.strictObject({
  format: z.literal(1),
  kind: z.literal('collab-fleet-check'),
  collab_version: z.string(),
  time: z.string(),
  fleet: z.strictObject({
    kind: z.enum(['lan', 'local']),
    members: z.int(),
    keepers: z.int(),
    profile: z.string(),
    ping_every_ms: z.number(),
    ping_timeout_ms: z.number(),
    indirect_checks: z.int(),
    cleanup_ms: z.number().nullable(),
  }),
  devices: z.array(
    z.strictObject({
      device: z.string(),
      keeper: z.boolean(),
      model: z.string().nullable(),
      architecture: z.string(),
      cores: z.int().nullable(),
      memory_bytes: z.number().nullable(),
      accelerator: z.string().nullable(),
      os: z.string().nullable(),
      kernel: z.string().nullable(),
      engine: z.string().nullable(),
    }),
  ),
  /** Whether all drills that were asked for were done. */
  complete: z.boolean(),
  drills: z.array(
    z.strictObject({
      drill: z.enum(drillNames),
      state: z.enum(['passed', 'failed', 'not-checked']),
      expected: z.string(),
      why: z.array(z.string()),
      took_s: z.number(),
      measured: z.array(
        z.strictObject({
          what: z.string(),
          device: z.string().nullable(),
          value: z.number(),
          unit: z.enum(['s', 'count', 'bytes']),
        }),
      ),
    }),
  ),
});
export type CheckReport = z.output<typeof checkReport>;

/** What is known of the device of a member, beside the fleet's record. */
export interface HostFacts {
  model: string | null;
  os: string | null;
  kernel: string | null;
  engine: string | null;
}

export interface ReportParts {
  record: FleetRecord;
  facts: (memberId: string) => HostFacts;
  results: readonly DrillResult[];
  complete: boolean;
  time: Date;
  /** Names of people, of this machine and of networks, which texts of errors may hold. */
  names: readonly string[];
}

/** The report of a check, for people who do not know the fleet. */
export function reportOf({ record, facts, results, complete, time, names }: ReportParts): CheckReport {
  const { settings, keepers } = record;
  const aliases: Aliases = new Map([
    ...names.filter((name) => name.length > 1).map((name) => [name, '<name>'] as const),
    ...record.members.map(({ name }, at) => [name, `device-${at + 1}`] as const),
  ]);
  const clean = (text: string) => anonymous(text, aliases);
  return checkReport.parse({
    format: 1,
    kind: 'collab-fleet-check',
    collab_version: packageVersion(),
    time: time.toISOString(),
    fleet: {
      kind: record.kind,
      members: record.members.length,
      keepers: keepers.ids.length,
      profile: settings.profile,
      ping_every_ms: settings.ping_every_ms,
      ping_timeout_ms: settings.ping_timeout_ms,
      indirect_checks: settings.indirect_checks,
      cleanup_ms: settings.cleanup_ms,
    },
    devices: record.members.map((member, at) => ({
      device: `device-${at + 1}`,
      keeper: keepers.ids.includes(member.id),
      architecture: member.architecture,
      cores: member.cores,
      memory_bytes: member.memory_bytes,
      accelerator: member.accelerator,
      ...facts(member.id),
    })),
    complete,
    drills: results.map(({ drill, state, expected, why, tookS, measured }) => ({
      drill,
      state,
      expected,
      why: why.map(clean),
      took_s: tookS,
      measured: measured.map(({ what, member, value, unit }) => ({
        what,
        device: member === null ? null : clean(member),
        value,
        unit,
      })),
    })),
  });
}

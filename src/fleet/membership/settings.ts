import { z } from 'zod';
import { durationSchema, parseDurationS } from '../../workspace/index.js';
import { planCleanup } from './cleanup.js';
import { type GossipParameters, type ProfileName, profileNames, profiles } from './profiles.js';

const portForm = 'must be a port number from 1 to 65535';
const port = z.int(portForm).min(1, portForm).max(65_535, portForm);

/** The keys of fleet.yaml that membership reads. Each is optional: the profile has a value for it. */
export const membershipKeys = {
  profile: z
    .enum(profileNames, `must be one of ${profileNames.join(', ')}`)
    .default('lan')
    .describe(
      'What suits the network: lan (failed after about 6 s), fast (2 s, for wired boards that are not overloaded), wan (40 s, a fifth of the pings).',
    ),
  ping_every: durationSchema('200ms', '60s', '1s')
    .optional()
    .describe(
      'Each member pings one other in this time, whatever their number. Time to detection and traffic of each member change in proportion to it.',
    ),
  ping_timeout: durationSchema('20ms', '30s', '500ms')
    .optional()
    .describe(
      'How long to wait for an answer before others are asked to ping the member too. Must be longer than a usual round trip. The rest of ping_every is for the others: detection is no faster with a shorter one.',
    ),
  indirect_checks: z
    .int('must be a whole number from 0 to 20')
    .min(0)
    .max(20)
    .optional()
    .describe(
      'How many other members are asked to ping a silent one (M of SWIM). More make false suspicions rarer where packets get lost. A member that has really failed is found as surely and as soon with any number.',
    ),
  cleanup: durationSchema('400ms', '10m', '4s')
    .optional()
    .describe(
      'How long a member is suspect, and can refute it, before it counts as failed. It becomes a whole multiple of ping_every x max(1, log10 of the members), and is longer while few others suspect it too.',
    ),
  public_read: z
    .boolean('must be true or false')
    .default(false)
    .describe('true: everyone who reaches a member may read members and load, without a token.'),
  ports: z
    .strictObject({
      gossip: port.default(7946).describe('UDP and TCP, between members.'),
      http: port.default(7947).describe('TCP, for users.'),
    })
    .prefault({})
    .describe('Ports on every member.'),
};

/** What the keys of membership say, with defaults filled in where they do not depend on the profile. */
export type WrittenSettings = z.output<z.ZodObject<typeof membershipKeys>>;

/** How a fleet watches over its members. */
export interface MembershipSettings {
  profile: ProfileName;
  pingEveryMs: number;
  pingTimeoutMs: number;
  indirectChecks: number;
  /** Null: what the profile's multiplier gives. */
  cleanupMs: number | null;
  publicRead: boolean;
  ports: { gossip: number; http: number };
}

/** Fills in what the profile says. If only `ping_every` is given, the timeout is at most half of it. */
export function resolveSettings(written: WrittenSettings): MembershipSettings {
  const profile = profiles[written.profile];
  const pingEveryMs = toMs(written.ping_every) ?? profile.pingEveryMs;
  return {
    profile: written.profile,
    pingEveryMs,
    pingTimeoutMs: toMs(written.ping_timeout) ?? Math.min(profile.pingTimeoutMs, pingEveryMs / 2),
    indirectChecks: written.indirect_checks ?? profile.indirectChecks,
    cleanupMs: toMs(written.cleanup),
    publicRead: written.public_read,
    ports: written.ports,
  };
}

/** The settings of a profile, without a file. */
export function defaultSettings(profile: ProfileName = 'lan'): MembershipSettings {
  return resolveSettings(z.object(membershipKeys).parse({ profile }));
}

/** memberlist's parameters for a fleet of this size: `cleanup` becomes a multiplier that depends on it. */
export function gossipParameters(settings: MembershipSettings, members: number): GossipParameters {
  const { pingEveryMs, pingTimeoutMs, indirectChecks, cleanupMs } = settings;
  const base = { ...profiles[settings.profile], pingEveryMs, pingTimeoutMs, indirectChecks };
  if (cleanupMs === null) return base;
  const { suspicionMult } = planCleanup({ ...base, cleanupMs }, members);
  return { ...base, suspicionMult };
}

/** The flags of the member program that say how it watches over the others; the same for all members of a fleet. */
export function gossipFlags(settings: MembershipSettings, members: number): string[] {
  const parameters = gossipParameters(settings, members);
  const numbers: Record<string, number> = {
    '--ping-every-ms': parameters.pingEveryMs,
    '--ping-timeout-ms': parameters.pingTimeoutMs,
    '--indirect-checks': parameters.indirectChecks,
    '--suspicion-mult': parameters.suspicionMult,
    '--suspicion-max-mult': parameters.suspicionMaxMult,
    '--gossip-every-ms': parameters.gossipEveryMs,
    '--gossip-nodes': parameters.gossipNodes,
    '--push-pull-every-ms': parameters.pushPullEveryMs,
    '--retransmit-mult': parameters.retransmitMult,
  };
  return Object.entries(numbers).flatMap(([flag, value]) => [flag, String(Math.round(value))]);
}

const toMs = (text: string | undefined): number | null => {
  const valueS = text === undefined ? null : parseDurationS(text);
  return valueS === null ? null : Math.round(valueS * 1000);
};

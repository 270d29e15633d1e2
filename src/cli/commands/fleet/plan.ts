import {
  CollabError,
  defaultSettings,
  ExitCode,
  planCost,
  type ProfileName,
  readFleetSettings,
} from '../../../index.js';
import { openSession } from '../../session/index.js';
import { fleetCostText } from '../../text/index.js';

export interface FleetPlanFlags {
  members: number;
  profile?: ProfileName;
  settings?: string;
  json?: boolean;
}

/** What a member says about itself: name, tags, hardware. */
const metadataBytes = 100;

/** `collab fleet plan`: what a fleet of a size would cost, and how soon it would find a failure. */
export async function fleetPlan(flags: FleetPlanFlags): Promise<void> {
  const { workspace, print } = openSession(flags);
  const { members } = flags;
  if (members < 1 || members > 1_000_000) {
    throw new CollabError('fleet-members', {
      what: `A fleet of ${members} members cannot be planned.`,
      next: 'Give a number from 1 to 1,000,000: collab fleet plan --members 50',
      exitCode: ExitCode.usage,
    });
  }
  const settings = (await readFleetSettings(workspace, flags)) ?? defaultSettings();
  const cost = planCost({ members, settings, metadataBytes });
  const { detection, probe, pushPull, central } = cost;
  print(fleetCostText(cost, settings, members), {
    members,
    profile: settings.profile,
    detection: detection && {
      suspect_s: detection.suspectS,
      failed_s: detection.failedS,
      known_s: detection.knownS,
      known_median_s: detection.knownMedianS,
      bound_s: detection.boundS,
    },
    member: { probe_bytes_per_s: probe.bytesPerS, push_pull_bytes_per_s: pushPull.bytesPerS },
    fleet_bytes_per_s: cost.fleetBytesPerS,
    central: {
      server_bytes_per_s: central.server.bytesPerS,
      member_bytes_per_s: central.member.bytesPerS,
    },
  });
}

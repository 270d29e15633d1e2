import { baseRefs, type Flavor, flavorFit, readFlavor } from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import { LanStore } from '../../network/index.js';
import { defaultBase, hasBase, type JobDefinition, type Pool, type WorkerStatus } from '../jobs/index.js';
import { connectMembers } from './connect-members.js';
import { deliverFlavor } from './deliver-flavor.js';
import { readFleetRecord } from './fleet-file.js';
import { membersFor } from './members-for.js';
import type { KnownFleet } from './open-fleet.js';
import type { FleetContext, SiteFailure } from './open-site.js';
import type { FleetRecord } from './record.js';

type Base = JobDefinition['base'];

/**
 * Gets the base image of a job onto the devices that may run its tasks, as far as they lack it: afterwards nothing depends on this machine. Only who made
 * the fleet can log in to its devices; for others, the images must be there.
 * @param name of the base image; null for the default one
 * @param pool what a worker must have: kept pools, which `pools` are, or tags
 * @param workers what the leader knows of the workers
 * @returns what the job says of its base: null on a fleet whose tasks are processes
 * @throws CollabError `no-flavor`, `flavor-invalid`, `job-no-base` if no worker has it in the end
 */
export async function supplyBase(
  fleet: KnownFleet,
  {
    name,
    pool,
    pools,
    workers,
  }: {
    name: string | null;
    pool: readonly string[];
    pools: readonly Pool[];
    workers: readonly WorkerStatus[];
  },
  context: FleetContext,
): Promise<Base> {
  const { credentials } = fleet;
  const record = credentials.kind === 'guest' ? null : await readFleetRecord(credentials.folder);
  const isOfProcesses =
    record === null
      ? workers.length > 0 && workers.every(({ runs }) => runs === 'process')
      : record.lan === null;
  if (isOfProcesses) return name === null ? null : { name, refs: [] };
  const flavor = await flavorOf(name ?? defaultBase, record === null, context);
  const refs = flavor === null ? [] : (await baseRefs(flavor)).map(({ ref }) => ref);
  const base = { name: name ?? defaultBase, refs };
  if (record === null || flavor === null) return base;
  const has = new Set(workers.filter((one) => hasBase(one, base)).map(({ member }) => member));
  const wanted = membersFor(pool, pools, record.members);
  const lacking = wanted.filter(({ id }) => !has.has(id));
  if (lacking.length === 0) return base;
  const failures = await deliver(record, lacking, flavor, context);
  for (const { member, error } of failures)
    context.emit({ kind: 'fleet.no-base', member: member.name, base: base.name, why: whyOf(error) });
  if (failures.length === wanted.length) throw noBase(base.name, failures);
  return base;
}

/** For a guest, a base image of another name is one that the owner made. */
async function flavorOf(name: string, isGuest: boolean, { workspace }: FleetContext): Promise<Flavor | null> {
  return readFlavor(workspace, name).catch((error: unknown) => {
    if (isGuest && error instanceof CollabError && error.name === 'no-flavor') return null;
    throw error;
  });
}

/** @returns the members that did not get it, and why */
async function deliver(
  { name, lan: lanName }: FleetRecord,
  members: FleetRecord['members'],
  flavor: Flavor,
  context: FleetContext,
): Promise<SiteFailure[]> {
  const lan = await new LanStore(context.workspace).load(lanName ?? '');
  const { open, failures } = await connectMembers({ lan, fleet: name }, members, context);
  try {
    const fitting = open.filter(({ member, device }) => {
      const fit = flavorFit(flavor, device.facts);
      if (!fit.fits) failures.push({ member, error: unfit(device.name, flavor.name, fit.reason) });
      return fit.fits;
    });
    return failures.concat(await deliverFlavor(flavor, fitting, context));
  } finally {
    await Promise.all(open.map(({ connected }) => connected.close()));
  }
}

const whyOf = ({ message, why }: CollabError): string => `${message} ${why ?? ''}`.trim();

function unfit(device: string, base: string, why: string): CollabError {
  return new CollabError('job-base-unfit', {
    what: `The base image ${base} does not run on ${device}.`,
    why,
    next: 'Choose another base (--base), or other devices (--pool).',
    exitCode: ExitCode.usage,
  });
}

function noBase(base: string, failures: readonly SiteFailure[]): CollabError {
  return new CollabError('job-no-base', {
    what: `The job was not submitted: no device has the base image ${base}, and none could be given it.`,
    why: failures.map(({ member, error }) => `${member.name}: ${whyOf(error)}`).join('\n'),
    next: 'Look at the devices: collab device check. Or choose another base: --base <name> (collab images list --bases).',
    exitCode: ExitCode.deviceUnreachable,
  });
}

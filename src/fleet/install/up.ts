import { CollabError } from '../../errors.js';
import type { Device, LAN } from '../../network/index.js';
import { packageVersion } from '../../package-folder.js';
import {
  type Access,
  CredentialStore,
  type OwnedFleet,
  raisedAbove,
  type RandomBytes,
  systemRandom,
  withMember,
} from '../credentials/index.js';
import { defaultFleetSettings } from '../membership/index.js';
import { type Applied, applyToMembers, type FleetParts, setupOf } from './apply.js';
import { awaitCluster } from './await-cluster.js';
import { awaitStarted } from './await-members.js';
import { fleetClient } from './clients.js';
import { readFleetRecord, writeFleetRecord } from './fleet-file.js';
import { isCopied, serverIds } from './keeper-sets.js';
import { openLanSite } from './lan-site.js';
import { localPrograms } from './local-programs.js';
import { openLocalSite } from './local-site.js';
import { checkBeforeMove, moveStore } from './move-store.js';
import { type FleetWish, nextRecord } from './next-record.js';
import type { FleetContext, OpenSite, SiteFailure } from './open-site.js';
import { partsOf, savedParts } from './parts.js';
import { planMember, type PlannedMember } from './plan-fleet.js';
import { type FleetMember, type FleetRecord, settingsOf } from './record.js';
import { ensureStore } from './store.js';
import { localMembers, memberOfDevice } from './wanted-members.js';

/** What `fleet up` would do. */
export interface FleetPlan {
  /** The fleet afterwards. */
  record: FleetRecord;
  members: readonly PlannedMember[];
  /** Devices that cannot be worked on, and why. */
  failures: readonly SiteFailure[];
  /** Members that were not picked, and stay as they are. */
  untouched: readonly FleetMember[];
  /** Members on this machine that end because fewer are asked for. */
  surplus: readonly FleetMember[];
}

export type FleetUpOptions = Omit<FleetWish, 'name' | 'kind' | 'lan' | 'version'> & {
  /** Who becomes its admin when it is made. */
  user: string;
  /** Members that are changed at once; default a few. */
  atOnce?: number | undefined;
  /** Makes an empty store if the fleet's is gone. */
  newStore?: boolean | undefined;
};

/** What was done, and why the fleet's store is not as it should be; null if it is, or if keepers failed before. */
export type FleetApplied = Applied & { storeError: CollabError | null };

/** A change of a fleet that was planned and can be carried out. Dispose of it when done. */
export class FleetChange implements AsyncDisposable {
  private constructor(
    readonly plan: FleetPlan,
    private readonly before: FleetRecord | null,
    private readonly open: OpenSite,
    private readonly store: CredentialStore,
    private readonly options: FleetUpOptions,
    private readonly context: FleetContext,
  ) {}

  /** A fleet on devices of a LAN, with the LAN's name. */
  static async onLan(
    lan: LAN,
    devices: readonly Device[],
    options: FleetUpOptions,
    context: FleetContext,
  ): Promise<FleetChange> {
    const store = new CredentialStore(context.workspace);
    const before = await readFleetRecord(store.folderOf(lan.name));
    const ports = (options.settings ?? (before === null ? defaultFleetSettings() : settingsOf(before))).ports;
    const members = devices.map((device) =>
      memberOfDevice(device, { gossip_port: ports.gossip, http_port: ports.http }),
    );
    const wish = {
      ...options,
      name: lan.name,
      kind: 'lan' as const,
      lan: lan.name,
      version: packageVersion(),
    };
    const record = nextRecord(before, members, wish);
    const about = { fleet: lan.name, lan, members, tasks: record.tasks };
    return FleetChange.of(before, record, members, await openLanSite(about, context), options, context);
  }

  /** A fleet of processes on this machine. @param count members; undefined for as many as it has, at first 3 */
  static async here(
    name: string,
    count: number | undefined,
    options: FleetUpOptions,
    context: FleetContext,
    random: RandomBytes = systemRandom,
  ): Promise<FleetChange> {
    const folder = new CredentialStore(context.workspace).folderOf(name);
    const before = await readFleetRecord(folder);
    const programs = await localPrograms(context);
    const had = before?.members ?? [];
    const members = await localMembers(had, count ?? (had.length || 3), {
      architecture: programs.architecture,
      random,
    });
    const wish = { ...options, name, kind: 'local' as const, lan: null, version: packageVersion() };
    const record = nextRecord(before, members, wish);
    const open = openLocalSite({ workspace: context.workspace, fleet: name }, members, programs, context);
    return FleetChange.of(before, record, members, open, options, context);
  }

  private static async of(
    before: FleetRecord | null,
    record: FleetRecord,
    picked: readonly FleetMember[],
    open: OpenSite,
    options: FleetUpOptions,
    context: FleetContext,
  ): Promise<FleetChange> {
    const store = new CredentialStore(context.workspace);
    try {
      const known = (await store.list()).includes(record.name);
      const parts = known ? await savedParts(record, await store.openOwned(record.name)) : null;
      const members: PlannedMember[] = [];
      for (const member of open.reached) {
        const seen = await open.site.look(member);
        if (parts === null) {
          members.push({
            member,
            act: seen.state === 'none' ? 'start' : 'change',
            why: 'the fleet is new',
            mark: '',
          });
        } else
          members.push(planMember(await setupOf(member, open, parts), seen, open.site.programsOf(member)));
      }
      const isPicked = ({ id }: FleetMember) => picked.some((one) => one.id === id);
      const plan = {
        record,
        members,
        failures: open.failures,
        untouched: record.members.filter((one) => !isPicked(one)),
        surplus: (before?.members ?? []).filter((one) => !record.members.some(({ id }) => id === one.id)),
      };
      return new FleetChange(plan, before, open, store, options, context);
    } catch (error) {
      await open[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Carries the plan out, waits until the members that were started have found each other, and sees to the store. */
  async apply(): Promise<FleetApplied> {
    const { record, surplus } = this.plan;
    const isKnown = (await this.store.list()).includes(record.name);
    const credentials = isKnown
      ? await this.store.openOwned(record.name)
      : await this.store.create(record.name, this.options.user);
    const access = await newestAccess(record, credentials);
    const back = record.members.filter(({ id }) => access.removedMembers.includes(id));
    if (back.length > 0)
      await credentials.setAccess(back.reduce((all, { id }) => withMember(all, id), access));
    if (record.keepers.from !== null && this.before?.keepers.from === null)
      await checkBeforeMove({ record: this.before, credentials }, record);
    // Before anything is started, so that a second `up` or `down` knows what an interrupted one began.
    await writeFleetRecord(credentials.folder, record);
    const parts = await partsOf(record, credentials);
    for (const member of surplus) {
      await this.open.site.remove(member, true);
      this.context.emit({ kind: 'fleet.removed', member: member.name, purged: true });
    }
    const applied = await applyToMembers(
      this.open,
      this.open.reached,
      parts,
      this.context,
      this.options.atOnce,
    );
    const started = await awaitStarted(applied, parts, this.context);
    return { ...started, storeError: await this.seeToStore(parts, started) };
  }

  private async seeToStore(parts: FleetParts, { failures }: Applied): Promise<CollabError | null> {
    const { keepers } = parts.record;
    // A keeper that leaves a cluster may be dead: that may be why it leaves.
    const servers = isCopied(keepers) ? serverIds(parts.record) : keepers.ids;
    const failed = [...this.open.failures, ...failures];
    if (failed.some(({ member }) => servers.includes(member.id))) return null;
    try {
      const settled = parts.record.keepers.from === null ? parts : await this.settleKeepers(parts);
      await awaitCluster(settled, keepers.ids, this.open.site, this.context);
      await ensureStore(settled, this.options.newStore ?? false, this.context);
      return null;
    } catch (error) {
      if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
      return error;
    }
  }

  /** Ends a change of keepers: the files move, and what was there for the earlier keepers only ends. */
  private async settleKeepers(parts: FleetParts): Promise<FleetParts> {
    const { keepers } = parts.record;
    const settled: FleetParts = {
      ...parts,
      record: { ...parts.record, keepers: { ...keepers, from: null } },
    };
    const give = async (members: readonly FleetMember[]) => {
      const applied = await applyToMembers(this.open, members, settled, this.context);
      const { failures } = await awaitStarted(applied, settled, this.context);
      if (failures[0] !== undefined) throw failures[0].error;
    };
    await moveStore(parts, this.context, {
      settle: (ids) => give(this.open.reached.filter(({ id }) => ids.includes(id))),
      formed: (ids) => awaitCluster(parts, ids, this.open.site, this.context),
    });
    await writeFleetRecord(settled.credentials.folder, settled.record);
    await give(this.open.reached);
    return settled;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.open[Symbol.asyncDispose]();
  }
}

/**
 * The saved access document, with a version above those that members have. After a restore from an older backup they would
 * ignore what the owner changes.
 */
async function newestAccess(record: FleetRecord, credentials: OwnedFleet): Promise<Access> {
  const access = await credentials.access();
  const token = await credentials.token();
  const versions = await Promise.all(
    record.members.map(async (member) => {
      const info = await fleetClient(member, credentials.ca, token)
        .info()
        .catch(() => null);
      return info?.accessVersion ?? 0;
    }),
  );
  const newest = Math.max(...versions);
  if (newest <= access.version) return access;
  const raised = raisedAbove(access, newest);
  await credentials.setAccess(raised);
  return raised;
}

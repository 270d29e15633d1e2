import { z } from 'zod';
import { messageOf } from '../../errors.js';
import { deviceName } from '../../network/index.js';
import { userName } from './access.js';
import { isAuthority } from './certificates.js';
import { fleetBroken, fleetFiles, readFleetFile, readSeed, readToken } from './fleet-files.js';
import { memberId } from './member-id.js';
import { type PrivateFile, writePrivate } from './placed-folder.js';

/** Where a member answered last. */
export const knownMember = z.object({
  id: memberId,
  /** An IP address or a host name. */
  address: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$|^[0-9A-Fa-f:.]{2,45}(%[\w.-]{1,15})?$/, 'not an address'),
  http_port: z.number().int().min(1).max(65535),
  /** Of a keeper that serves the API over TLS. */
  api_port: z.number().int().min(1).max(65535).optional(),
  /** Of a keeper that serves the dashboard. */
  dashboard_port: z.number().int().min(1).max(65535).optional(),
});
export type KnownMemberRecord = z.infer<typeof knownMember>;

export interface KnownMember {
  id: string;
  address: string;
  httpPort: number;
  /** Of a keeper that served the API when the join file was made; undefined for others. */
  apiPort?: number | undefined;
  /** Of a keeper that served the dashboard when the join file was made. */
  dashboardPort?: number | undefined;
}

export const knownMembers = z
  .array(knownMember)
  .min(1)
  .max(10_000)
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'a member is there twice');

const guestRecord = z.object({
  format: z.literal(1),
  fleet: deviceName,
  user: userName,
  members: knownMembers,
});

interface GuestParts {
  fleet: string;
  folder: string;
  user: string;
  token: string;
  brokerSeed: string | null;
  ca: string;
  members: readonly KnownMember[];
}

/** A fleet of somebody else, which this user may ask. There is no key of the authority here. */
export class GuestFleet {
  readonly kind = 'guest';

  constructor(private readonly parts: GuestParts) {}

  /** @throws CollabError `fleet-broken` */
  static async open(fleet: string, folder: string): Promise<GuestFleet> {
    const ca = await readFleetFile(folder, fleetFiles.authority);
    if (!isAuthority(ca))
      throw fleetBroken(folder, `${fleetFiles.authority} is no certificate of an authority`);
    const token = await readToken(folder);
    const { user, members } = parseGuest(folder, await readFleetFile(folder, fleetFiles.guest));
    const brokerSeed = await readSeed(folder, fleetFiles.brokerSeed);
    return new GuestFleet({ fleet, folder, ca, token, brokerSeed, user, members: members.map(fromRecord) });
  }

  get fleet(): string {
    return this.parts.fleet;
  }
  get folder(): string {
    return this.parts.folder;
  }
  /** Certificate of the fleet's authority, PEM. */
  get ca(): string {
    return this.parts.ca;
  }
  /** Who this user is in the fleet. */
  get user(): string {
    return this.parts.user;
  }
  get token(): string {
    return this.parts.token;
  }
  /** Seed of the user's key for the brokers; null if the join file was made by an earlier version of collab. */
  get brokerSeed(): string | null {
    return this.parts.brokerSeed;
  }
  /** Members to ask, where they were last. */
  get members(): readonly KnownMember[] {
    return this.parts.members;
  }

  /** Remembers where the members are now, because one that moved cannot be asked at its old address. */
  async remember(members: readonly KnownMember[]): Promise<GuestFleet> {
    const { folder, user, fleet } = this.parts;
    await writePrivate(folder, guestFile({ fleet, user, members }));
    return new GuestFleet({ ...this.parts, members });
  }
}

export function guestFile({
  fleet,
  user,
  members,
}: Pick<GuestParts, 'fleet' | 'user' | 'members'>): PrivateFile {
  const record: z.input<typeof guestRecord> = { format: 1, fleet, user, members: members.map(toRecord) };
  return { path: fleetFiles.guest, content: `${JSON.stringify(guestRecord.parse(record), null, 2)}\n` };
}

export function toRecord({ id, address, httpPort, apiPort, dashboardPort }: KnownMember): KnownMemberRecord {
  return {
    id,
    address,
    http_port: httpPort,
    ...(apiPort !== undefined && { api_port: apiPort }),
    ...(dashboardPort !== undefined && { dashboard_port: dashboardPort }),
  };
}

export function fromRecord({
  id,
  address,
  http_port,
  api_port,
  dashboard_port,
}: KnownMemberRecord): KnownMember {
  return {
    id,
    address,
    httpPort: http_port,
    ...(api_port !== undefined && { apiPort: api_port }),
    ...(dashboard_port !== undefined && { dashboardPort: dashboard_port }),
  };
}

function parseGuest(folder: string, text: string): z.infer<typeof guestRecord> {
  try {
    return guestRecord.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw fleetBroken(folder, `${fleetFiles.guest}: ${why}`);
  }
}

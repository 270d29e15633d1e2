import { createPrivateKey, sign, verify, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { deviceName } from '../../network/index.js';
import { brokerKey } from './broker-keys.js';
import type { KeyPair } from './certificates.js';
import { memberId } from './member-id.js';
import { mqttHash } from './mqtt-password.js';

/** `admin` may change a fleet through its members' API; `user` may look. */
export const userRoles = ['admin', 'user'] as const;
export type UserRole = (typeof userRoles)[number];

export interface FleetUser {
  name: string;
  role: UserRole;
  /** SHA-256 of the user's token, hex. */
  tokenSha256: string;
  /** With it, brokers know the user; null for users that an earlier version of collab added. */
  brokerKey: string | null;
  /** Hash of the user's password for MQTT (bcrypt); none for a user without one. */
  mqttHash?: string | undefined;
}

/** A member that belongs to the fleet, as brokers know it. */
export interface AccessMember {
  id: string;
  brokerKey: string;
}

/** Who may do what in a fleet. Members keep the one with the highest version and carry it to each other. */
export interface Access {
  fleet: string;
  version: number;
  users: readonly FleetUser[];
  members: readonly AccessMember[];
  /** Ids of members that the others refuse. */
  removedMembers: readonly string[];
}

/** The name of a user: as safe as that of a device. */
export const userName = deviceName;

const payloadRecord = z.object({
  format: z.literal(1),
  fleet: deviceName,
  version: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  users: z.array(
    z.object({
      name: userName,
      role: z.enum(userRoles),
      token_sha256: z.string().regex(/^[0-9a-f]{64}$/),
      broker_key: brokerKey.optional(),
      mqtt_hash: mqttHash.optional(),
    }),
  ),
  members: z.array(z.object({ id: memberId, broker_key: brokerKey })).default([]),
  removed_members: z.array(memberId),
});
const signedRecord = z.object({ payload: z.base64(), signature: z.base64() });

/** Members refuse a larger document, because it travels each time that two of them meet. In base64, it is a third longer. */
const maxPayloadBytes = 190_000;

/** The content of access.json: the document and the authority's signature (ECDSA, SHA-256, DER). @throws CollabError `access-large` */
export function signAccess(access: Access, authorityKey: KeyPair['key']): string {
  const record: z.input<typeof payloadRecord> = {
    format: 1,
    fleet: access.fleet,
    version: access.version,
    users: access.users.map((user) => ({
      name: user.name,
      role: user.role,
      token_sha256: user.tokenSha256,
      broker_key: user.brokerKey ?? undefined,
      mqtt_hash: user.mqttHash,
    })),
    members: access.members.map((member) => ({ id: member.id, broker_key: member.brokerKey })),
    removed_members: [...access.removedMembers],
  };
  const payload = Buffer.from(JSON.stringify(payloadRecord.parse(record)));
  if (payload.length > maxPayloadBytes) throw tooLarge(access, payload.length);
  const signature = sign('sha256', payload, createPrivateKey(authorityKey));
  return `${JSON.stringify({ payload: payload.toString('base64'), signature: signature.toString('base64') })}\n`;
}

function tooLarge({ fleet, users, members, removedMembers }: Access, bytes: number): CollabError {
  return new CollabError('access-large', {
    what: `The fleet ${fleet} has too many users, members, and removed members: ${users.length}, ${members.length}, and ${removedMembers.length}.`,
    why: `Their document has ${bytes} bytes; members accept ${maxPayloadBytes}.`,
    next: 'Remove users who no longer need the fleet: collab fleet user remove <name>',
    exitCode: ExitCode.usage,
  });
}

/** @throws CollabError `access-broken` if the text is not an access document that this authority signed */
export function readAccess(text: string, authorityCertificate: KeyPair['certificate']): Access {
  try {
    const signed = signedRecord.parse(JSON.parse(text));
    const payload = Buffer.from(signed.payload, 'base64');
    const { publicKey } = new X509Certificate(authorityCertificate);
    if (!verify('sha256', payload, publicKey, Buffer.from(signed.signature, 'base64')))
      throw new Error("its signature is not of the fleet's authority");
    const record = payloadRecord.parse(JSON.parse(payload.toString()));
    return {
      fleet: record.fleet,
      version: record.version,
      users: record.users.map((user) => ({
        name: user.name,
        role: user.role,
        tokenSha256: user.token_sha256,
        brokerKey: user.broker_key ?? null,
        ...(user.mqtt_hash !== undefined && { mqttHash: user.mqtt_hash }),
      })),
      members: record.members.map((member) => ({ id: member.id, brokerKey: member.broker_key })),
      removedMembers: record.removed_members,
    };
  } catch (error) {
    throw new CollabError('access-broken', {
      what: 'The access document of the fleet cannot be used.',
      why: error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error),
      next: 'Restore the fleet from a backup: collab fleet restore',
      exitCode: ExitCode.usage,
    });
  }
}

/** The first version. Later ones are made by the functions of access-changes.ts. */
export function firstAccess(fleet: string, admin: Omit<FleetUser, 'role'>): Access {
  return { fleet, version: 1, users: [{ ...admin, role: 'admin' }], members: [], removedMembers: [] };
}

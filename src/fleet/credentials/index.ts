/** Who belongs to a fleet: its authority, its members' certificates, its users, and copies of all of that. */
export {
  raisedAbove,
  withMember,
  withMqttHash,
  withoutMember,
  withoutUser,
  withUser,
} from './access-changes.js';
export { type Access, readAccess, type UserRole } from './access.js';
export { backupFleet, restoreFleet } from './backup.js';
export { makeBrokerKey } from './broker-keys.js';
export { CredentialStore } from './credential-store.js';
export { gossipKeysText, keyFingerprint, makeGossipKey } from './gossip-keys.js';
export { type GuestFleet, type KnownMember } from './guest-fleet.js';
export { inviteFile, openInvite, parseInvite } from './join-file.js';
export { memberId, serverNameOf } from './member-id.js';
export { makeMqttPassword } from './mqtt-password.js';
export { type OwnedFleet } from './owned-fleet.js';
export { type RandomBytes, systemRandom } from './randomness.js';
export { makeToken, tokenSha256 } from './tokens.js';
export { makeUserToken, userOfToken } from './user-token.js';

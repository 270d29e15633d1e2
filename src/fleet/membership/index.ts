/** Who belongs to a fleet and is alive: the contract, a member's HTTP API behind it, settings, and what they cost. */
export type { Member, MemberInfo, MemberList, Membership, MemberState } from './membership.js';
export { anyMember, type AskedMember } from './any-member.js';
export { callMember, type KeptConnections, keptConnections, textOf } from './member-call.js';
export { MemberClient } from './member-client.js';
export { type Detection, detection } from './detection.js';
export { type FleetCost, planCost } from './plan.js';
export { type ProfileName, profileNames } from './profiles.js';
export { defaultFleetSettings, type FleetSettings, parseFleetFile } from './settings-file.js';
export { defaultSettings, gossipFlags, gossipParameters, type MembershipSettings } from './settings.js';

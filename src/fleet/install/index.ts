/** Making, changing and ending a fleet: what runs on each member, and how it gets there. */
export { guestMembers, makeApiToken } from './api-token.js';
export { askKeeperForLink, type KeeperLink } from './keeper-link.js';
export { fleetClient } from './clients.js';
export { fleetDown } from './down.js';
export { openFleetSite } from './fleet-site.js';
export { openFleetJobs, openFleetStore } from './open-store.js';
export { type KnownFleet, lanOf, openFleet, openOwnFleet } from './open-fleet.js';
export { supplyBase } from './job-base.js';
export { localPrograms } from './local-programs.js';
export type { FleetContext, OpenSite } from './open-site.js';
export { endProcess, isRunning, startProcess } from './own-process.js';
export { partsOf } from './parts.js';
export { type FleetMember, type FleetRecord, isReplicated, memberIdOf, settingsOf } from './record.js';
export { rotateGossipKey } from './rotate.js';
export { membersSight, type MembersSight } from './sight.js';
export type { MemberActs } from './site.js';
export {
  drainsOf,
  fleetStatus,
  type FleetStatus,
  type MemberStatus,
  membersStatus,
  type StoreSight,
  storeSight,
} from './status.js';
export { mqttAddresses, mqttTopics } from './mqtt-access.js';
export { addFleetUser, removeFleetUser, removeMqttPassword, setMqttPassword } from './users.js';
export { readFleetSettings } from './read-settings.js';
export { freePort } from './wanted-members.js';
export { FleetChange, type FleetPlan } from './up.js';

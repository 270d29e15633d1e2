/** Devices on the network: finding, enrolling, connecting to and describing them, and what collab does with them. */
export { ClockKeeper, measureClockOffset, ownClock } from './clock/index.js';
export {
  type Answer,
  connectDevices,
  type ConnectDevicesOptions,
  connectKnown,
  type DeviceFailure,
  eachDevice,
  type FindAgainEvent,
  onEachDevice,
} from './connect/index.js';
export {
  chooseInterfaces,
  discover,
  type DiscoveryEvent,
  type FoundDevice,
  isOnNetwork,
  type NetworkInterface,
  nothingFound,
  recognize,
  scanRange,
} from './discovery/index.js';
export {
  addDevice,
  assembleLan,
  editDevice,
  type EnrollEvent,
  type EnrollTarget,
  type EnrollPrompts,
  enrollDevices,
  type ResolveEvent,
  resolveTargets,
  savedDevices,
  saveLan,
  type SetupFailure,
  setupLan,
} from './enroll/index.js';
export {
  type DeviceFacts,
  listeningPorts,
  type LoadCounters,
  readBoardState,
  readFacts,
  readLoad,
  readOwnLoad,
  SessionCpu,
} from './facts/index.js';
export {
  type GatewayEvent,
  gatewayOff,
  gatewayOn,
  type GatewayPlan,
  gatewayStatus,
  type GatewayStatus,
  type NotRouted,
  planOff,
  planOn,
} from './gateway/index.js';
export {
  checkLanName,
  type ConnectedDevice,
  Controller,
  Device,
  type DevicePick,
  forgetInLans,
  LAN,
  LanStore,
  pickDevices,
} from './lan/index.js';
export {
  deviceBusy,
  LeaseSet,
  lockDevices,
  type Locked,
  type Occupant,
  refuseHeld,
  showLease,
  timeText,
  unlockDevices,
  type Unlocked,
} from './leases/index.js';
export {
  canOpenTerminal,
  type OpenFile,
  type RemoteEntry,
  rootPrefix,
  type Shell,
  type Terminal,
  type TerminalOptions,
  type TerminalSize,
} from './shell/index.js';
export {
  commandLine,
  connectSsh,
  KnownHosts,
  makeKeyPair,
  scpCommand,
  type TypedPlace,
} from './ssh/index.js';
export {
  type DeviceSynced,
  hasRsync,
  isExcluded,
  readLocalTree,
  readRemoteTree,
  sha256,
  remoteSums,
  syncDevice,
  syncDevices,
  type SyncEvent,
  type SyncStep,
  type TreeEntry,
} from './sync/index.js';

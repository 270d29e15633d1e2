/** The door: all that another program may use. The command line knows the house through here only. */
export { CollabError, ExitCode, messageOf, plainText } from './errors.js';
export { systemClock, type Clock, type CollabEvent, type Emit } from './events.js';
export { tightenPrivate } from './workspace/private-files.js';
export { Workspace } from './workspace/workspace.js';

export { Controller } from './network/lan/controller.js';
export { Device, type ConnectedDevice } from './network/lan/device.js';
export { LAN } from './network/lan/lan.js';
export { checkLanName, LanStore } from './network/lan/lan-store.js';
export { addDevice } from './network/enroll/add-device.js';
export { connectDevices, onEachDevice } from './network/connect/connect-devices.js';
export { editDevice } from './network/enroll/edit-device.js';
export { readFacts } from './network/facts/read-facts.js';
export type { Terminal, TerminalSize } from './network/shell/terminal.js';
export { assembleLan, type SetupFailure } from './network/enroll/assemble-lan.js';
export { letDevicesIn, saveLan, savedDevices, setupLan } from './network/enroll/setup-lan.js';
export type { EnrollTarget } from './network/enroll/enroll.js';
export type { Entrance } from './network/enroll/enroll-all.js';
export { resolveTargets } from './network/enroll/resolve-targets.js';
export type { TypedPlace } from './network/ssh/ssh-config.js';
export { discover } from './network/discovery/discover.js';
export type { FoundDevice } from './network/discovery/discovery.js';
export { chooseInterfaces, isOnNetwork, type NetworkInterface } from './network/discovery/interfaces.js';
export { nothingFound } from './network/discovery/nothing-found.js';
export { recognise } from './network/discovery/recognise.js';
export { scanRange } from './network/discovery/scan-range.js';
export { refuseHeld } from './network/leases/refuse-held.js';
export { lockDevices, unlockDevices, type Locked } from './network/leases/lock-devices.js';
export type { Unlocked } from './network/leases/hand-lock.js';
export { eachDevice, type DeviceFailure } from './network/connect/each-device.js';
export { pickDevices } from './network/lan/pick-devices.js';
export {
  gatewayOff,
  gatewayOn,
  gatewayStatus,
  planOff,
  planOn,
  type GatewayPlan,
  type GatewayStatus,
} from './network/gateway/gateway.js';
export type { NotRouted } from './network/gateway/route-devices.js';
export { syncDevices } from './network/sync/sync.js';
export type { DeviceSynced } from './network/sync/sync-device.js';
export type { SyncStep } from './network/sync/plan.js';

export { accessBeforeSaving, accessByLan, type Access } from './deployment/check/access.js';
export { deviceImages, type DeviceImage } from './deployment/images/device-images.js';
export { planPrune, type PrunePlan } from './deployment/images/plan-prune.js';
export { prune, type Pruned } from './deployment/images/prune.js';
export { dataToPrune, removeData, sentData, type SentData } from './deployment/data/sent-data.js';
export { LayerStore } from './deployment/delivery/layer-store.js';
export { eachEngine } from './deployment/engine/each-engine.js';
export { checkDevices, mendDevices, type Checked } from './deployment/check/check-devices.js';
export type { Hindrance } from './deployment/check/hindrance.js';
export type { DeviceCheck } from './deployment/check/judge.js';
export { commandText, type Remedy } from './deployment/fix/remedy.js';
export { measureOverheads, type DeviceOverhead } from './deployment/overhead/measure-overheads.js';
export { openDeviceTerminal } from './deployment/engine/device-terminal.js';
export { deviceEngine, localEngine } from './deployment/engine/dockerode.js';
export type { Engine } from './deployment/engine/engine.js';

export { exportBases } from './deployment/bases/export-bases.js';
export { importBases } from './deployment/bases/import-bases.js';
export { readFlavour, readFlavours } from './deployment/layers/flavour.js';
export { listBases, type ListedBase } from './deployment/layers/list-bases.js';

export { Lab, type LabStatus } from './lab/lab.js';
export { parseMemory, parseRate, rateText } from './lab/lab-plan.js';

export { buildImages } from './experiments/images/build-images.js';
export { dependencyImages } from './experiments/images/dependency-images.js';
export { Experiment, validateExperiment } from './experiments/definition/experiment.js';
export { formatFault, type Fault } from './experiments/definition/faults.js';
export { formatBytes, parseDurationS } from './experiments/definition/quantities.js';
export { neededData } from './experiments/stage/needed-data.js';
export { neededImages } from './experiments/images/needed-images.js';
export { pushImages, pushImagesTo, type Pushed } from './experiments/images/push-images.js';
export { planOf, prepareRun, type PreparedRun } from './experiments/run/prepare.js';
export type { RunPlan } from './experiments/plan/run-plan.js';
export { runExperiment, type RunResult } from './experiments/run/run.js';

export { findRun, listRuns } from './logs/runs/find-run.js';
export { followRun } from './logs/runs/follow-run.js';
export { reportsFolder } from './logs/records/layout.js';
export { knownMetrics } from './logs/records/metrics.js';
export { RoleTails } from './logs/runs/role-tails.js';
export {
  Performance,
  reportFormats,
  compareRuns,
  mainQuantity,
  readSeries,
  reportFormat,
  resultMedians,
  runOverview,
  type Combination,
  type Comparison,
  type MetricComparison,
  type RunOverview,
  type Series,
  type Validity,
  type ResultMedians,
  durationText,
  tableNames,
  writeReport,
  type ColumnType,
  type MetricSummary,
  type OpenedRun,
  type OpenOptions,
  type PerformanceEvent,
  type ReportFormat,
  type Row,
  type Table,
  type TableName,
  type Value,
  type WriteOptions,
  type WrittenReport,
} from './performance/index.js';

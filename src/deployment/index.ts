/**
 * Everything that gets a role onto a device and runs it there: images, data, delivery, engines, runtimes, checks,
 * fixes.
 */
export { filesBelow, folderFiles, type TarFile, wrapperFiles } from './archives/index.js';
export { type BasesEvent, exportBases, importBases } from './bases/index.js';
export {
  type Access,
  accessBeforeSaving,
  accessByLan,
  checkDevices,
  type Checked,
  type DeviceCheck,
  type Hindrance,
  hindranceOf,
  fixDevices,
} from './check/index.js';
export {
  type DataContext,
  type DataEvent,
  type DataNeed,
  dataToPrune,
  folderHere,
  HashCache,
  isFolder,
  localContent,
  type PlacedData,
  planData,
  planLocalData,
  removeData,
  sendData,
  sentData,
  type SentData,
} from './data/index.js';
export {
  deliver,
  type DeliveryEvent,
  type DeliveryTarget,
  type DeviceInventory,
  deviceTarget,
  inventoryOf,
  LayerStore,
  missingLayers,
  planDelivery,
  specOf,
  Stock,
  type WantedImage,
} from './delivery/index.js';
export {
  type ContainerSpec,
  type ContainerState,
  deviceEngine,
  eachEngine,
  type Engine,
  type EngineImage,
  localEngine,
  openDeviceTerminal,
  reachAll,
  type Reached,
} from './engine/index.js';
export { commandText, type FixEvent, type Remedy } from './fix/index.js';
export {
  type DeviceImage,
  deviceImages,
  planPrune,
  prune,
  type Pruned,
  type PrunePlan,
} from './images/index.js';
export {
  type BaseRef,
  type Builder,
  buildImage,
  chooseBuilder,
  codeImage,
  CodeLayers,
  type CodeSource,
  contentsOf,
  emulates,
  type Flavor,
  flavorFit,
  type FlavorImage,
  flavorSources,
  hashOf,
  type ImagePlan,
  type ImageSources,
  type LayerEvent,
  listBases,
  type ListedBase,
  namedIn,
  planLayers,
  type PlannedLayer,
  readFlavor,
  readFlavors,
  requirementFiles,
  sealed,
} from './layers/index.js';
export {
  type DeviceOverhead,
  measureOverheads,
  type OverheadEvent,
  savedOverheads,
} from './overhead/index.js';
export {
  deviceRunFolder,
  lanRuntime,
  localRuntime,
  Mirror,
  type RoleOrder,
  type RunningRole,
  type Runtime,
  type RuntimeName,
  runtimes,
} from './runtimes/index.js';

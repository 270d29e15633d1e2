export { discover } from './discover.js';
export type { DiscoveryEvent, FoundDevice } from './discovery.js';
export { chooseInterfaces, isOnNetwork, listInterfaces, type NetworkInterface } from './interfaces.js';
export { nothingFound } from './nothing-found.js';
export { recognise } from './recognise.js';
export { scanRange } from './scan-range.js';

/** Finds devices on the local networks. */
export { discover } from './discover.js';
export type { DiscoveryEvent, FoundDevice } from './discovery.js';
export { chooseInterfaces, isOnNetwork, listInterfaces, type NetworkInterface } from './interfaces.js';
export { nothingFound } from './nothing-found.js';
export { recognize } from './recognize.js';
export { scanRange } from './scan-range.js';

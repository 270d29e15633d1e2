/** Folders of data that roles read: finding, hashing, sending and removing them. */
export type { DataEvent } from './events.js';
export { localContent } from './folder-hash.js';
export { HashCache } from './hash-cache.js';
export {
  type DataContext,
  type DataNeed,
  folderHere,
  isFolder,
  type PlacedData,
  planData,
  planLocalData,
} from './plan-data.js';
export { sendData } from './send-data.js';
export { dataToPrune, removeData, sentData, type SentData } from './sent-data.js';

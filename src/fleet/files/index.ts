/** Files under names, in versions: the contract, the store on a fleet's keepers, S3, a fake, and what works with any of them. */
export {
  abortQuestion,
  refusal,
  type ReplaceEvent,
  replaceQuestion,
  type ScrubEvent,
} from './agent-answers.js';
export type { FileKind, FileStore, FileVersion, NewFile, OpenFile, PutOptions } from './file-store.js';
export { openStore } from './jetstream-store.js';
export { checkName } from './names.js';
export { namePattern } from './patterns.js';
export { type Placement } from './placement.js';
export {
  bucketOf,
  chunkBytes,
  fileRecord,
  maxRecordBytes,
  type FileRecord,
  type FullRecord,
  partBytes,
  type StoreRecord,
  type VersionRecord,
} from './record.js';
export { makeStore, parseFull, readStoreRecord } from './store-state.js';
export { copyStore } from './copy-store.js';
export { awaitReplicas, removeGhosts, renewLeaders, retireServer, withoutMajority } from './replicas.js';
export type { StoreEvent } from './events.js';
export { FleetStore, type Scrubbed } from './fleet-store.js';
export { type Holder, type Holding, holdingsOf } from './held.js';
export { countFiles, filesMatching, type StoreCount, versionsOf } from './matching.js';
export { planRemoval, removeFiles } from './removal.js';
export { parseS3Name } from './s3-name.js';
export { S3Store } from './s3-store.js';
export { healthOf, type StoreHealth } from './store-health.js';
export { type HeldFile, heldByMember, sharesOf, type StoreShare } from './shares.js';
export {
  type FileTree,
  getFiles,
  getTo,
  getVersions,
  isZip,
  joinedVersions,
  putPath,
  putTree,
  readLocalTree,
  readStoreTree,
  readZipTree,
  type TransferContext,
} from './transfer/index.js';

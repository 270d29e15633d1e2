/** What pages and server both know: the topics, how they change, and what of them is shown. */
export { Hub } from './hub.js';
export type { CheckEntry, DeviceEntry, FaultEntry, FindingEntry, KnownDevice, LanEntry } from './lans.js';
export type { Reading } from './reading.js';
export {
  type LiveChange,
  type LiveHead,
  type LiveLine,
  type LiveRoleEntry,
  type LiveTrial,
  mostLines,
  mostSpans,
  type RoleSpan,
  type RunEntry,
  type RunsAnswer,
} from './runs.js';
export { steadyMembers } from './steady.js';
export {
  type DrainEntry,
  type JobEntry,
  type MemberEntry,
  merged,
  noEntries,
  type StoreEntry,
  taken,
  type Topic,
  type TopicChange,
  type TopicName,
  type Topics,
  type WorkerEntry,
} from './topics.js';
export { type View, views } from './views.js';

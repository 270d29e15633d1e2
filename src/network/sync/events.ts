import type { CollabEvent } from '../../events.js';

/** The transfer method: rsync if both ends have it, otherwise SFTP and commands over the open connection. */
export type SyncWay = 'rsync' | 'sftp';

export type SyncEvent = CollabEvent &
  (
    | {
        kind: 'sync.planned';
        device: string;
        to: string;
        way: SyncWay;
        files: number;
        totalBytes: number;
        removals: number;
      }
    | { kind: 'sync.not-sent'; paths: readonly string[] }
    | { kind: 'sync.rsync-left'; device: string; reason: string }
    | { kind: 'sync.progress'; device: string; sentBytes: number; totalBytes: number }
    | { kind: 'sync.done'; device: string; to: string; files: number; totalBytes: number; seconds: number }
    | { kind: 'sync.failed'; device: string; error: string; what: string }
  );

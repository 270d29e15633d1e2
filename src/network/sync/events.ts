/** The transfer method: rsync if both ends have it, otherwise SFTP and commands over the open connection. */
export type SyncWay = 'rsync' | 'sftp';

/** What happens while files are copied to devices. */
export type SyncEvent =
  | {
      kind: 'sync.planned';
      device: string;
      to: string;
      way: SyncWay;
      files: number;
      total_bytes: number;
      removals: number;
    }
  | { kind: 'sync.not-sent'; paths: readonly string[] }
  | { kind: 'sync.rsync-left'; device: string; reason: string }
  | { kind: 'sync.progress'; device: string; sent_bytes: number; total_bytes: number }
  | { kind: 'sync.done'; device: string; to: string; files: number; total_bytes: number; seconds: number }
  | { kind: 'sync.failed'; device: string; error: string; what: string };

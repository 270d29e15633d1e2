/** Events of preparing a run's data. `hash` is over paths and contents of the folder's files. */
export type DataEvent =
  | { kind: 'data.present'; device: string; name: string; path: string; hash: string; sizeBytes: number }
  | { kind: 'data.sending'; device: string; name: string; path: string; files: number; totalBytes: number }
  | { kind: 'data.progress'; device: string; name: string; sentBytes: number; totalBytes: number }
  | { kind: 'data.sent'; device: string; name: string; hash: string; sentBytes: number; seconds: number };

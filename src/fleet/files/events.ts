/** What happens while files go into a store, or come out of it. */
export type StoreEvent =
  | { kind: 'store.putting'; name: string; place: string; files: number; total_bytes: number }
  | { kind: 'store.getting'; name: string; place: string; files: number; total_bytes: number }
  | { kind: 'store.progress'; name: string; act: 'put' | 'get'; bytes: number; total_bytes: number }
  /** Something of a folder in the store was not written to this machine. */
  | { kind: 'store.left'; name: string; reason: string }
  /** A scrub has read all replicas of `done` streams. */
  | { kind: 'store.scrubbing'; stream: string; done: number; of: number; bytes: number }
  | { kind: 'store.damaged'; name: string; version: number | null; part: number | null; device: string }
  | { kind: 'store.repaired'; name: string; version: number | null }
  | { kind: 'store.lost'; name: string; version: number; part: number }
  | { kind: 'store.unread'; device: string; stream: string; reason: string }
  /** A keeper that is gone is taken out, and others take its replicas: `streams` of all lack some yet. */
  | { kind: 'store.removing'; device: string }
  | { kind: 'store.copying'; device: string; streams: number; of: number };

/** Events of the leases of a run. */
export type LeaseEvent =
  | { kind: 'lease.taken'; devices: string[]; run_id: string; term_s: number }
  | { kind: 'lease.not-renewed'; device: string; reason: string }
  | { kind: 'lease.lost'; device: string; reason: string }
  | { kind: 'lease.released'; devices: string[] };

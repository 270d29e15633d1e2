import type { Bed } from './bed.js';
import type { Checked } from './check-run.js';

/** What was seen when a fault was made. */
export interface Seen {
  what: string;
  /** Whether the promise was kept, apart from what every row must keep. */
  kept: boolean;
  /** The folders of the runs, checked. */
  checked: readonly Checked[];
}

/** A fault, really made, and what is promised then. */
export interface Row {
  name: string;
  promise: string;
  /** Needs the Lab; the others run on this machine alone. */
  onLab: boolean;
  /** It is part of the short form. */
  short?: true;
  try: (bed: Bed) => Promise<Seen>;
}

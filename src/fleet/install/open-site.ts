import type { CollabError } from '../../errors.js';
import type { Clock, Emit } from '../../events.js';
import type { Workspace } from '../../workspace/index.js';
import type { FleetEvent } from '../events.js';
import type { FleetMember } from './record.js';
import type { FleetSite } from './site.js';

/** What the work on members needs from its surroundings. */
export interface FleetContext {
  workspace: Workspace;
  clock: Clock;
  emit: Emit<FleetEvent>;
  signal: AbortSignal;
}

/** A place where members run, open for changes. Dispose of it when done. */
export interface OpenSite extends AsyncDisposable {
  readonly site: FleetSite;
  /** Members that can be worked on now. */
  readonly reached: readonly FleetMember[];
  /** Those that cannot, and why. */
  readonly failures: readonly SiteFailure[];
  /**
   * Gets the programs there, for members that will be started.
   * @returns the members for which that failed
   */
  supply(members: readonly FleetMember[]): Promise<readonly SiteFailure[]>;
}

export interface SiteFailure {
  member: FleetMember;
  error: CollabError;
}

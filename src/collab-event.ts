import type {
  BasesEvent,
  DataEvent,
  DeliveryEvent,
  LayerEvent,
  FixEvent,
  OverheadEvent,
} from './deployment/index.js';
import type { AnyEvent, Emit as EmitOf } from './events.js';
import type { BundleEvent, RunEvent } from './experiments/index.js';
import type { FleetEvent, JobEvent, StoreEvent } from './fleet/index.js';
import type { LabEvent } from './lab/index.js';
import type { RoleTailEvent } from './logs/index.js';
import type { DiscoveryEvent, EnrollEvent, GatewayEvent, ResolveEvent, SyncEvent } from './network/index.js';
import type { PerformanceEvent } from './performance/index.js';
import type { WorkspaceEvent } from './workspace/index.js';

/** Everything that this package can report, by its `kind`. Each room owns its kinds; a new room adds its union here. */
export type CollabEvent =
  | RunEvent
  | BundleEvent
  | LayerEvent
  | DeliveryEvent
  | DataEvent
  | BasesEvent
  | OverheadEvent
  | FixEvent
  | RoleTailEvent
  | DiscoveryEvent
  | EnrollEvent
  | ResolveEvent
  | GatewayEvent
  | SyncEvent
  | LabEvent
  | FleetEvent
  | StoreEvent
  | JobEvent
  | PerformanceEvent
  | WorkspaceEvent;

/** Where work reports what it does: all of it, unless narrowed. */
export type Emit<E extends AnyEvent = CollabEvent> = EmitOf<E>;

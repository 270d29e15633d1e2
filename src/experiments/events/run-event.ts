import type { DataEvent, DeliveryEvent, LayerEvent } from '../../deployment/index.js';
import type { JournalEvent } from '../../logs/index.js';

/** What happens in a run, in order: what its journal keeps, and progress that only a screen shows. */
export type RunEvent = JournalEvent | LayerEvent | DeliveryEvent | DataEvent | WaitEvent;

/** A run that was asked to wait does so; `reason` says for whom. */
type WaitEvent = { readonly kind: 'lease.waiting'; readonly reason: string };

/** Progress, which the journal does not keep. */
type TransientEvent = Exclude<RunEvent, JournalEvent>;

const transientKinds = {
  'layer.line': true,
  'layer.step': true,
  'delivery.progress': true,
  'data.progress': true,
  'lease.waiting': true,
} as const satisfies Record<TransientEvent['kind'], true>;

export const isTransient = (event: RunEvent): event is TransientEvent =>
  Object.hasOwn(transientKinds, event.kind);

import type { LayerEvent } from '../deployment/index.js';

/** Events of starting and removing a Lab. */
export type LabEvent =
  | LayerEvent
  | { kind: 'lab.network'; interface: string; subnet: string }
  | { kind: 'lab.starting'; device: string; address: string }
  | { kind: 'lab.present'; device: string; address: string }
  | { kind: 'lab.ready'; device: string; address: string; engine: string }
  | { kind: 'lab.removed'; device: string };

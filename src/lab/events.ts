import type { LayerEvent } from '../deployment/index.js';

/** What happens while a Lab comes up or goes down. */
export type LabEvent =
  | LayerEvent
  | { kind: 'lab.network'; interface: string; subnet: string }
  | { kind: 'lab.starting'; device: string; address: string }
  | { kind: 'lab.present'; device: string; address: string }
  | { kind: 'lab.ready'; device: string; address: string; engine: string }
  | { kind: 'lab.removed'; device: string };

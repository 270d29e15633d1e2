import type { CollabEvent } from '../../events.js';

export type GatewayEvent = CollabEvent &
  (
    | { kind: 'gateway.ran'; command: string }
    | { kind: 'gateway.undone'; command: string }
    | { kind: 'gateway.routed'; device: string; via: string }
    | { kind: 'gateway.restored'; device: string }
    | { kind: 'gateway.not-routed'; device: string; reason: string; command: string }
  );

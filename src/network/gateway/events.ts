/** What happens while the gateway is turned on or off. */
export type GatewayEvent =
  | { kind: 'gateway.ran'; command: string }
  | { kind: 'gateway.undone'; command: string }
  | { kind: 'gateway.routed'; device: string; via: string }
  | { kind: 'gateway.restored'; device: string }
  | { kind: 'gateway.not-routed'; device: string; reason: string; command: string };

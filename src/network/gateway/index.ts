/** Turns this machine into a gateway, through which devices reach the internet. */
export type { GatewayEvent } from './events.js';
export {
  gatewayOff,
  gatewayOn,
  type GatewayPlan,
  gatewayStatus,
  type GatewayStatus,
  planOff,
  planOn,
} from './gateway.js';
export type { NotRouted } from './route-devices.js';

import type { PlacedData, Runtime } from '../../deployment/index.js';
import type { Clock, Emit } from '../../events.js';
import type { ClockOffset, PlacementRecord } from '../../logs/index.js';
import type { ConnectedDevice, Device, LeaseSet } from '../../network/index.js';
import type { DeployedImage } from '../images/index.js';
import type { RunEvent } from '../events/index.js';
import type { RunPlan } from '../plan/index.js';

/** Where a run takes place: devices that are connected, with the roles placed on them. Close it at the end. */
export interface Stage {
  /** Name of the LAN; null on this machine alone. */
  readonly lan: string | null;
  readonly runtime: Runtime;
  readonly placement: readonly PlacementRecord[];
  /** The devices that play a role. */
  readonly devices: readonly Device[];
  /** Their clocks against ours, by name; null for one that does not tell its time. */
  measureClocks(): Promise<ReadonlyMap<string, ClockOffset | null>>;
  connected(device: string): ConnectedDevice;
  /** Address under which the roles of a device are reached by their peers. */
  addressOf(device: string): string;
  /** Takes the devices that play a role for this run, all or none. @throws CollabError `device-busy` */
  lease(runId: string, clock: Clock): Promise<LeaseSet>;
  /** Gets what the roles run onto their devices. */
  deploy(emit: Emit<RunEvent>, signal: AbortSignal): Promise<DeployedImage[]>;
  imageId(role: string, device: string): string | null;
  /** Gets the data of every role onto its device, and tells where it lies there. */
  bringData(emit: Emit<RunEvent>, signal: AbortSignal): Promise<readonly PlacedData[]>;
  /** What `deploy` and `bringData` would do. */
  plan(): Promise<Pick<RunPlan, 'images' | 'deliveries' | 'data' | 'notes'>>;
  /** Removes what the run left on the devices, and closes the connections. */
  close(runId: string | null): Promise<void>;
}

import type { PlacedData, Runtime } from '../../deployment/index.js';
import type { Emit } from '../../events.js';
import type { ClockOffset } from '../../logs/index.js';
import type { ConnectedDevice, Device, LeaseSet } from '../../network/index.js';
import type { RunEvent } from '../events/index.js';
import type { DeployedImage, ImageDescription } from '../images/index.js';
import type { Learned, RunPlan } from '../plan/index.js';

/**
 * Where a run takes place: connected devices with the roles placed on them. Disposing of it removes what the run left on
 * the devices, and closes the connections.
 */
export interface ConnectedStage extends AsyncDisposable {
  readonly runtime: Runtime;
  /** The devices that play a role. */
  readonly devices: readonly Device[];
  connected(device: string): ConnectedDevice;
  /** Address under which the roles of a device are reached by their peers. */
  addressOf(device: string): string;
  /** The command with which a user copies a folder of a device into a folder of this machine. */
  copyCommand(device: string, folder: string, into: string): string;
  /** The offset of each device's clock to ours, by the device's name; null where it cannot be measured. */
  measureClocks(): Promise<ReadonlyMap<string, ClockOffset | null>>;
  /** Collects what a plan depends on. Changes nothing on the devices. */
  learn(signal: AbortSignal): Promise<Learned>;
  /** Takes the devices that play a role for this run, all or none. @throws CollabError `device-busy` */
  begin(runId: string): Promise<LeaseSet>;
  /** Builds and sends the images that the plan says are missing. What has changed since then is said in a note. */
  deploy(plan: RunPlan, emit: Emit<RunEvent>, signal: AbortSignal): Promise<DeployedImage[]>;
  /**
   * What is in the deployed images, by their ids. It may start containers on the devices: never beside a trial. Without images,
   * the event `python.read` says what runs the roles.
   */
  describe(emit: Emit<RunEvent>, signal: AbortSignal): Promise<ReadonlyMap<string, ImageDescription>>;
  /** Id of a deployed image; null without an engine. */
  imageId(role: string, device: string): string | null;
  /** Sends the data that the plan says is missing, as `deploy` does. @returns where it is on the devices */
  bringData(plan: RunPlan, emit: Emit<RunEvent>, signal: AbortSignal): Promise<readonly PlacedData[]>;
}

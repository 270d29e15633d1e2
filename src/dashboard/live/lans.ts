/** The LANs of a workspace and their devices, as the page asks for them. */

/** Why something does not go, and what to do about it. */
export interface FaultEntry {
  readonly name: string;
  readonly what: string;
  readonly why: string | null;
  readonly next: string;
}

export interface LanEntry {
  readonly name: string;
  readonly isCurrent: boolean;
  /** The machine that controls it, in words. */
  readonly controller: string | null;
  readonly devices: readonly DeviceEntry[];
  /** Why its file cannot be used, and it has no devices here. */
  readonly fault: FaultEntry | null;
}

/** A device as its LAN keeps it. Facts were read when it was set up or checked; the LAN does not say when. */
export interface KnownDevice {
  readonly id: string;
  readonly name: string;
  /** How one logs in to it: `pi@10.0.0.5`. */
  readonly place: string;
  readonly tags: readonly string[];
  /** What it is, in a few words. */
  readonly summary: readonly string[];
  /** All that is known about it. */
  readonly facts: readonly (readonly [label: string, value: string])[];
}

export interface DeviceEntry extends KnownDevice {
  /** What its check does now: it waits for an earlier one, asks the device, or looks for it; null if none runs. */
  readonly checking: 'waiting' | 'asking' | 'searching' | null;
  /** The last check that was made; null if none was. */
  readonly check: CheckEntry | null;
  /** Why the last check was not made; null if it was, or none was asked for. */
  readonly fault: FaultEntry | null;
}

/** Why a device is not ready, or what else was found. */
export interface FindingEntry {
  readonly step: string;
  readonly what: string;
  readonly why: string | null;
  readonly next: string;
}

/** Who holds a device. */
export interface LeaseEntry {
  readonly who: string;
  readonly host: string;
  /** Null: somebody locked it by hand. */
  readonly run: string | null;
  readonly reason: string | null;
  /** When it ends, if it is not renewed. */
  readonly untilMs: number;
  /** It is a lock of the user who serves the page. */
  readonly isOwn: boolean;
}

/** What a check of a device found. Null where it was not told. */
export interface CheckEntry {
  readonly checkedMs: number;
  readonly isReady: boolean;
  readonly hindrances: readonly FindingEntry[];
  readonly notes: readonly FindingEntry[];
  /** What would fix it, as commands to type on the device. */
  readonly remedies: readonly {
    readonly what: string;
    readonly commands: readonly string[];
    readonly advice: string | null;
  }[];
  readonly engine: string | null;
  readonly diskFreeBytes: number | null;
  readonly clock: { readonly offsetMs: number; readonly errorMs: number } | null;
  readonly lease: LeaseEntry | 'free' | 'unknown';
}

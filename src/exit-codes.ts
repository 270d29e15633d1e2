/** Exit codes of the command. docs/architecture.md says when each is used. */
export const ExitCode = {
  /** Everything went well. */
  ok: 0,
  /** A fault inside collab, or of this machine. */
  internal: 1,
  /** Wrong usage, or an invalid or missing file. */
  usage: 2,
  /** A role failed before any measured trial was complete, or an image could not be built. */
  experimentFailed: 3,
  /** A device does not answer, or refused. */
  deviceUnreachable: 4,
  /** Another run or user holds a device. */
  deviceBusy: 5,
  /** Some trials are complete, and some are not. */
  partlyComplete: 6,
  interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

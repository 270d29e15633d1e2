/** The contract for running commands and handling files on a machine, and its implementation for this machine. */
export { ExecOutput } from './exec-output.js';
export { explainFailedWrite, parseDf } from './full-disk.js';
export { LocalShell } from './local-shell.js';
export { rootPrefix } from './root-prefix.js';
export { commandTimedOut, fileFailed, interrupted, outputTooLarge, socketRefused } from './shell-errors.js';
export type { ExecOptions, ExecResult, OpenFile, RemoteEntry, Shell } from './shell.js';
export { streamFile, wholeLimitBytes } from './stream-file.js';
export {
  canOpenTerminal,
  type Terminal,
  type TerminalOptions,
  type TerminalShell,
  type TerminalSize,
} from './terminal.js';

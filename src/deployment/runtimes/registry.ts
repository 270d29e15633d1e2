import { dockerRuntime } from './docker.js';
import { processRuntime } from './process.js';
import type { RuntimeKind, RuntimeName } from './runtime.js';

/** All runtimes by name. A new one is a file here, a line here and its name in run.json's schema. */
export const runtimes = { docker: dockerRuntime, process: processRuntime } satisfies Record<
  RuntimeName,
  RuntimeKind
>;

/** The runtime of a run on a LAN. */
export const lanRuntime: RuntimeKind = dockerRuntime;

/** The runtime of a run on the controller alone. */
export const localRuntime: RuntimeKind = processRuntime;

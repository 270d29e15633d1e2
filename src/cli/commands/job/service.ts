import { inputsOf } from '../../../index.js';
import type { FleetOptions } from '../../session/index.js';
import { submitWritten, waitForService } from './submit.js';

export interface ServiceFlags extends FleetOptions {
  name?: string;
  port?: number;
  replicas?: number;
  base?: string;
  requirements?: string;
  pool?: string[];
  input: string[];
  wait?: boolean;
}

/** `collab job service <folder|zip> --port <port> -- <command...>`: a job that runs until it is cancelled. */
export async function jobService(
  typed: string,
  words: readonly string[],
  flags: ServiceFlags,
): Promise<void> {
  if (flags.wait === true) throw waitForService();
  const { name, port, replicas, base, requirements, pool, input } = flags;
  const command = words.length === 0 ? undefined : words;
  const inputs = inputsOf(input);
  const written = { name, command, base, requirements, pool, inputs, service: { port, replicas } };
  await submitWritten(typed, written, flags);
}

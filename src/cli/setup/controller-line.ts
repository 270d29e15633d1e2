import { formatBytes, type Controller } from '../../index.js';

const clocks = {
  synchronized: 'clock kept by NTP',
  'not-synchronized': 'clock not kept by NTP',
  unknown: 'clock: unknown whether kept by NTP',
};

/** Pure: what the machine is on which the user sits. */
export function controllerLine({ name, facts }: Pick<Controller, 'name' | 'facts'>): string {
  const { os, architecture, cores, memoryBytes, engine, ntp } = facts;
  const docker = engine.available ? `Docker ${engine.version}` : `no engine: ${engine.reason}`;
  const parts = [os.name, architecture, `${cores} cores`, formatBytes(memoryBytes), docker, clocks[ntp]];
  return `This machine: ${name} (${parts.join(', ')})`;
}

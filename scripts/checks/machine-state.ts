import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineState } from './leftovers.js';

/**
 * Reads the current state of this machine. If no Docker Engine answers, its lists are empty.
 * @param folder the run's temporary folder
 * @param run the value of COLLAB_TEST_RUN in the environment of its processes
 */
export function machineState(folder: string, run: string): MachineState {
  const shared = ['/tmp', '/var/tmp'].filter((place) => place !== folder);
  const collab = shared.flatMap((place) => entries(place).filter((path) => /\/\.?collab[^/]*$/.test(path)));
  const listed = (...args: string[]) => lines('docker', ...args);
  return {
    'temporary file': [...entries(folder), ...collab.filter((path) => path !== folder)],
    'file in the working tree': lines('git', 'status', '--porcelain'),
    process: processesOf(run),
    container: listed('ps', '--all', '--format', '{{.Names}} ({{.Image}})'),
    volume: listed('volume', 'ls', '--quiet'),
    network: listed('network', 'ls', '--format', '{{.Name}}'),
    image: listed('images', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}').map((line) =>
      line.startsWith('<none>') ? line : line.replace(/ .*/, ''),
    ),
  };
}

const entries = (folder: string) => readdirSync(folder).map((name) => join(folder, name));

function lines(program: string, ...args: string[]): string[] {
  try {
    const printed = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return printed.split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

function processesOf(run: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (!environment.includes(`COLLAB_TEST_RUN=${run}`)) return [];
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()}`];
    } catch {
      // The process has ended or belongs to another user.
      return [];
    }
  });
}

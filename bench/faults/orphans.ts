import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { Bed } from './bed.js';
import { tried } from './tried.js';

const devices = ['edge1', 'edge2', 'edge3'];

/** What runs of the bed left: containers, processes, leases and folders, on its devices and here. */
export async function orphans(bed: Bed, onLab: boolean): Promise<string[]> {
  const own = new Set(bed.runs().map((folder) => basename(folder)));
  const here = runFolders().filter((run) => own.has(run));
  const processes = await tried(['pgrep', '-f', `\\.collab/runs/(${[...own].join('|') || 'none'})/`]);
  const found = [
    ...here.map((run) => `folder ${run}`),
    ...words(processes.stdout).map((pid) => `process ${pid}`),
  ];
  if (!onLab) return found;
  for (const device of devices) {
    const containers = await bed.onDevice(device, 'docker', 'ps', '-aq', '--filter', 'label=collab.run');
    const folders = await bed.onDevice(device, 'ls', '/home/collab/.collab/runs');
    found.push(...words(containers.stdout).map((id) => `container ${id} on ${device}`));
    if (folders.code === 0) found.push(...words(folders.stdout).map((run) => `folder ${run} on ${device}`));
  }
  const listed = await bed.collab('clean', '--dry-run', '--json');
  const last = JSON.parse(listed.stdout.trim().split('\n').at(-1) ?? '{}') as {
    would_remove?: { lease: boolean; device: string }[];
  };
  found.push(
    ...(last.would_remove ?? []).filter(({ lease }) => lease).map(({ device }) => `lease on ${device}`),
  );
  return found;
}

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');

function runFolders(): string[] {
  try {
    return readdirSync(join(homedir(), '.collab/runs'));
  } catch {
    return [];
  }
}

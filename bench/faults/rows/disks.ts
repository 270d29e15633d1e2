import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Bed } from '../bed.js';
import { checkRun } from '../check-run.js';
import type { Row, Seen } from '../row.js';
import { tried } from '../tried.js';

const fill =
  'if step == 5:\n    with open(collab.outputs / "fill", "wb") as file: file.write(b"x" * (8 << 20))';

async function fullDevice(bed: Bed): Promise<Seen> {
  const folder = '/home/collab/.collab';
  const steps = 20;
  bed.experiment({ steps, then: fill });
  await bed.onDevice('edge1', 'install', '-d', '-o', 'collab', '-g', 'collab', folder);
  await bed.onDevice('edge1', 'mount', '-t', 'tmpfs', '-o', 'size=2m,uid=1000,gid=1000', 'tmpfs', folder);
  try {
    const { code, said } = await bed.collab('run', 'counting', '--place', 'counter=edge1');
    const state = bed.record().trials[0]?.state ?? 'gone';
    return {
      what: `trial ${state}, exit code ${code}: ${/^error: .*/m.exec(said)?.[0] ?? 'no error'}`,
      kept:
        code !== 0 && state !== 'complete' && /space|full/i.test(said) && !/^\s+at .*:\d+:\d+/m.test(said),
      checked: [checkRun(bed.newestRun(), { steps })],
    };
  } finally {
    await bed.onDevice('edge1', 'umount', '-l', folder);
  }
}

async function fullController(bed: Bed): Promise<Seen> {
  const logs = join(bed.folder, 'Logs');
  const steps = 20;
  mkdirSync(logs, { recursive: true });
  bed.experiment({ steps, then: fill });
  const mounted = await tried(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'collab-faults', logs]);
  if (mounted.code !== 0) throw new Error(mounted.said);
  try {
    const { code, said } = await bed.collab('run', 'counting', '--local');
    const folder = bed.newestRun();
    const checked = checkRun(folder, { steps });
    const shown = await bed.collab('show');
    const kept = await bed.collab('clean', '--yes');
    await bed.collab('clean', '--yes', '--uncollected');
    const names = kept.said.includes('these logs are not here');
    return {
      what: `trial ${bed.record(folder).trials[0]?.state ?? 'gone'}, exit code ${code}, the run can be shown: ${shown.code === 0 ? 'yes' : 'no'}, clean keeps the logs: ${names ? 'yes' : 'no'}`,
      kept: code === 1 && /ENOSPC|no space/.test(said) && shown.code === 0 && names,
      checked: [checked],
    };
  } finally {
    await tried(['umount', '-l', logs]);
  }
}

export const disks: Row[] = [
  {
    name: 'disk full on a device',
    promise: 'a clear error; nothing counts as complete',
    onLab: true,
    try: fullDevice,
  },
  {
    name: 'disk full on the controller',
    promise: 'a clear error; the run can be read, and the only copy of its logs stays',
    onLab: false,
    short: true,
    try: fullController,
  },
];

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collab } from '../door.js';
import { program } from '../programs.js';
import type { Pushing, PushTimes } from './pushing.js';

const flavor = 'one-file';
const megabytes = 500;

/** Seconds and bytes of first deliveries of a base with a single large file, which is little work for an engine. */
export async function oneFile(pushing: Pushing, repeats: number): Promise<PushTimes[]> {
  const folder = join(pushing.lab.folder, 'base-images', flavor);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY blob /blob\n');
  execFileSync('sh', [
    '-c',
    'head -c "$0"000000 /dev/urandom >"$1"',
    String(megabytes),
    join(folder, 'blob'),
  ]);
  pushing.experiment('one', { 'main.py': 'print("one")\n' }, flavor);
  try {
    await pushing.push('one');
    const times: PushTimes[] = [];
    for (let repeat = 1; repeat <= repeats; repeat += 1) {
      await pushing.empty();
      times.push(await pushing.push('one'));
    }
    return times;
  } finally {
    await clear();
  }
}

/** Removes the base and its layer from this machine. */
async function clear(): Promise<void> {
  const { stdout } = await program(['docker', 'images', '-q', `collab/base-${flavor}`]);
  const store = new collab.LayerStore();
  for (const id of new Set(stdout.split('\n').filter(Boolean))) {
    const format = '{{index .RootFS.Layers 0}}';
    const layer = await program(['docker', 'image', 'inspect', '-f', format, id]);
    await store.remove(layer.stdout.trim());
    await program(['docker', 'rmi', '-f', id]);
  }
}

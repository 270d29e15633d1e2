import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { besideCode } from '../../package-folder.js';
import { filesBelow, type TarFile } from './tar.js';

const wrapperFolder = besideCode('wrapper');
const metricsTable = besideCode('logs/records/metrics.json');

/** What goes to a device to measure a role there: the wrapper, the `collab` module and the table of metrics. */
export async function wrapperFiles(): Promise<TarFile[]> {
  const names: string[] = [];
  for (const entry of await readdir(wrapperFolder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.py')) {
      names.push(
        join(entry.parentPath, entry.name)
          .slice(wrapperFolder.length + 1)
          .replaceAll('\\', '/'),
      );
    }
  }
  if (!existsSync(join(wrapperFolder, 'wrapper.py')))
    throw new Error(`the wrapper is not at ${wrapperFolder}`);
  return [
    ...(await filesBelow(wrapperFolder, names.sort(), '')),
    { name: 'metrics.json', path: metricsTable },
  ];
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { besideCode } from '../../package-folder.js';
import { filesBelow, folderFiles } from './folder-files.js';
import type { TarFile } from './tar.js';

const wrapperFolder = besideCode('wrapper');
const metricsTable = besideCode('logs/records/metrics.json');

/** The files that measure a role on a device: the wrapper, the `collab` module and the table of metrics. */
export async function wrapperFiles(): Promise<TarFile[]> {
  const names = (await folderFiles(wrapperFolder)).filter((name) => name.endsWith('.py'));
  if (!existsSync(join(wrapperFolder, 'wrapper.py')))
    throw new Error(`the wrapper is not at ${wrapperFolder}`);
  return [...(await filesBelow(wrapperFolder, names, '')), { name: 'metrics.json', path: metricsTable }];
}

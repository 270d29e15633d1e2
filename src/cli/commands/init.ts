import { relative } from 'node:path';
import { initWorkspace, type InitOptions } from '../../index.js';
import { printResult } from '../session/index.js';
import { initText } from '../text/index.js';

/** `collab init [folder]`: a workspace with the experiment hello. */
export async function init(folder: string, options: InitOptions & { json?: boolean }): Promise<void> {
  const result = await initWorkspace(folder, options);
  printResult(options.json, initText(result, relative(process.cwd(), result.folder)), result);
}

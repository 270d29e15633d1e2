import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';

/** What a user sees of a tree: kinds, modes, times, contents, links. */
export function look(root: string): Record<string, string> {
  const seen: Record<string, string> = {};
  for (const path of fs.readdirSync(root, { recursive: true }) as string[]) {
    const full = join(root, path);
    const stats = fs.lstatSync(full, { bigint: true });
    const mode = (Number(stats.mode) & 0o7777).toString(8);
    if (stats.isSymbolicLink()) seen[path] = `link ${fs.readlinkSync(full)}`;
    else if (stats.isDirectory()) seen[path] = `folder ${mode}`;
    else
      seen[path] =
        `file ${mode} ${stats.mtimeNs} ${createHash('sha256').update(fs.readFileSync(full)).digest('hex')}`;
  }
  return seen;
}

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openJobSource } from './job-source.js';

const example = fileURLToPath(new URL('../../../examples/linear-regression', import.meta.url));

async function filesOf(path: string): Promise<Record<string, string>> {
  await using source = await openJobSource(path);
  const found: Record<string, string> = {};
  for (const file of source.tree.files) {
    const pieces: Uint8Array[] = [];
    for await (const piece of file.content()) pieces.push(piece);
    const executable = (file.mode & 0o100) === 0 ? '' : ' executable';
    found[file.name] = `${file.kind}${executable}\n${Buffer.concat(pieces).toString()}`;
  }
  return found;
}

test('examples/linear-regression.zip has what the folder has; if not: cd examples; python3 -m zipfile -c linear-regression.zip linear-regression', async () => {
  expect(await filesOf(`${example}.zip`)).toEqual(await filesOf(example));
});

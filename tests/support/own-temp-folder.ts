import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

/**
 * What the product makes in the temporary folder and must remove itself, whoever calls it. Tests' own folders go with
 * the file's.
 */
const ofProduct = /^collab-(ssh|debian|overhead)-/;

// Each test file has a temporary folder of its own, which child processes inherit. The name is short: sockets are made
// below, whose paths may have 107 characters.
const before = process.env.TMPDIR;
const folder = mkdtempSync(join(tmpdir(), 'ct-'));
// As open as /tmp: some tests log in as another user.
chmodSync(folder, 0o1777);
process.env.TMPDIR = folder;

afterAll(() => {
  const left = readdirSync(folder).filter((name) => ofProduct.test(name));
  rmSync(folder, { recursive: true, force: true });
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  expect(left, 'temporary folders that the product left behind').toEqual([]);
});

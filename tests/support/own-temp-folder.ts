import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

/**
 * Names that the product creates in the temporary folder and must remove itself. Folders of tests are removed with
 * the file's folder.
 */
const ofProduct = /^collab-(ssh|debian|overhead)-/;

// Each test file has its own temporary folder, which child processes inherit. The name is short because sockets are
// created in it, and their paths are limited to 107 characters.
const before = process.env.TMPDIR;
const folder = mkdtempSync(join(tmpdir(), 'ct-'));
// Writable by all, like /tmp, because some tests log in as another user.
chmodSync(folder, 0o1777);
process.env.TMPDIR = folder;

afterAll(() => {
  const left = readdirSync(folder).filter((name) => ofProduct.test(name));
  rmSync(folder, { recursive: true, force: true });
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  expect(left, 'temporary folders that the product left behind').toEqual([]);
});

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { Workspace } from '../../workspace/index.js';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { measureOverhead } from './measure-overhead.js';
import { saveOverheads, savedOverheads } from './overhead-store.js';

const figures = {
  pairs: 9,
  sampling_s: 0.1,
  bare_wall_s: 1,
  wrapped_wall_s: 1.001,
  wall_percent: 0.1,
  cpu_percent: 0.3,
  memory_peak_bytes: 9e6,
};
const nano = deviceOf('nano1');
const withPython = nano.with({ facts: { ...nano.facts, python: '3.6.9' } });
const without = nano.with({ facts: { ...nano.facts, python: null } });

describe('measureOverhead', () => {
  it("runs the load with the device's Python and leaves nothing behind", async () => {
    const shell = new FakeShell((argv) =>
      argv[0] === 'python3' ? { stdout: `${JSON.stringify(figures)}\n` } : {},
    );
    expect(await measureOverhead(connectedTo(withPython, shell), null)).toMatchObject(figures);
    expect(
      shell.ran.some((argv) => argv[1]?.endsWith('/wrapper.py') === true && argv[2] === '--overhead'),
    ).toBe(true);
    expect([...shell.files.keys()]).toEqual([]);
  });

  it.each([
    [withPython, { code: 1, stderr: 'Traceback\nMemoryError\n' }, 'MemoryError'],
    [withPython, { stdout: 'nothing' }, /JSON|Unexpected/],
    [without, {}, 'neither Python nor a usable engine'],
  ])('says why it is unknown', async (device, answer, reason) => {
    const shell = new FakeShell((argv) => (argv[0] === 'python3' ? answer : {}));
    const overhead = await measureOverhead(connectedTo(device, shell), null);
    expect('unavailable' in overhead && overhead.unavailable).toMatch(reason);
  });
});

it('keeps measurements by device, and treats a broken file as a missing one', async () => {
  const workspace = new Workspace(await mkdtemp(join(tmpdir(), 'overhead-')));
  const measured_at = '2026-11-21T12:00:00.000Z';
  await saveOverheads(workspace, { a: { measured_at, ...figures } });
  await saveOverheads(workspace, { b: { measured_at, ...figures, cpu_percent: 1 } });
  expect(Object.keys(await savedOverheads(workspace))).toEqual(['a', 'b']);
  await writeFile(join(workspace.private, 'overhead.json'), '{"a":');
  expect(await savedOverheads(workspace)).toEqual({});
});

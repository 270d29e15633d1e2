import { expect, it } from 'vitest';
import type { ContainerSpec } from '../../src/deployment/index.js';
import type { EngineSubject } from './engine.js';

/** What an engine promises about containers that run all the time, and about the files that they are given. */
export function describeLasting(
  subjectOf: () => EngineSubject,
  create: (change: Partial<ContainerSpec>) => Promise<string>,
  { mark, labels }: { mark: string; labels: Readonly<Record<string, string>> },
): void {
  const engineOf = () => subjectOf().engine;

  it('runs again after it has ended by itself if it is to restart, until it is stopped', async () => {
    const engine = engineOf();
    const id = await create({ command: ['sh', '-c', 'echo one; exit 7'], restart: 'always' });
    await engine.start(id);
    await subjectOf().restarted(id);
    expect(await engine.inspect(id)).toMatchObject({ running: true, exitCode: null });
    await engine.stop(id, 0);
    expect(await engine.inspect(id)).toMatchObject({ running: false });
    await engine.remove(id);
  });

  it("uses the network of the engine's machine if it is to, and has no address of its own", async () => {
    const engine = engineOf();
    const id = await create({ network: 'host' });
    await engine.start(id);
    expect(await engine.inspect(id)).toMatchObject({ running: true, address: null });
    await engine.remove(id);
  });

  it('takes files before it runs and while it runs', async () => {
    const engine = engineOf();
    const id = await create({});
    const write = (content: string) =>
      engine.writeFiles(id, '/etc', [{ name: 'collab/sub/file', content, mode: 0o600 }]);
    const written = async () => String(await engine.readFile(id, '/etc/collab/sub/file'));
    await write('before');
    expect(await written()).toBe('before');
    await engine.start(id);
    await write('while it runs');
    expect(await written()).toBe('while it runs');
    expect(String(await engine.readFile(id, '/etc/passwd'))).toMatch(/^root:/m);
    await engine.remove(id);
  });

  it('takes files into a volume that is mounted in it, before it has ever run', async () => {
    const engine = engineOf();
    const volume = `${mark}-files`;
    await engine.makeVolume(volume, labels);
    const mounts = [{ kind: 'volume' as const, source: volume, target: '/state' }];
    const writer = await create({ mounts });
    const owner = { uid: 1234, gid: 1234 };
    await engine.writeFiles(writer, '/state', [{ name: 'key', content: mark, mode: 0o600 }], owner);
    await engine.remove(writer);
    const reader = await create({ mounts });
    await engine.start(reader);
    expect(String(await engine.readFile(reader, '/state/key'))).toBe(mark);
    await engine.remove(reader);
    await engine.removeVolume(volume);
  });

  it('cannot take files if it does not exist, or has no such folder', async () => {
    const engine = engineOf();
    const files = [{ name: 'file', content: '' }];
    const fault = { name: 'engine-failed', exitCode: 4 };
    await expect(engine.writeFiles(`${mark}-absent`, '/etc', files)).rejects.toMatchObject(fault);
    await expect(engine.writeFiles(await create({}), '/no/folder', files)).rejects.toMatchObject(fault);
  });
}

import { expect, test } from 'vitest';
import { FakeEngine } from '../engine/fake-engine.js';
import { stopLeftBehind } from './stop-left-behind.js';

test('ends containers of abandoned runs, started or not, and leaves those of others and other containers', async () => {
  const engine = new FakeEngine('nano1');
  engine.images.set('abc', { id: 'sha256:abc', sizeBytes: 1 });
  const make = (name: string, labels: Record<string, string>) =>
    engine.create({ name, image: 'sha256:abc', labels, capabilities: [] });
  await engine.start(await make('left', { 'collab.run': 'gone' }));
  await make('left-accounts', { 'collab.run': 'gone' });
  await engine.start(await make('running', { 'collab.run': 'there' }));
  await make('other', {});
  const asked: string[] = [];
  await stopLeftBehind(engine, (run) => {
    asked.push(run);
    return Promise.resolve(run === 'gone');
  });
  expect([...engine.containers.keys()].sort()).toEqual(['other', 'running']);
  expect(new Set(asked)).toEqual(new Set(['gone', 'there']));
});

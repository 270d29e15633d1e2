import { expect, test } from 'vitest';
import { FakeEngine } from '../deployment/engine/fake-engine.js';
import { taskLabel } from '../fleet/index.js';
import { endTasks } from './end-tasks.js';

test('ends and removes all containers of tasks of the fleet, and no others', async () => {
  const engine = new FakeEngine('nano1');
  engine.images.set('collab/python', { id: 'sha256:abc', sizeBytes: 1 });
  const labels = {
    'collab-20261121-125301-a1b2c3-1-task-0': { [taskLabel]: 'lab', 'collab.run': '20261121-125301-a1b2c3' },
    'collab-venv-0a1b': { [taskLabel]: 'lab' },
    'collab-venv-0a1c': { [taskLabel]: 'other' },
    'collab-fleet-lab': { 'collab.fleet': 'lab' },
  };
  for (const [name, own] of Object.entries(labels))
    await engine.start(
      await engine.create({
        name,
        image: 'collab/python',
        labels: own,
        capabilities: [],
      }),
    );
  await endTasks(engine, 'lab');
  expect([...engine.containers.keys()]).toEqual(['collab-venv-0a1c', 'collab-fleet-lab']);
});

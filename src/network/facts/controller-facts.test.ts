import { expect, it } from 'vitest';
import { readControllerFacts } from './controller-facts.js';
import { deviceFacts } from './device-facts.js';
import { readFacts } from './read-facts.js';
import { LocalShell } from '../shell/index.js';

it('reports the same facts of this machine as the probe', async () => {
  const facts = await readControllerFacts();
  expect(deviceFacts.parse(facts)).toEqual(facts);
  const probed = await readFacts(new LocalShell());
  const { hostname, architecture, kernel, cores, memoryBytes, python, user, engine } = probed;
  expect(facts).toMatchObject({ hostname, architecture, kernel, cores, memoryBytes, python, user, engine });
  expect(facts.os.id).toBe(probed.os.id);
});

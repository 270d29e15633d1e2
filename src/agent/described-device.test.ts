import { expect, it } from 'vitest';
import { FakeBroker } from '../fleet/broker/fake-broker.js';
import { ownCapabilities, withDescription } from './described-device.js';

it('says what the device is in each question of its worker', async () => {
  const broker = new FakeBroker();
  const asked: unknown[] = [];
  broker.answer('ask.*.work', async function* ({ data }) {
    asked.push(JSON.parse(Buffer.from(data).toString()));
    yield await Promise.resolve(Buffer.from('answer'));
  });
  const capabilities = ownCapabilities({ accelerator: 'cuda' });
  const described = withDescription(broker, { name: 'nano1', capabilities });
  const question = { format: 1, session: 's', slots: 1, tags: ['x'], holds: [], ended: [] };
  const answers: string[] = [];
  for await (const answer of described.ask('ask.m-1.work', Buffer.from(JSON.stringify(question))))
    answers.push(Buffer.from(answer).toString());
  expect(answers).toEqual(['answer']);
  expect(asked).toEqual([{ ...question, name: 'nano1', capabilities }]);
  expect(capabilities.cores).toBeGreaterThan(0);
  expect(capabilities.memory_bytes).toBeGreaterThan(0);
  expect(capabilities).toMatchObject({ gpu: true });
  expect(ownCapabilities({ accelerator: null })).toMatchObject({ gpu: false });
});

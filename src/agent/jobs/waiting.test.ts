import { expect, it } from 'vitest';
import { jobA, one, partsOf, submitOf, look } from '../../../tests/fixtures/dispatcher-bed.js';
import { answersTo, FakeWorker } from '../../../tests/fixtures/fake-workers.js';
import { storeBroker } from '../../../tests/fixtures/filled-broker.js';
import { systemClock } from '../../events.js';
import { Dispatcher } from './dispatcher.js';

it('answers a worker that waits within milliseconds of a submit', async () => {
  const broker = await storeBroker();
  const stop = new AbortController();
  const context = { clock: systemClock, log: () => undefined, signal: stop.signal };
  const leader = new Dispatcher(
    partsOf(broker, () => performance.now()),
    context,
  );
  await look(leader);
  const waiting = new FakeWorker(one, broker);
  const answered: string[] = [];
  const answer = waiting.ask(leader).then(({ run }) => answered.push(`task ${run[0]?.task}`));
  await systemClock.sleep(20);
  expect(answered).toEqual([]);
  await answersTo(leader, 'ann', submitOf(jobA, 1));
  await Promise.race([answer, systemClock.sleep(100)]);
  expect(answered).toEqual(['task 0']);
  // A newer question ends the older one, and so does the end of the leader.
  const [older, newer] = [waiting.ask(leader), waiting.ask(leader)];
  expect((await older).run).toEqual([]);
  const beganMs = performance.now();
  stop.abort();
  await newer;
  expect(performance.now() - beganMs).toBeLessThan(500);
});

it('tells a worker that waits at once what to stop', async () => {
  const broker = await storeBroker();
  const context = { clock: systemClock, log: () => undefined, signal: new AbortController().signal };
  const leader = new Dispatcher(
    partsOf(broker, () => performance.now()),
    context,
  );
  await look(leader);
  await answersTo(leader, 'ann', submitOf(jobA, 1));
  const waiting = new FakeWorker(one, broker);
  await waiting.ask(leader);
  const answer = waiting.ask(leader);
  await systemClock.sleep(20);
  await answersTo(leader, 'ann', { kind: 'cancel', id: jobA });
  const first = await Promise.race([answer, systemClock.sleep(100)]);
  expect(first).toMatchObject({ stop: [{ job: jobA, task: 0, attempt: 1 }] });
});

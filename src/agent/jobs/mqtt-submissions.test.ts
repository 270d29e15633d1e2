import { expect, it, vi } from 'vitest';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { Access, JobStatus, MqttMessage } from '../../fleet/index.js';
import { type MqttParts, type MqttSubmission, takeSubmissions } from './mqtt-submissions.js';

const definition = { name: 'a', command: ['true'], tasks: { kind: 'count', count: 2 } };
const access: Access = {
  fleet: 'lab',
  version: 1,
  users: [{ name: 'bo.b', role: 'user', tokenSha256: 'a'.repeat(64), brokerKey: null }],
  members: [],
  removedMembers: [],
};

/** Takes these messages of bo.b (or of another user), as they come. */
async function taken(bodies: readonly unknown[], submit?: MqttParts['submit'], user = 'bo=2eb') {
  const log: string[] = [];
  const answers: { subject: string; body: Record<string, unknown> }[] = [];
  const submitted: (MqttSubmission & { user: string })[] = [];
  const stop = new AbortController();
  await takeSubmissions(
    {
      access: () => Promise.resolve(access),
      submit: async (name, submission, signal) => {
        submitted.push({ ...submission, user: name });
        return submit?.(name, submission, signal) ?? ({ id: 'job-1', name: 'a', tasks: 2 } as JobStatus);
      },
      mqtt: {
        // eslint-disable-next-line @typescript-eslint/require-await -- as a broker's
        async *submissions(): AsyncGenerator<MqttMessage> {
          for (const body of bodies)
            yield {
              subject: `collab.jobs.${user}.submit`,
              data: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
              done: () => Promise.resolve(void log.push('done')),
            };
        },
        publish: (subject, data) => {
          log.push(subject);
          answers.push({
            subject,
            body: JSON.parse(Buffer.from(data).toString()) as Record<string, unknown>,
          });
          return Promise.resolve();
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      },
    },
    { clock: new SteppedClock(), log: (line) => void log.push(line), signal: stop.signal },
  );
  await vi.waitUntil(() => log.length > 0);
  await new Promise((go) => setImmediate(go));
  return { log, answers, submitted };
}

it('submits a job as the user of its topic, and is done when the answer is kept', async () => {
  const { log, answers, submitted } = await taken([{ id: 'x-1', definition, files: 'store:work' }]);
  expect(submitted).toMatchObject([{ user: 'bo.b', id: 'x-1', files: 'store:work' }]);
  expect(log).toEqual(['collab.jobs.bo=2eb.accepted.x-1', 'done']);
  expect(answers[0]?.body).toEqual({ id: 'x-1', job: 'job-1', name: 'a', tasks: 2 });
});

it.each([
  ['no json', '-', 'no JSON'],
  ['[]', '-', 'expected object'],
  [{ definition }, '-', 'id: '],
  [{ id: 'a/b', definition }, '-', 'id: must be 1 to 64 letters'],
  [{ id: '-', definition }, '-', 'id: must be 1 to 64 letters'],
  [{ id: 'x', definition: { ...definition, command: [] } }, 'x', 'definition.command: '],
  [{ id: 'x', definition, files: '/etc' }, 'x', 'files: must be a folder in the store'],
  [{ id: 'x', definition, more: 1 }, 'x', 'more'],
])('refuses %o', async (body, id, reason) => {
  const { log, answers, submitted } = await taken([body]);
  expect(submitted).toEqual([]);
  expect(log).toEqual([`collab.jobs.bo=2eb.refused.${id}`, 'done']);
  expect(answers[0]?.body).toMatchObject({ id, error: 'job-invalid' });
  expect(String(answers[0]?.body.reason)).toContain(reason);
});

const failing = (name: string) => () => {
  throw new CollabError(name, { what: 'It is not there.', next: 'x', exitCode: ExitCode.usage });
};

it('says why a job is refused', async () => {
  const { answers, log } = await taken([{ id: 'x', definition }], failing('store-no-file'));
  expect(answers[0]).toMatchObject({
    subject: 'collab.jobs.bo=2eb.refused.x',
    body: { error: 'store-no-file', reason: 'It is not there.' },
  });
  expect(log.at(-1)).toBe('done');
});

it.each(['broker-no-answer', 'jobs-not-read', 'store-unreachable'])(
  'leaves the message to be taken again after %s',
  async (name) => {
    const { answers, log } = await taken([{ id: 'x', definition }], failing(name));
    expect(answers).toEqual([]);
    expect(log).toEqual(['a job by MQTT: It is not there.; it is tried again']);
  },
);

it('drops what a user says that the fleet does not know any more', async () => {
  const { answers, submitted, log } = await taken([{ id: 'x', definition }], undefined, 'eve');
  expect({ answers, submitted, log }).toEqual({ answers: [], submitted: [], log: ['done'] });
});

it('takes a message once that comes again while it is worked on', async () => {
  const body = { id: 'x', definition };
  const slow = () => new Promise<JobStatus>((go) => setImmediate(() => go({ id: 'j' } as JobStatus)));
  const { submitted } = await taken([body, body], slow);
  expect(submitted).toHaveLength(1);
});

import { systemClock } from '../../src/events.js';
import type { Identity } from '../../src/fleet/broker/index.js';
import { type Broker, connectAdmin, connectBroker } from '../../src/fleet/index.js';
import {
  jobDefinition,
  type JobsAnswer,
  jobsAnswer,
  type JobsQuestion,
  type WorkQuestion,
  workAnswer,
} from '../../src/fleet/jobs/index.js';
import { FakeWorker } from '../../tests/fixtures/fake-workers.js';
import { ensureStreams } from '../../tests/fixtures/filled-broker.js';
import { leadJobs } from '../../tests/fixtures/jobs-leader.js';
import { ann, keeper, keeperId, startCluster } from '../../tests/fixtures/nats-cluster.js';

/** Tasks that a worker has at a time, as a worker of Celery takes by default (worker_prefetch_multiplier). */
export const inHand = 4;
/** Most tasks in one answer. */
const pageLength = 1000;

/** The queue of collab without what runs tasks: one nats-server, a leader, and workers whose tasks do nothing, in this process. */
export class OwnQueue implements AsyncDisposable {
  #jobs = 0;

  private constructor(
    private readonly user: Broker,
    private readonly workers: readonly QueueWorker[],
    private readonly end: () => Promise<void>,
  ) {}

  static async start(workers: number): Promise<OwnQueue> {
    const members = Array.from({ length: workers }, (_, at) => keeperId(90 + at));
    const identities = members.map((id): Identity => ({ kind: 'member', id, users: ['ann'] }));
    const open: (() => unknown)[] = [];
    const end = async () => {
      for (const close of open.splice(0).reverse()) await close();
    };
    try {
      const cluster = await startCluster({ servers: 1, identities: [ann, keeper, ...identities] });
      open.push(() => cluster[Symbol.asyncDispose]());
      const broker = await connectAdmin(cluster.access(keeper));
      open.push(() => broker[Symbol.asyncDispose]());
      await ensureStreams(broker, 1);
      open.push((await leadJobs(broker)).end);
      const connect = async (identity: Identity) => {
        const one = await connectBroker(cluster.access(identity));
        open.push(() => one[Symbol.asyncDispose]());
        return one;
      };
      const own: QueueWorker[] = [];
      for (const id of members)
        own.push(new QueueWorker(id, await connect({ kind: 'member', id, users: ['ann'] })));
      return new OwnQueue(await connect(ann), own, end);
    } catch (error) {
      await end();
      throw error;
    }
  }

  /** Tasks per second: from the submission of a job until the results of all its tasks are here. */
  async rate(tasks: number): Promise<number> {
    const startedMs = performance.now();
    const id = await this.submit(tasks);
    let left = tasks;
    await Promise.all(this.workers.map((worker) => worker.work((done) => (left -= done) > 0)));
    let results = 0;
    for (let from = 0; from < tasks; from += pageLength) {
      const answer = await this.ask({ kind: 'tasks', id, from, limit: pageLength });
      if (answer.kind === 'tasks') results += answer.tasks.filter(({ state }) => state === 'done').length;
    }
    if (results !== tasks) throw new Error(`${results} results of ${tasks} tasks`);
    return tasks / ((performance.now() - startedMs) / 1000);
  }

  /** Milliseconds from the submission of a job until a worker that waited has its task. */
  async dispatchMs(): Promise<number> {
    const [worker] = this.workers;
    if (worker === undefined) throw new Error('there is no worker');
    const asked = worker.ask();
    await systemClock.sleep(300);
    const startedMs = performance.now();
    const submitted = this.submit(1);
    for (let answer = await asked; answer === 0;) answer = await worker.ask();
    const tookMs = performance.now() - startedMs;
    await submitted;
    await worker.finish();
    await worker.ask();
    return tookMs;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  private async submit(count: number): Promise<string> {
    this.#jobs += 1;
    const id = `20261130-120000-${String(this.#jobs).padStart(6, '0')}`;
    const definition = jobDefinition.parse({
      name: 'nothing',
      command: ['true'],
      tasks: { kind: 'count', count },
    });
    await this.ask({ kind: 'submit', id, definition });
    return id;
  }

  private async ask(question: JobsQuestion): Promise<JobsAnswer> {
    return jobsAnswer.parse(await only(this.user, 'ask.u-ann.jobs', question));
  }
}

/** A worker whose tasks end at once. Each has a connection of its own. */
class QueueWorker {
  private readonly fake: FakeWorker;

  constructor(
    id: string,
    private readonly broker: Broker,
  ) {
    this.fake = new FakeWorker(id, broker);
    this.fake.slots = inHand;
  }

  /** @returns how many tasks it got */
  async ask(): Promise<number> {
    const work = async (member: string, question: WorkQuestion) =>
      workAnswer.parse(await only(this.broker, `ask.m-${member}.work`, question));
    return (await this.fake.ask({ work })).run.length;
  }

  /** Writes the end of all that it holds. @returns how many these were */
  async finish(): Promise<number> {
    const ended = await Promise.all([...this.fake.holds].map((one) => this.fake.end(one, 'done')));
    return ended.filter(Boolean).length;
  }

  /** @param goesOn whether there is more to do, after so many ends */
  async work(goesOn: (done: number) => boolean): Promise<void> {
    for (let isMore = true; isMore;) {
      await this.ask();
      isMore = goesOn(await this.finish());
    }
    // The leader hears of the last ends.
    await this.ask();
  }
}

async function only(broker: Broker, subject: string, question: unknown): Promise<unknown> {
  let found: unknown = null;
  for await (const answer of broker.ask(subject, Buffer.from(JSON.stringify(question))))
    found = JSON.parse(Buffer.from(answer).toString());
  return found;
}

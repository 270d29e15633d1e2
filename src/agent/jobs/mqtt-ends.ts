import { messageOf } from '../../errors.js';
import { type BrokerMqtt, mqttAnswerSubject, type UntoldByMqtt } from '../../fleet/index.js';
import type { AgentContext } from '../duty.js';
import type { JobBook } from './job-book.js';

const atOnce = 16;

/**
 * Tells MQTT clients how their jobs ended. Which end was told stands in the job's record, so that another leader goes on. A client may
 * hear it twice, if a leader ends before it has written that down.
 */
export class MqttEnds {
  readonly #underway = new Set<string>();

  constructor(
    private readonly book: JobBook,
    private readonly publish: BrokerMqtt['publish'],
    private readonly context: AgentContext,
  ) {}

  /** Begins what is due, and waits for nothing. */
  look(): void {
    for (const job of this.book.state.untoldByMqtt) {
      const { id } = job.status;
      if (this.#underway.size >= atOnce) return;
      if (this.#underway.has(id)) continue;
      this.#underway.add(id);
      void this.#tell(job)
        .catch((error: unknown) => {
          if (!this.context.signal.aborted)
            this.context.log(`the end of the job ${id} cannot be told by MQTT: ${messageOf(error)}`);
        })
        .finally(() => this.#underway.delete(id));
    }
  }

  async #tell({ mqttId, status }: UntoldByMqtt): Promise<void> {
    const { signal } = this.context;
    const { id, owner, retries } = status;
    const body = { id: mqttId, job: { ...status, notice: undefined } };
    await this.publish(mqttAnswerSubject(owner, 'ended', mqttId), Buffer.from(JSON.stringify(body)), signal);
    await this.book.alone(async () => {
      const record = await this.book.readJob(id);
      if (record?.mqtt == null || record.retries !== retries || record.ended_at === null) return;
      const told = { ...record, mqtt: { ...record.mqtt, told: retries } };
      // If somebody else wrote first, it is told once more.
      await this.book.writeJob(told, this.book.state.sequenceOf(id));
    });
  }
}

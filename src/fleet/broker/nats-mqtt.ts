import { z } from 'zod';
import { anything, api, parsedAnswer } from './api.js';
import type { BrokerAccess, BrokerMqtt, MqttMessage } from './broker.js';
import { BrokerFault, code, spoken } from './errors.js';
import { Link } from './link.js';
import { mqttSubmitSubjects } from './mqtt-topics.js';
import { type Patience, persist, waitMs } from './persist.js';
import { pull } from './scan.js';

/** Where nats-server (2.10.27) keeps what is published with QoS 1, until all who asked for it have it. */
const stream = '$MQTT_msgs';
const keptPrefix = '$MQTT.msgs.';
const consumer = 'collab-jobs';
/** A message that was taken by a leader that died is given to the next one after this. */
const againMs = 10_000;
/** Messages that are being worked on. */
const mostUnderway = 64;
const nanosecondsPerMs = 1e6;
const patienceMs = 30_000;
/** MQTT's quality of service, as nats-server marks what came by MQTT: only such messages are kept for clients that ask for it. */
const qos1 = { 'Nmqtt-Pub': '1' };
const stored = z.object({ seq: z.int().nonnegative() });

/** @param replicas of what is kept: as many as the streams of the fleet have. @throws CollabError `store-unreachable`, `store-refused` */
export async function connectMqtt(access: BrokerAccess, replicas: number): Promise<BrokerMqtt> {
  const link = new Link(access);
  const patience = { patienceMs, servers: access.servers };
  await persist(patience, () => link.connect());
  return new NatsMqtt(link, patience, replicas);
}

class NatsMqtt implements BrokerMqtt {
  constructor(
    private readonly link: Link,
    private readonly patience: Patience,
    private readonly replicas: number,
  ) {}

  async *submissions(signal: AbortSignal): AsyncGenerator<MqttMessage> {
    try {
      await this.#ensure();
      while (!signal.aborted)
        for await (const { subject, data, reply } of pull(this.link, stream, consumer, signal))
          yield {
            subject: subject.slice(keptPrefix.length),
            data,
            done: async () => {
              if (reply !== null) await this.link.send(reply, Buffer.from('+ACK'));
            },
          };
    } catch (error) {
      throw spoken(error);
    }
  }

  async publish(subject: string, data: Uint8Array, signal?: AbortSignal): Promise<void> {
    // Clients that asked for QoS 1 get what is kept; those that asked for QoS 0 get what is sent.
    await persist(
      this.patience,
      async (count) => {
        const options = { timeoutMs: waitMs(count), headers: qos1 };
        parsedAnswer(stored, (await this.link.request(`${keptPrefix}${subject}`, data, options)).data);
      },
      signal,
    );
    await this.link.send(subject, data, qos1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link[Symbol.asyncDispose]();
  }

  /**
   * nats-server makes the stream when the first client comes, and keeps in it only what somebody has asked for. So both are there
   * before: what the first client publishes is not lost.
   */
  async #ensure(): Promise<void> {
    await this.#api(`STREAM.INFO.${stream}`, undefined).catch(async (error: unknown) => {
      if (!(error instanceof BrokerFault) || error.code !== code.streamNotFound) throw error;
      await this.#api(`STREAM.CREATE.${stream}`, {
        name: stream,
        subjects: [`${keptPrefix}>`],
        storage: 'file',
        retention: 'interest',
        num_replicas: this.replicas,
      });
    });
    await this.#api(`CONSUMER.DURABLE.CREATE.${stream}.${consumer}`, {
      stream_name: stream,
      config: {
        durable_name: consumer,
        filter_subject: `${keptPrefix}${mqttSubmitSubjects}`,
        deliver_policy: 'all',
        ack_policy: 'explicit',
        ack_wait: againMs * nanosecondsPerMs,
        max_ack_pending: mostUnderway,
      },
    });
  }

  #api(subject: string, body: unknown): Promise<unknown> {
    return persist(this.patience, (count) => api(this.link, subject, body, anything, waitMs(count)));
  }
}

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  type Broker,
  BrokerConflict,
  type BrokerMessage,
  jobStream,
  notifyKeySubject,
} from '../../fleet/index.js';
import { keyPrefix } from './webhook.js';

const keyBytes = 32;
const keyRecord = z.object({ format: z.literal(1), key: z.string().startsWith(keyPrefix) });

/** A key for each user, with which messages about ended jobs are signed. It is made when it is needed first. */
export class NotifyKeys {
  constructor(
    private readonly broker: Pick<Broker, 'publish' | 'last'>,
    private readonly random: (bytes: number) => Buffer = randomBytes,
  ) {}

  async of(user: string, signal?: AbortSignal): Promise<string> {
    const message = await this.broker.last(jobStream, notifyKeySubject(user), signal);
    return keyIn(message) ?? (await this.#write(user, message?.sequence ?? 0, signal));
  }

  /** A new key in place of the one that there was. */
  async renew(user: string, signal?: AbortSignal): Promise<string> {
    const message = await this.broker.last(jobStream, notifyKeySubject(user), signal);
    return this.#write(user, message?.sequence ?? 0, signal);
  }

  /** If another one came first, it is that one. */
  async #write(user: string, expectLast: number, signal?: AbortSignal): Promise<string> {
    const key = `${keyPrefix}${this.random(keyBytes).toString('base64')}`;
    const data = Buffer.from(JSON.stringify({ format: 1, key }));
    try {
      await this.broker.publish(notifyKeySubject(user), data, { expectLast, signal });
      return key;
    } catch (error) {
      if (!(error instanceof BrokerConflict)) throw error;
      const first = keyIn(await this.broker.last(jobStream, notifyKeySubject(user), signal));
      if (first === null) throw error;
      return first;
    }
  }
}

function keyIn(message: BrokerMessage | null): string | null {
  if (message === null) return null;
  try {
    return keyRecord.parse(JSON.parse(Buffer.from(message.data).toString())).key;
  } catch {
    return null;
  }
}

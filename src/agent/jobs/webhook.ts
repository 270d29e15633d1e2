import { createHmac } from 'node:crypto';
import { messageOf } from '../../errors.js';

/** Of a key, as Standard Webhooks writes it; base64 of the bytes follows. */
export const keyPrefix = 'whsec_';
const answerWithinMs = 10_000;

export interface Webhook {
  /** The same each time that it is sent: who has seen it before passes it over. */
  id: string;
  /** When it is sent. */
  at: Date;
  body: string;
}

/** Headers of Standard Webhooks (https://www.standardwebhooks.com), signed with HMAC-SHA256. */
export function signedHeaders(key: string, { id, at, body }: Webhook): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const secret = Buffer.from(key.slice(keyPrefix.length), 'base64');
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'user-agent': 'collab',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

/** Sends a webhook. @returns null if it was taken, or why it was not, without the URL */
export async function sendWebhook(
  url: string,
  key: string,
  webhook: Webhook,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: signedHeaders(key, webhook),
      body: webhook.body,
      // Whoever the job names is told, and nobody else.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    });
    await answer.body?.cancel();
    return answer.ok ? null : `HTTP ${answer.status}`;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError')
      return `no answer within ${answerWithinMs / 1000} s`;
    const { cause } = error as Error;
    return cause instanceof Error ? causeText(cause) : messageOf(error);
  }
}

/** Of several addresses, each has failed in its own way, and the error has no text. */
const causeText = (cause: Error & { code?: string }): string =>
  cause.message === '' ? (cause.code ?? cause.name) : cause.message;

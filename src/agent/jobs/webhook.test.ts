import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { sendWebhook, signedHeaders } from './webhook.js';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const webhook = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: new Date(1_614_265_330_000),
  body: '{"test": 2432232314}',
};

/** @param status of its answers @returns its address, and what it was sent */
async function receiver(status: number, headers: Record<string, string> = {}) {
  const got: { headers: IncomingHttpHeaders; body: string; method: string | undefined }[] = [];
  const server = createServer((request, answer) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      got.push({ headers: request.headers, body, method: request.method });
      answer.writeHead(status, headers).end('not read');
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got };
}

it('signs as the published example of Standard Webhooks is signed', () => {
  expect(signedHeaders(key, webhook)).toMatchObject({
    'webhook-id': webhook.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it('sends the body with its signature', async () => {
  const { url, got } = await receiver(204);
  expect(await sendWebhook(url, key, webhook, new AbortController().signal)).toBeNull();
  expect(got).toMatchObject([{ method: 'POST', body: webhook.body, headers: signedHeaders(key, webhook) }]);
});

it.each([500, 404, 410])('says that it was answered with %i', async (status) => {
  const { url } = await receiver(status);
  expect(await sendWebhook(url, key, webhook, new AbortController().signal)).toBe(`HTTP ${status}`);
});

it('does not follow to another address', async () => {
  const other = await receiver(200);
  const { url } = await receiver(307, { location: other.url });
  expect(await sendWebhook(url, key, webhook, new AbortController().signal)).toBe('HTTP 307');
  expect(other.got).toEqual([]);
});

it('says why nothing was sent, without the address that it was given', async () => {
  const { url } = await receiver(200);
  closing.splice(0).forEach((close) => close());
  const why = await sendWebhook(`${url}?token=secret`, key, webhook, new AbortController().signal);
  expect(why).toContain('ECONNREFUSED');
  expect(why).not.toContain('secret');
});

import type { IncomingMessage } from 'node:http';

/** The part of the library's client that its own calls use, and its types omit. */
interface Modem {
  dial(
    options: {
      path: string;
      method: string;
      isStream: boolean;
      abortSignal: AbortSignal;
      statusCodes: Record<number, boolean | string>;
    },
    answered: (error: Error | null, body: IncomingMessage) => void,
  ): void;
}

/**
 * Docker Engine API, POST /containers/{id}/wait: the engine answers with the head at once, and with the body when the
 * container has stopped. The library's own call hears nothing of an engine that goes away in between.
 * @throws the library's error, or one when the answer is cut
 */
export async function waitForEnd(
  client: { modem: unknown },
  containerId: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await toEnd(await dialed(client.modem as Modem, containerId, signal));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function dialed(modem: Modem, containerId: string, abortSignal: AbortSignal): Promise<IncomingMessage> {
  const path = `/containers/${encodeURIComponent(containerId)}/wait`;
  const statusCodes = { 200: true, 400: 'bad parameter', 404: 'no such container', 500: 'server error' };
  const options = { path, method: 'POST', isStream: true, abortSignal, statusCodes };
  return new Promise((resolve, reject) => {
    modem.dial(options, (error, body) => (error ? reject(error) : resolve(body)));
  });
}

function toEnd(body: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    body.on('end', resolve);
    body.on('error', reject);
    body.on('close', () => reject(new Error('aborted')));
    body.resume();
  });
}

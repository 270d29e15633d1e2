import { readFileSync } from 'node:fs';
import { connect, connectAsync, type MqttClient } from 'mqtt';
import { vi } from 'vitest';

/** What `collab fleet user mqtt` says. */
export interface MqttAccess {
  password: string;
  addresses: string[];
  ca: string;
  topics: { submit: string; accepted: string; refused: string; ended: string };
}
/** A user with a password for MQTT. */
export interface MqttUser {
  name: string;
  access: MqttAccess;
}
/** A message that a client got. */
export interface Said {
  topic: string;
  qos: number;
  body: {
    id: string;
    job: string | { id: string; state: string; owner: string };
    error: string;
    reason: string;
  };
}

const open: MqttClient[] = [];

/**
 * Connects as a user.
 * @param client id, for which the broker keeps what was subscribed to
 * @param keeper which one of the keepers it connects to
 */
export async function enter(
  { name, access }: MqttUser,
  client: string,
  keeper = 0,
  { isAnonymous = false } = {},
): Promise<{ client: MqttClient; said: Said[] }> {
  const said: Said[] = [];
  const connected = await connectAsync(`mqtts://${access.addresses[keeper] ?? ''}`, {
    ca: readFileSync(access.ca),
    clientId: client,
    clean: false,
    reconnectPeriod: 0,
    connectTimeout: 20_000,
    ...(!isAnonymous && { username: name, password: access.password }),
  });
  open.push(connected);
  // Before anything is subscribed to: what was kept comes at once.
  connected.on('message', (topic, payload, { qos }) => {
    said.push({ topic, qos, body: JSON.parse(payload.toString()) as Said['body'] });
  });
  connected.on('error', () => undefined);
  return { client: connected, said };
}

/** Whether a user is let in now. */
export async function isLetIn(user: MqttUser, keeper = 0): Promise<boolean> {
  try {
    const { client } = await enter(user, 'looks', keeper);
    await client.endAsync(true);
    return true;
  } catch (error) {
    if (error instanceof Error && /not authorized/i.test(error.message)) return false;
    throw error;
  }
}

/** Ends all that are still connected. */
export function leaveAll(): void {
  for (const client of open) client.end(true);
}

/** What comes of a connection without TLS. */
export function enterPlainly(address: string): Promise<'let in' | 'closed'> {
  return new Promise((resolve) => {
    const client = connect(`mqtt://${address}`, { connectTimeout: 5000, reconnectPeriod: 0 });
    client.on('error', () => undefined);
    client.once('connect', () => resolve('let in'));
    client.once('close', () => resolve('closed'));
  });
}

/** The QoS that was granted; 128 for a refusal. */
export const subscribe = (client: MqttClient, topic: string): Promise<number[]> =>
  client.subscribeAsync(topic, { qos: 1 }).then(
    (granted) => granted.map(({ qos }) => qos as number),
    () => [128],
  );

/** Publishes with QoS 1. */
export const publish = (client: MqttClient, topic: string, body: unknown): Promise<unknown> =>
  client.publishAsync(topic, typeof body === 'string' ? body : JSON.stringify(body), { qos: 1 });

/** What is published for a job of one task. */
export const jobOf = (id: string, ...command: string[]): object => ({
  id,
  definition: { name: id, command, tasks: { kind: 'count', count: 1 } },
});

/** The first message of a kind about a job, once it is there. */
export const first = (
  said: readonly Said[],
  what: 'accepted' | 'refused' | 'ended',
  id: string,
  timeout = 60_000,
): Promise<Said> =>
  vi.waitUntil(() => said.find(({ topic }) => topic.endsWith(`/${what}/${id}`)), { timeout, interval: 200 });

import { connect } from 'node:net';
import { messageOf } from '../../errors.js';
import type { FleetMember } from './record.js';

/** Whether the broker of a keeper answers. */
export interface BrokerAnswer {
  answers: boolean;
  /** Why it does not. */
  why: string | null;
  version: string | null;
  /** Its name, which says the generation of keepers that it is of. */
  serverName: string | null;
}

/** A NATS server greets with `INFO {...}` before anything else, also where TLS follows. */
export function askBroker({
  address,
  nats_port: port,
}: Pick<FleetMember, 'address' | 'nats_port'>): Promise<BrokerAnswer> {
  return new Promise((answer) => {
    const socket = connect({ host: address, port, timeout: 3000 });
    let text = '';
    const fail = (why: string) => {
      socket.destroy();
      answer({ answers: false, why, version: null, serverName: null });
    };
    socket.on('timeout', () => fail('it says nothing'));
    socket.on('error', (error) => fail(messageOf(error)));
    socket.on('close', () => fail('it closed the connection'));
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      const [, json = null] = /^INFO (\{.*\})\s*\r?\n/.exec(text) ?? [];
      if (json !== null) {
        answer({
          answers: true,
          why: null,
          version: valueIn(json, 'version'),
          serverName: valueIn(json, 'server_name'),
        });
        socket.destroy();
      } else if (text.length > 65_536) fail('it is no NATS server');
    });
  });
}

function valueIn(json: string, key: string): string | null {
  return new RegExp(`"${key}":"([\\w.-]{1,64})"`).exec(json)?.[1] ?? null;
}

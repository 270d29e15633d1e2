import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { listeningOn } from '../../../tests/fixtures/free-port.js';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { CollabError } from '../../errors.js';
import { MemberClient, type MemberClientOptions } from './member-client.js';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A member that answers as the test says, and a client for it. */
async function memberThat(answer: Answer, change: Partial<MemberClientOptions> = {}) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => answer(request, response, body));
  });
  const port = await listeningOn(server);
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new MemberClient({
    address: `127.0.0.1:${port}`,
    name: 'nano1',
    ca: null,
    servername: null,
    token: 'secret',
    ...change,
  });
}

const sent = {
  id: '0123456789abcdef0123',
  name: 'nano1',
  state: 'alive',
  state_s: 12.3,
  heard_s: null,
  address: '10.0.0.1:7946',
  http_port: 7947,
  tags: ['camera'],
  architecture: 'arm64',
  cores: 4,
  memory_bytes: 123,
  accelerator: null,
  version: '0.1.0',
  keeper: true,
  broker_port: 4222,
};
const list = { self: sent.id, fleet: 'lab', members: [sent] };
const json = (value: unknown): Answer => {
  return (_, response) => response.end(JSON.stringify(value));
};

describe('MemberClient', () => {
  it('asks with its token, and translates the answer', async () => {
    let token: string | undefined;
    const client = await memberThat((request, response) => {
      token = request.headers.authorization;
      response.end(JSON.stringify({ ...list, members: [{ ...sent, added_later: 1 }], added_later: {} }));
    });
    const { members } = await client.members();
    expect(token).toBe('Bearer secret');
    expect(members).toEqual([
      {
        id: sent.id,
        name: 'nano1',
        state: 'alive',
        stateS: 12.3,
        heardS: null,
        address: '10.0.0.1:7946',
        httpPort: 7947,
        tags: ['camera'],
        architecture: 'arm64',
        cores: 4,
        memoryBytes: 123,
        accelerator: null,
        version: '0.1.0',
        keeper: true,
        brokerPort: 4222,
      },
    ]);
  });

  it('reads a member of an earlier version, which says nothing of a broker', async () => {
    const earlier = { ...sent, broker_port: undefined };
    const client = await memberThat(json({ ...list, members: [earlier] }));
    expect((await client.members()).members[0]?.brokerPort).toBeNull();
  });

  it('posts what a join and a leave need', async () => {
    const asked: string[] = [];
    const client = await memberThat((request, response, body) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''} ${body}`);
      response.end(request.url === '/join' ? '{"joined":2}' : '{"left":true}');
    });
    expect(await client.join('10.0.0.2:7946')).toBe(2);
    expect(await client.join(null)).toBe(2);
    await client.leave();
    expect(asked).toEqual(['POST /join {"address":"10.0.0.2:7946"}', 'POST /join {}', 'POST /leave {}']);
  });

  it('strips control characters from text of a device', async () => {
    const client = await memberThat(
      json({ ...list, members: [{ ...sent, name: '\u001b[31mred\n\u0007 one' }] }),
    );
    expect((await client.members()).members[0]?.name).toBe('red one');
  });

  it('says which member answers wrongly, and what is wrong', async () => {
    const wrong = await memberThat(json({ ...list, members: [{ ...sent, state: 'bored', cores: 'x' }] }));
    const fault = await faultOf(wrong.members());
    expect(fault).toMatchObject({ name: 'member-answer', exitCode: 4 });
    expect(fault.what).toContain(`member nano1 (${wrong.address})`);
    expect(fault.why).toContain('members.0.state:');
    expect(fault.why).toContain('members.0.cores:');
    const noJson = await memberThat((_, response) => response.end('<html>\u001b[2J'));
    expect(await faultOf(noJson.members())).toMatchObject({ name: 'member-answer' });
    const old = await memberThat((_, response) => response.writeHead(404).end('{}'));
    expect(await faultOf(old.info())).toMatchObject({ name: 'member-answer', why: 'HTTP 404' });
  });

  it('passes on why a member refuses', async () => {
    for (const [status, what] of [
      [401, 'does not know this token'],
      [403, 'does not allow this user'],
    ] as const) {
      const error = {
        name: 'no-right',
        what: 'Only an\u001b[1m administrator may do that.',
        next: 'Ask ann.',
      };
      const client = await memberThat((_, response) =>
        response.writeHead(status).end(JSON.stringify({ error })),
      );
      const fault = await faultOf(client.leave());
      expect(fault).toMatchObject({
        name: 'member-refused',
        exitCode: 4,
        why: 'Only an administrator may do that.',
        next: 'Ask ann.',
      });
      expect(fault.what).toContain(what);
    }
  });

  it('gives up on a member that does not answer', async () => {
    const silent = await memberThat(() => undefined, { timeoutMs: 100 });
    expect(await faultOf(silent.members())).toMatchObject({
      name: 'member-unreachable',
      why: 'no answer within 0.1 s',
    });
    const slow = await memberThat((_, response) => response.write('{'), { timeoutMs: 100 });
    expect(await faultOf(slow.members())).toMatchObject({ name: 'member-unreachable' });
    const cut = await memberThat((_, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('{');
      setImmediate(() => response.destroy());
    });
    expect(await faultOf(cut.members())).toMatchObject({ name: 'member-unreachable' });
  });

  it('ends its calls when its signal aborts', async () => {
    const abort = new AbortController();
    const silent = await memberThat(() => abort.abort());
    expect(await faultOf(silent.until(abort.signal).members())).toMatchObject({ name: 'member-unreachable' });
  });

  it('asks other machines with TLS only', () => {
    const options = { ca: null, servername: null, token: null };
    expect(() => new MemberClient({ address: '10.0.0.1:7947', ...options })).toThrow(CollabError);
    expect(() => new MemberClient({ address: '127.0.5.1:7947', ...options })).not.toThrow();
    expect(() => new MemberClient({ address: '[::1]:7947', ...options })).not.toThrow();
  });
});

describe('MemberClient.watch', () => {
  const eventOf = (event: string, value: unknown) => `event: ${event}\ndata: ${JSON.stringify(value)}\n\n`;
  const events = (...texts: string[]): Answer => {
    return (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const text of texts) response.write(text);
    };
  };
  const suspect = { ...sent, state: 'suspect' };

  it('yields the list, and one after each change', async () => {
    const client = await memberThat(
      events(eventOf('members', list), ': alive\n\n', eventOf('later', 1), eventOf('member', suspect)),
    );
    const abort = new AbortController();
    const seen: (string | undefined)[] = [];
    for await (const { members } of client.watch(abort.signal)) {
      seen.push(members[0]?.state);
      if (seen.length === 2) abort.abort();
    }
    expect(seen).toEqual(['alive', 'suspect']);
  });

  it('connects again after a lost connection, and yields nothing meanwhile', async () => {
    let connections = 0;
    const clock = new SteppedClock();
    const client = await memberThat(
      (_, response) => {
        connections += 1;
        if (connections === 2) response.destroy();
        else response.end(eventOf('members', { ...list, fleet: String(connections) }));
      },
      { watch: { clock, pauseMs: 1000 } },
    );
    const abort = new AbortController();
    const seen: (string | null)[] = [];
    for await (const { fleet } of client.watch(abort.signal)) {
      seen.push(fleet);
      if (fleet === '3') abort.abort();
    }
    expect(seen).toEqual(['1', '3']);
    expect(clock.passedMs).toBe(2000);
  });

  it('gives up after the given time, or at once if the member refuses', async () => {
    let connections = 0;
    const clock = new SteppedClock();
    const watch = { clock, pauseMs: 1000, giveUpMs: 3000, nowMs: () => clock.passedMs };
    const lost = await memberThat(
      (_, response) => {
        connections += 1;
        if (connections > 1) response.destroy();
        else response.end(eventOf('members', list));
      },
      { watch },
    );
    expect(await faultOf(drain(lost))).toMatchObject({ name: 'member-unreachable' });
    expect(clock.passedMs).toBe(3000);
    const refused = await memberThat((_, response) => response.writeHead(401).end('{}'), { watch });
    expect(await faultOf(drain(refused))).toMatchObject({ name: 'member-refused' });
  });

  it('fails at once if the first connection does', async () => {
    const client = await memberThat((_, response) => response.destroy());
    expect(await faultOf(drain(client))).toMatchObject({ name: 'member-unreachable' });
  });

  it('treats a connection that is silent for too long as lost', async () => {
    let connections = 0;
    const client = await memberThat(
      (request, response) => {
        connections += 1;
        if (connections > 1) response.writeHead(403).end('{}');
        else events(eventOf('members', list))(request, response, '');
      },
      { watch: { silenceMs: 100, clock: new SteppedClock() } },
    );
    expect(await faultOf(drain(client))).toMatchObject({ name: 'member-refused' });
  });

  async function drain(client: MemberClient): Promise<void> {
    const all = client.watch(new AbortController().signal);
    while ((await all.next()).done !== true);
  }
});

async function faultOf(call: Promise<unknown>): Promise<CollabError> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CollabError) return error;
  throw new Error('the call does not fail with a CollabError', { cause: error });
}

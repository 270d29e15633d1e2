import { createServer } from 'node:https';
import { expect, it } from 'vitest';
import { listeningOn } from '../../../tests/fixtures/free-port.js';
import { TestAuthority } from '../../../tests/fixtures/test-authority.js';
import { keptConnections } from './member-call.js';
import { MemberClient } from './member-client.js';

const id = '0123456789abcdef0123';

it('trusts a member by the name in its certificate, at whatever address', async () => {
  const fleet = await TestAuthority.create();
  const foreign = await TestAuthority.create();
  let asked = 0;
  const server = createServer(await fleet.issue([{ type: 'dns', value: `${id}.collab` }]), (_, response) => {
    asked += 1;
    response.end(JSON.stringify({ self: id, fleet: null, members: [] }));
  });
  const port = await listeningOn(server);
  const ask = (ca: string, servername: string | null) =>
    new MemberClient({ address: `127.0.0.1:${port}`, ca, servername, token: 'secret' }).members();
  expect((await ask(fleet.pem, `${id}.collab`)).self).toBe(id);
  const wrongs = [
    [fleet.pem, `${'f'.repeat(20)}.collab`],
    [fleet.pem, null],
    [foreign.pem, `${id}.collab`],
  ] as const;
  for (const [ca, servername] of wrongs) {
    await expect(ask(ca, servername)).rejects.toMatchObject({ name: 'member-not-trusted', exitCode: 4 });
  }
  expect(asked).toBe(1);
  server.close();
});

it('asks again over a kept connection, and over a new one when the member has closed it', async () => {
  const fleet = await TestAuthority.create();
  let connections = 0;
  const server = createServer(await fleet.issue([{ type: 'dns', value: `${id}.collab` }]), (_, response) =>
    response.end(JSON.stringify({ self: id, fleet: null, members: [] })),
  );
  server.on('secureConnection', () => (connections += 1));
  const port = await listeningOn(server);
  const kept = keptConnections();
  const client = new MemberClient({
    address: `127.0.0.1:${port}`,
    ca: fleet.pem,
    servername: `${id}.collab`,
    token: 'secret',
    kept,
  });
  await client.members();
  await client.members();
  expect(connections).toBe(1);
  // As a member does that is started again: the client finds out only when it asks.
  const asked = client.members();
  server.closeAllConnections();
  expect((await asked).self).toBe(id);
  expect(connections).toBe(2);
  kept.destroy();
  server.close();
});

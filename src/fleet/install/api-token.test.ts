import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fleetOf, memberOf } from '../../../tests/fixtures/fleet.js';
import { Workspace } from '../../workspace/index.js';
import { makeBrokerKey } from '../credentials/broker-keys.js';
import { makeAuthority } from '../credentials/certificates.js';
import { CredentialStore } from '../credentials/credential-store.js';
import { inviteFile, openInvite, parseInvite } from '../credentials/join-file.js';
import { guestMembers, makeApiToken } from './api-token.js';

/** The fleet as somebody has it who was given a join file. */
async function guestOf(record: ReturnType<typeof fleetOf>) {
  const invite = {
    fleet: 'lab',
    ca: (await makeAuthority('lab')).certificate,
    members: guestMembers(record),
    user: 'ann',
    token: `collab_${'s'.repeat(43)}`,
    brokerSeed: makeBrokerKey().seed,
  };
  const store = new CredentialStore(new Workspace(await mkdtemp(join(tmpdir(), 'api-token-'))));
  return { name: 'lab', credentials: await openInvite(store, parseInvite(inviteFile(invite))) };
}

it('a user with a join file only gets the addresses of the keepers that serve the API', async () => {
  const record = fleetOf([memberOf(1), memberOf(2)]);
  const serving = { ...record, settings: { ...record.settings, api_port: 7950 } };
  const now = new Date('2026-11-30T12:00:00Z');
  const made = await makeApiToken(await guestOf(serving), 1, now);
  expect(made).toMatchObject({ user: 'ann', addresses: ['00000000000000000001.collab=10.0.0.1:7950'] });
  // Where no keeper serves it, there is none.
  expect((await makeApiToken(await guestOf(record), 1, now)).addresses).toEqual([]);
});

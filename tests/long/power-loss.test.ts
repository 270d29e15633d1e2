import { createHash, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createUser } from '@nats-io/nkeys';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/events.js';
import { planBase, readFlavor } from '../../src/deployment/index.js';
import { type BrokerAccess, connectAdmin, memberIdentity } from '../../src/fleet/broker/index.js';
import { makeAuthority, makeMemberCertificate } from '../../src/fleet/credentials/certificates.js';
import { makeStore, type NewFile, openStore } from '../../src/fleet/files/index.js';
import { localPrograms } from '../../src/fleet/install/index.js';
import { Workspace } from '../../src/workspace/index.js';
import { freePort } from '../fixtures/free-port.js';
import { Guest } from '../fixtures/guest.js';

/**
 * All keepers lose their power at once: three servers in one guest whose process is killed, so that everything is lost that its
 * kernel had not written to the disk. Every file that was acknowledged must be there afterwards.
 */
const numbers = [1, 2, 3];
const idOf = (number: number) => String(number).padStart(20, '0');
const { signal } = new AbortController();
let guest: Guest;
let access: BrokerAccess;

beforeAll(async () => {
  const authority = await makeAuthority('power');
  const key = createUser();
  const ports = await Promise.all(numbers.map(() => freePort()));
  const files: Record<string, string> = {};
  for (const number of numbers) {
    const pair = await makeMemberCertificate(authority, { id: idOf(number), addresses: ['127.0.0.1'] });
    files[`/keepers/${number}/tls.pem`] = pair.certificate;
    files[`/keepers/${number}/key.pem`] = pair.key;
    files[`/keepers/${number}/ca.pem`] = authority.certificate;
    files[`/keepers/${number}/nats.conf`] = configuration(number, key.getPublicKey());
  }
  guest = Guest.make(await fleetImage(), files, {
    start: numbers.map((number) => `nats-server -c /keepers/${number}/nats.conf &`).join('\n'),
    ports: numbers.map((number, at) => ({ here: ports[at] ?? 0, there: 4220 + number })),
  });
  access = {
    servers: ports.map((port) => `127.0.0.1:${port}`),
    ca: authority.certificate,
    seed: new TextDecoder().decode(key.getSeed()),
    identity: memberIdentity(idOf(1)),
  };
  await guest.boot();
  await using broker = await connectAdmin(access, { patienceMs: 120_000 });
  await makeStore(broker, {
    format: 1,
    fleet: 'power',
    state: 'ready',
    keep: 5,
    replace_after_s: 600,
    replicas: 3,
  });
});
afterAll(() => guest[Symbol.dispose]());

it('three losses of power cost no acknowledged file', async () => {
  const acknowledged = new Map<string, string>();
  for (let loss = 1; loss <= 3; loss += 1) {
    const isCut = putUntilCut(loss, acknowledged);
    await new Promise((resolve) => setTimeout(resolve, 15_000 + Math.random() * 5000));
    await guest.losePower();
    await isCut;
    await guest.boot();
    await using broker = await connectAdmin(access, { patienceMs: 180_000 });
    const store = await openStore(broker, { kind: 'member', id: idOf(1), name: 'test' });
    for (const [name, sha256] of acknowledged) {
      const hash = createHash('sha256');
      for await (const piece of (await store.open(name)).content()) hash.update(piece);
      expect(hash.digest('hex'), name).toBe(sha256);
    }
  }
  // Emulation is slow, and one replica may still be behind: a majority is enough to read everything.
  console.log(`${acknowledged.size} acknowledged files were there after 3 losses of power`);
  expect(acknowledged.size).toBeGreaterThan(10);
});

/** Puts files of up to 300 kB, one after the other, until nobody answers any more. */
async function putUntilCut(loss: number, acknowledged: Map<string, string>): Promise<void> {
  await using broker = await connectAdmin(access, { patienceMs: 5000 });
  const store = await openStore(broker, { kind: 'member', id: idOf(1), name: 'test' });
  try {
    for (let number = 0; ; number += 1) {
      const data = randomBytes(1 + Math.floor(Math.random() * 300_000));
      const name = `loss-${loss}/${number}`;
      await store.put([fileOf(name, data)]);
      acknowledged.set(name, createHash('sha256').update(data).digest('hex'));
    }
  } catch (error) {
    expect(error).toMatchObject({ name: 'store-unreachable' });
  }
}

const fileOf = (name: string, data: Uint8Array): NewFile => ({
  name,
  kind: 'file',
  mode: 0o644,
  target: null,
  async *content() {
    yield await Promise.resolve(data);
  },
});

function configuration(number: number, publicKey: string): string {
  const folder = `/keepers/${number}`;
  const tls = `cert_file: "${folder}/tls.pem", key_file: "${folder}/key.pem", ca_file: "${folder}/ca.pem", timeout: 20`;
  const routes = numbers.filter((one) => one !== number).map((one) => `"nats://127.0.0.1:${6220 + one}"`);
  return `server_name: "${idOf(number)}-1-1"
listen: "0.0.0.0:${4220 + number}"
max_payload: 8MB
tls { ${tls} }
jetstream { store_dir: "/data/${number}", sync_interval: always, max_file_store: 1125899906842624 }
accounts { FLEET { jetstream: enabled, users: [{ nkey: ${publicKey} }] }, SYS { users: [{ user: system, password: system }] } }
system_account: SYS
cluster { name: power, listen: "127.0.0.1:${6220 + number}", no_advertise: true, tls { ${tls}, verify: true }, routes: [${routes.join(', ')}] }
`;
}

/** Built, unless it exists. */
async function fleetImage(): Promise<string> {
  const workspace = new Workspace(fileURLToPath(new URL('../..', import.meta.url)));
  const { architecture } = await localPrograms({
    workspace,
    clock: systemClock,
    emit: () => undefined,
    signal,
  });
  const flavor = await readFlavor(workspace, 'fleet');
  const image = flavor.images.find(({ arch }) => arch?.some((one) => one === architecture));
  if (image === undefined) throw new Error(`no image for ${architecture}`);
  return (await planBase(flavor, image, architecture)).ref;
}

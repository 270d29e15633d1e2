import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { agentConfig } from '../fleet/index.js';
import { knownMembers } from './known-members.js';

async function configWith(known: string | null, own: object = {}) {
  const state = await mkdtemp(join(tmpdir(), 'collab-known-'));
  await mkdir(join(state, 'member'));
  if (known !== null) await writeFile(join(state, 'member/known.json'), known);
  const id = '0'.repeat(20);
  return agentConfig.parse({
    format: 1,
    fleet: 'lab',
    member: { id, name: 'nano2' },
    generation: 1,
    keeper: true,
    keepers: [{ id, name: 'nano2', address: '10.0.0.2', nats_port: 4222 }],
    state,
    nats_pid_file: '',
    nats_supervised: false,
    keep: 5,
    replace_after_s: 600,
    tags: ['camera'],
    ...own,
  });
}

const meta = (about: object) => Buffer.from(JSON.stringify(about)).toString('base64');

it('has this member, and the others as the member program keeps them', async () => {
  const about = {
    n: 'nano1',
    h: 7947,
    t: ['gpu'],
    a: 'arm64',
    c: 4,
    m: 4e9,
    x: 'cuda',
    v: '0.1.0',
    k: false,
  };
  const others = [
    { id: '1'.repeat(20), state: 'failed', address: '10.0.0.1:7946', meta: meta(about) },
    { id: '2'.repeat(20), state: 'alive', address: '10.0.0.9:7946', meta: 'of another form' },
  ];
  const all = await knownMembers(await configWith(JSON.stringify({ format: 1, members: others })));
  expect(all).toEqual([
    {
      id: '1'.repeat(20),
      name: 'nano1',
      state: 'failed',
      address: '10.0.0.1',
      tags: ['gpu'],
      architecture: 'arm64',
      cores: 4,
      memory_bytes: 4e9,
      accelerator: 'cuda',
      keeper: false,
    },
    expect.objectContaining({
      name: 'nano2',
      state: 'alive',
      address: '10.0.0.2',
      tags: ['camera'],
      keeper: true,
    }),
  ]);
});

it('has this member only, before the member program knows another', async () => {
  expect((await knownMembers(await configWith(null))).map(({ name }) => name)).toEqual(['nano2']);
});

it('says of this member what the fleet knows of its device, which its container may not see', async () => {
  const device = { cores: 6, memory_bytes: 8e9, accelerator: 'cuda' };
  expect(await knownMembers(await configWith(null, device))).toMatchObject([device]);
});

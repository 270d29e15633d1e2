import { expect, it } from 'vitest';
import { storeBroker } from '../../../tests/fixtures/filled-broker.js';
import { removeGhosts, renewLeaders } from './replicas.js';

it('removes servers again that came back under a name that was removed, and no others', async () => {
  const broker = await storeBroker();
  for (const name of ['old', 'here', 'HUYS2vAs'])
    await broker.publish(`meta.removed.${name}`, Buffer.from('2026-11-30T10:06:50Z'));
  const removed: string[] = [];
  const peer = (server: string, isCurrent = false) => ({
    server,
    isCurrent,
    isOffline: !isCurrent,
    lastSeenMs: 0,
  });
  const system = {
    peers: () =>
      Promise.resolve([peer('a', true), peer('old'), peer('gone'), peer('here', true), peer('HUYS2vAs')]),
    removeServer: (server: string) => Promise.resolve(void removed.push(server)),
  };
  const { signal } = new AbortController();
  expect(await removeGhosts(broker, system, signal)).toEqual(['old', 'HUYS2vAs']);
  expect(removed).toEqual(['old', 'HUYS2vAs']);
});

it('lets another replica of each stream lead, where there is another one', async () => {
  const broker = await storeBroker();
  await renewLeaders(broker);
  expect(broker.handedOver).toContain('STORE');
  expect(broker.handedOver).toHaveLength((await broker.streams()).length);
  broker.servers = ['s1'];
  broker.handedOver.length = 0;
  await renewLeaders(broker);
  expect(broker.handedOver).toEqual([]);
});

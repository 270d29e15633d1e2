import { type FleetStatus, formatBytes } from '../../index.js';

/** How the files of a fleet are kept, on a few lines of its status. */
export function storeHealthLines({ store, storeFault, record }: FleetStatus): string[] {
  if (store === null)
    return storeFault === null ? [] : [`Store: ${storeFault.what} ${storeFault.why ?? ''}`.trim()];
  const nameOf = (id: string) => record.members.find((one) => one.id === id)?.name ?? id;
  const { answering, keepers, hasQuorum, belowTarget, streams, leader } = store;
  const needed = Math.floor(keepers / 2) + 1;
  const away = store.servers.filter(({ isOffline }) => isOffline).map(({ member }) => nameOf(member));
  const parts = [
    `${answering} of ${keepers} ${keepers === 1 ? 'keeper answers' : 'keepers answer'}${hasQuorum ? '' : `, ${needed} are needed to put files`}`,
    belowTarget === 0 ? 'all replicas are whole' : `replicas missing in ${belowTarget} of ${streams} streams`,
    leader === null ? 'no leader yet' : `led by ${nameOf(leader)}`,
  ];
  const free = store.servers.map(
    ({ member, freeBytes }) =>
      `${nameOf(member)} ${freeBytes === null ? 'not known' : formatBytes(freeBytes)}`,
  );
  free.sort();
  const full = store.servers.filter(({ isFull }) => isFull).map(({ member }) => nameOf(member));
  return [
    `Store: ${parts.join('; ')}`,
    `Free for files: ${free.join(', ')}`,
    ...(store.isDegraded
      ? [
          `Degraded: ${away.join(', ')} ${away.length === 1 ? 'is' : 'are'} away, and no other keeper can take the replicas.`,
          '  Bring it back, or name another: collab fleet up --keepers <devices>',
        ]
      : []),
    ...(full.length > 0
      ? [
          `Full: ${full.join(', ')}. Nothing can be put until there is space.`,
          '  Make space there, or remove files with: collab store delete',
        ]
      : []),
  ];
}

/** The same for --json. */
export function storeHealthResult({ store, record }: FleetStatus) {
  if (store === null) return null;
  const nameOf = (id: string) => record.members.find((one) => one.id === id)?.name ?? id;
  return {
    leader: store.leader === null ? null : nameOf(store.leader),
    keepers: store.keepers,
    answering: store.answering,
    quorum: store.hasQuorum,
    streams: store.streams,
    below_target: store.belowTarget,
    degraded: store.isDegraded,
    devices: store.servers.map((one) => ({
      id: one.member,
      name: nameOf(one.member),
      answers: !one.isOffline,
      used_bytes: one.usedBytes,
      free_bytes: one.freeBytes,
      full: one.isFull,
    })),
  };
}

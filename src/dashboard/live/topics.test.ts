import { expect, it } from 'vitest';
import { Hub } from './hub.js';
import { merged, noEntries, taken, type Topic, type TopicChange, type WorkerEntry } from './topics.js';

const worker = (id: string, slots = 1): WorkerEntry => ({ id, name: `n${id}`, slots, tasks: [] });

/** What a page knows that heard all changes since it began. */
function page(hub: Hub) {
  let workers: Topic<WorkerEntry> = noEntries;
  const take = (change: TopicChange) => {
    if (change.topic === 'workers') workers = taken(workers, change as TopicChange<'workers'>);
  };
  hub.whole().forEach(take);
  hub.listen(take);
  return () => workers;
}

it('a page that began early and one that began late know the same', () => {
  const hub = new Hub();
  const early = page(hub);
  hub.answered('workers', [worker('a'), worker('b')], 1000);
  hub.answered('workers', [worker('a', 2), worker('c')], 2000);
  const late = page(hub);
  expect(early()).toEqual({ entries: { a: worker('a', 2), c: worker('c') }, heardMs: 2000, fault: null });
  expect(late()).toEqual(early());
});

it('only what changed is told', () => {
  const hub = new Hub();
  hub.answered('workers', [worker('a'), worker('b')], 1000);
  const told: TopicChange[] = [];
  const end = hub.listen((change) => told.push(change));
  hub.answered('workers', [worker('a'), worker('b', 3)], 2000);
  hub.answered('workers', [worker('a'), worker('b', 3)], 3000);
  end();
  hub.answered('workers', [], 4000);
  expect(told.map(({ entries, removed }) => [entries.map(({ id }) => id), removed])).toEqual([
    [['b'], []],
    [[], []],
  ]);
});

it('what does not answer any more keeps its entries, with why, and since when they are old', () => {
  const hub = new Hub();
  const known = page(hub);
  hub.answered('workers', [worker('a')], 1000);
  hub.failed('workers', 'no member answers');
  expect(known()).toEqual({ entries: { a: worker('a') }, heardMs: 1000, fault: 'no member answers' });
  hub.answered('workers', [worker('a')], 5000);
  expect(known()).toMatchObject({ heardMs: 5000, fault: null });
});

it('a page that hears several changes as one knows the same', () => {
  const hub = new Hub();
  const known = page(hub);
  const pending: TopicChange[] = [];
  hub.listen((change) => pending.push(change));
  hub.answered('workers', [worker('a'), worker('b')], 1000);
  hub.answered('workers', [worker('b', 2)], 2000);
  hub.answered('workers', [worker('b', 2), worker('a', 4)], 3000);
  hub.answered('workers', [worker('a', 4)], 4000);
  const all = pending.reduce((before, after) => merged(before, after));
  expect(taken<WorkerEntry>(noEntries, all as TopicChange<'workers'>)).toEqual(known());
});

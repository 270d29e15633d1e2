import { computed } from '@preact/signals';
import { known } from '../../connection.js';
import { go, Link, place } from '../../route.js';
import type { MemberEntry, StoreEntry } from '../../../live/index.js';
import { countText } from '../../words.js';
import { MemberTable } from './member-table.js';
import { MemberTiles } from './member-tiles.js';

/** By name, as people count: nano2 before nano10. */
const members = computed(() =>
  Object.values(known.members.value.entries).sort((a, b) =>
    a.name.localeCompare(b.name, undefined, { numeric: true }),
  ),
);

/** Who is in the fleet and how it is, as a map or as a table; the address says which. */
export function Fleet() {
  const as = place.value.query.get('as') === 'table' ? 'table' : 'map';
  const { heardMs } = known.members.value;
  return (
    <section aria-labelledby="fleet-title">
      <h1 id="fleet-title">Fleet</h1>
      <Summary members={members.value} store={known.store.value.entries.store ?? null} />
      <div class="choice" role="group" aria-label="Show as">
        {(['map', 'table'] as const).map((one) => (
          <button
            type="button"
            key={one}
            aria-pressed={one === as}
            onClick={() => go(one === 'map' ? '/fleet' : '/fleet?as=table')}
          >
            {one === 'map' ? 'Map' : 'Table'}
          </button>
        ))}
      </div>
      {heardMs === null ? (
        <p role="status">Asking the fleet…</p>
      ) : as === 'table' ? (
        <MemberTable members={members.value} />
      ) : (
        <MemberTiles members={members.value} />
      )}
    </section>
  );
}

function Summary({ members: all, store }: { members: readonly MemberEntry[]; store: StoreEntry | null }) {
  const alive = all.filter(({ state }) => state === 'alive').length;
  const gone = all.filter(({ state }) => state === 'failed' || state === 'unknown');
  const { fault } = known.store.value;
  return (
    <dl class="summary">
      <div class={gone.length === 0 ? 'good' : 'bad'}>
        <dt>Members</dt>
        <dd>
          {alive} of {all.length} alive
          {gone.length === 0 ? null : (
            <small>
              {gone.map(({ name }, at) => (
                <>
                  {at === 0 ? '' : ', '}
                  <Link to={`/fleet/${encodeURIComponent(name)}`}>{name}</Link>
                </>
              ))}{' '}
              failed
            </small>
          )}
        </dd>
      </div>
      {store === null ? (
        <div>
          <dt>Store</dt>
          <dd>
            not known<small>{fault}</small>
          </dd>
        </div>
      ) : (
        <>
          <div class={store.quorum ? 'good' : 'bad'}>
            <dt>Keepers</dt>
            <dd>
              {store.answering} of {store.keepers} answer
              <small>
                {store.quorum ? 'quorum' : 'NO QUORUM: nothing can be put or submitted'}
                {store.leader === null ? ', no leader yet' : `, ${store.leader} leads`}
              </small>
            </dd>
          </div>
          <div class={store.belowTarget === 0 ? 'good' : 'doubtful'}>
            <dt>Replicas</dt>
            <dd>
              {store.belowTarget === 0
                ? 'all whole'
                : `${countText(store.belowTarget, 'stream')} of ${store.streams} lack one`}
              {store.degraded ? <small>no other keeper can take them</small> : null}
            </dd>
          </div>
        </>
      )}
      <div>
        <dt>Work</dt>
        <dd>{workText()}</dd>
      </div>
    </dl>
  );
}

function workText(): string {
  const workers = Object.values(known.workers.value.entries);
  const tasks = workers.reduce((sum, worker) => sum + worker.tasks.length, 0);
  const { entries } = known.members.value;
  const open = workers.filter(({ id }) => !entries[id]?.drained);
  const slots = open.reduce((sum, worker) => sum + worker.slots, 0);
  const { heardMs } = known.workers.value;
  if (heardMs === null) return 'not known';
  return `${countText(tasks, 'task')}, ${countText(slots, 'slot')}`;
}

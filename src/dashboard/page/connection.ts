import { batch, computed, signal, type Signal } from '@preact/signals';
import {
  noEntries,
  taken,
  type Topic,
  type TopicChange,
  type TopicName,
  type Topics,
  type View,
} from '../live/index.js';

/** Without a word of the server for this long, the page says that it is not connected. The server speaks each 5 s. */
const silentMs = 12_000;
const againMs = 2000;
/** A page that is open is in use: it asks for something this often, so that its session goes on. */
const stayMs = 3600_000;
/** A request that has no other purpose than its status. */
const probe = () => fetch('/history/none').catch(() => null);
/** Ages are written anew when the server tells something, unless they were a moment ago, and otherwise after this long. */
const tickMs = 1100;
const momentMs = 450;

type Known = { readonly [Name in TopicName]: Signal<Topic<Topics[Name]>> };

/** What is known of the fleet. */
export const known: Known = {
  members: signal(noEntries),
  store: signal(noEntries),
  workers: signal(noEntries),
  jobs: signal(noEntries),
};

/** Which dashboard this is; null before the server has said so. */
export const about = signal<{
  readonly fleet: string;
  readonly read_only: boolean;
  readonly version: string;
  readonly views: readonly View[];
} | null>(null);

/** The time of the server, which is what all ages are counted from. It advances about each second. */
export const nowMs = signal(Date.now());

/** When the server was last heard; null: not yet. */
const heardMs = signal<number | null>(null);
const isLost = signal(false);

/** Since when the page is not connected, in the server's time; null if it is. */
export const lostSinceMs = computed(() => (isLost.value ? (heardMs.value ?? nowMs.value) : null));

let aheadMs = 0;

function heard(serverMs: number): void {
  aheadMs = serverMs - Date.now();
  batch(() => {
    heardMs.value = serverMs;
    isLost.value = false;
    // Together with what else changes, so that the page is laid out once.
    if (Math.abs(serverMs - nowMs.peek()) >= momentMs) tick();
  });
}

/** Connects, and again whenever the connection is lost. */
export function connect(): void {
  const source = new EventSource('/live');
  source.addEventListener(
    'about',
    (event) => (about.value = JSON.parse(event.data as string) as typeof about.value),
  );
  source.addEventListener('beat', (event) =>
    heard((JSON.parse(event.data as string) as { now_ms: number }).now_ms),
  );
  source.addEventListener('changes', (event) => {
    const { now_ms, changes } = JSON.parse(event.data as string) as {
      now_ms: number;
      changes: TopicChange[];
    };
    batch(() => {
      heard(now_ms);
      for (const change of changes) take(change);
    });
  });
  source.addEventListener('error', () => {
    isLost.value = true;
    if (source.readyState !== EventSource.CLOSED) return;
    // A server that lets this browser in no more answers 401, and the browser gives up.
    source.close();
    setTimeout(() => void comeBack(), againMs);
  });
}

async function comeBack(): Promise<void> {
  const answer = await probe();
  if (answer?.status === 401) location.reload();
  else connect();
}

function take(change: TopicChange): void {
  // The entries of a change are those of its topic.
  const topic = known[change.topic] as Signal<Topic<Topics[TopicName]>>;
  topic.value = taken(topic.value, change);
}

let ticking: ReturnType<typeof setTimeout> | undefined;

function tick(): void {
  nowMs.value = Date.now() + aheadMs;
  const heard = heardMs.peek();
  if (heard !== null && nowMs.peek() - heard > silentMs) isLost.value = true;
  clearTimeout(ticking);
  // A little later than what the server tells each second.
  ticking = setTimeout(tick, tickMs);
}

tick();

setInterval(() => void probe(), stayMs);

import {
  changed,
  noEntries,
  taken,
  type Topic,
  type TopicChange,
  type TopicName,
  topicNames,
  type Topics,
} from './topics.js';

type Known = { -readonly [Name in TopicName]: Topic<Topics[Name]> };
type Listener = (change: TopicChange) => void;

/** Keeps every topic, and tells pages what changes. */
export class Hub {
  private readonly known: Known = {
    members: noEntries,
    store: noEntries,
    workers: noEntries,
    jobs: noEntries,
  };
  private readonly listeners = new Set<Listener>();

  topic<Name extends TopicName>(name: Name): Topic<Topics[Name]> {
    return this.known[name];
  }

  /** What the source of a topic says now. */
  answered<Name extends TopicName>(name: Name, entries: readonly Topics[Name][], nowMs: number): void {
    const before: Topic<Topics[Name]> = this.known[name];
    this.tell({ ...changed(name, before, entries), whole: false, heardMs: nowMs, fault: null });
  }

  /** The source of a topic does not answer: what is known of it grows old. */
  failed(name: TopicName, why: string): void {
    const { fault, heardMs } = this.known[name];
    if (fault === why) return;
    this.tell({ topic: name, whole: false, entries: [], removed: [], heardMs, fault: why });
  }

  /** All topics whole, for a page that begins. */
  whole(): TopicChange[] {
    return topicNames.map((topic) => {
      const { entries, heardMs, fault } = this.known[topic];
      return { topic, whole: true, entries: Object.values(entries), removed: [], heardMs, fault };
    });
  }

  /** Listens from now on. @returns ends it */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  get hasListeners(): boolean {
    return this.listeners.size > 0;
  }

  private tell(change: TopicChange): void {
    // The entries of a change are those of its topic.
    const known = this.known as Record<TopicName, Topic<Topics[TopicName]>>;
    known[change.topic] = taken(known[change.topic], change);
    for (const listener of this.listeners) listener(change);
  }
}

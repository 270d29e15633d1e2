import { plainText } from '../../errors.js';

/** Who uses a device, as its lease says. Times are by the device's time since boot. */
export interface LeaseHolder {
  who: string;
  host: string;
  /** Id of the run that uses the device; null when it was locked by hand. */
  run: string | null;
  /** Why it was locked by hand. */
  reason: string | null;
  /** Of the lease itself; with it alone a lease is renewed and released. */
  id: string;
  heldS: number;
  /** So long it holds if it is not renewed. */
  leftS: number;
}

export interface Kicker {
  who: string;
  host: string;
  reason: string | null;
}

const kinds = ['taken', 'extended', 'busy', 'renewed', 'kicked', 'lost', 'released', 'gone', 'free'] as const;

/** What a device answers about its lease. */
export interface LeaseAnswer {
  answer: (typeof kinds)[number];
  /** Who held the device when it was asked. */
  holder: LeaseHolder | null;
  /** Who has taken the lease away by force, in the answer `kicked`. */
  kicker: Kicker | null;
}

/** What lease.sh printed; null when it is no answer. Others wrote the texts in it, so they are made plain. */
export function parseLeaseAnswer(stdout: string): LeaseAnswer | null {
  const fields = new Map(
    stdout.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, at), plainText(line.slice(at + 1))];
    }),
  );
  const text = (name: string) => fields.get(name) ?? '';
  const textOrNull = (name: string) => (text(name) === '' ? null : text(name));
  const seconds = (name: string) => Math.max(0, Number.parseInt(text(name), 10) || 0);
  const answer = kinds.find((kind) => kind === text('answer'));
  if (answer === undefined) return null;
  return {
    answer,
    holder:
      text('held') !== 'yes'
        ? null
        : {
            who: text('who'),
            host: text('host'),
            run: textOrNull('run'),
            reason: textOrNull('reason'),
            id: text('id'),
            heldS: seconds('held_s'),
            leftS: seconds('left_s'),
          },
    kicker:
      text('kicked_who') === ''
        ? null
        : { who: text('kicked_who'), host: text('kicked_host'), reason: textOrNull('kicked_reason') },
  };
}

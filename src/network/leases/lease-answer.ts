import { plainText } from '../../errors.js';

/** Who uses a device, according to its lease. Times are based on the device's time since boot. */
export interface LeaseHolder {
  who: string;
  host: string;
  /** Id of the run that uses the device; null for a manual lock. */
  run: string | null;
  /** The reason for a manual lock. */
  reason: string | null;
  /** The id of the lease, which is required to renew and release it. */
  id: string;
  heldS: number;
  /** Time until it expires without a renewal. */
  leftS: number;
}

export interface Kicker {
  who: string;
  host: string;
  reason: string | null;
}

const kinds = ['taken', 'extended', 'busy', 'renewed', 'kicked', 'lost', 'released', 'gone', 'free'] as const;

/** The answer of a device about its lease. */
export interface LeaseAnswer {
  answer: (typeof kinds)[number];
  /** The holder of the device at that time. */
  holder: LeaseHolder | null;
  /** Who ended the lease by force, in the answer `kicked`. */
  kicker: Kicker | null;
}

/** Parses the output of lease.sh; null if it is not an answer. Other users wrote its texts, so control characters are removed. */
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

import type { DeviceFacts } from './device-facts.js';

/** Each way in which a device says whether its clock is kept: timedatectl (show; status), chronyc, ntpq, adjtimex. */
const says = [
  { yes: /^NTPSynchronized=yes$/m, no: /^NTPSynchronized=no$/m },
  { yes: /(clock|NTP) synchronized: yes/i, no: /(clock|NTP) synchronized: no/i },
  { yes: /^Leap status\s*: (Normal|Insert second|Delete second)/m, no: /^Leap status\s*: Not synchronised/m },
  { yes: /\bsync_(ntp|pps|local|uhf_radio|hf_radio|lf_radio)\b/, no: /\bsync_unspec\b|leap_alarm/ },
  { yes: /return value:\s*[0-4]\b/, no: /return value:\s*5\b/ },
];

/** What the first of those programs that is there printed. */
export function parseNtp(text: string): DeviceFacts['ntp'] {
  const answer = says.find(({ yes, no }) => yes.test(text) || no.test(text));
  if (answer === undefined) return 'unknown';
  return answer.no.test(text) ? 'not-synchronized' : 'synchronized';
}

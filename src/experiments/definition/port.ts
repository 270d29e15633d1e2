/** A transport protocol of a port. */
export type Protocol = 'tcp' | 'udp';

const both: readonly Protocol[] = ['tcp', 'udp'];
const one: Readonly<Record<Protocol, readonly Protocol[]>> = { tcp: ['tcp'], udp: ['udp'] };

/** Forms of a port as text: `5004`, `5004/udp`. */
export const portPattern = /^\d{1,5}(?:\/(?:tcp|udp))?$/;

/** A port as experiment.yaml declares it, and its protocol if it names one; null for what is no port. */
export function parsePort(declared: unknown): { number: number; protocol: Protocol | null } | null {
  const text = typeof declared === 'number' ? String(declared) : declared;
  if (typeof text !== 'string' || !portPattern.test(text)) return null;
  const [digits = '', protocol = null] = text.split('/');
  const number = Number(digits);
  return number < 1 || number > 65_535 ? null : { number, protocol: protocol as Protocol | null };
}

/** The protocols of a port: both, unless it names one. */
export function protocolsOf(protocol: Protocol | null | undefined): readonly Protocol[] {
  return protocol == null ? both : one[protocol];
}

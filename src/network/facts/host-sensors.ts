import type { DeviceFacts } from './device-facts.js';

/** Sensors of power that a container cannot read, by their kind, in words. */
const hostOnly: Readonly<Record<string, string>> = {
  rapl: 'the power of its processor (RAPL)',
  nvidia: 'the power of an NVIDIA GPU that a role does not use',
  'pi5-pmic': 'the power chip of a Raspberry Pi 5',
};

/** What can be read on a device itself, with python3 there, and not in a container; empty on most. */
export function hostOnlySensors({ powerSensors, model }: DeviceFacts): string[] {
  const found = powerSensors.flatMap(({ kind, readable }) => (readable ? (hostOnly[kind] ?? []) : []));
  const firmware = (model ?? '').startsWith('Raspberry Pi')
    ? ["the throttling flags of a Raspberry Pi's firmware"]
    : [];
  return [...new Set([...found, ...firmware])];
}

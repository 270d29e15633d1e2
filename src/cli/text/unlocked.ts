import type { Unlocked } from '../../index.js';

/** Pure: what became of a device that was unlocked. */
export function unlockedLine({ device, how, holder }: Unlocked): string {
  if (how === 'free' || holder === null) return `${device}: was free already`;
  if (how === 'released') return `${device}: unlocked`;
  const from = `${device}: taken from ${holder.who} on ${holder.host}`;
  return holder.run === null
    ? `${from}, who had locked it by hand`
    : `${from}; run ${holder.run} is told at its next renewal, within 20 s, and stops`;
}

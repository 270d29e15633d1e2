import { fileURLToPath } from 'node:url';
import type { BenchLab } from '../bench-lab.js';
import { inTurn } from '../in-turn.js';
import type { Measurement } from '../measurement.js';
import { program } from '../programs.js';
import type { BenchOptions } from '../run-bench.js';

const search = fileURLToPath(new URL('search.mjs', import.meta.url));
const inARow = 20;
const timeoutMs = 5000;
/** A responder does not repeat a multicast answer within a second (RFC 6762, 6): only bonjour-service needs the pause. */
const pauseMs = 2000;

const coldNote =
  'A new process each time, 2 s apart; from the call to the last device, with the libraries loaded. A search that ' +
  `does not find all in ${timeoutMs / 1000} s counts as ${timeoutMs / 1000} s.`;
const rowNote = 'In one process, a search as soon as the one before it has ended.';

/** Finds all devices of the bridge by mDNS: from a cold start, and repeatedly without a pause. */
export async function discovery(lab: BenchLab, { repeats }: BenchOptions): Promise<Measurement[]> {
  const devices = lab.lan.devices.length;
  const searches = async (way: 'collab' | 'bonjour', count: number) => {
    const argv = [process.execPath, search, way, lab.interface, String(devices), String(count)];
    return (await program(argv)).stdout.trim().split('\n').map(Number);
  };
  const cold = (way: 'collab' | 'bonjour') => async () => {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const [tookMs = -1] = await searches(way, 1);
    return tookMs < 0 ? timeoutMs : tookMs;
  };
  const { ours, theirs } = await inTurn(repeats, { ours: cold('collab'), theirs: cold('bonjour') });
  const complete = (tookMs: readonly number[]) => [tookMs.filter((ms) => ms >= 0).length];
  const row = {
    ours: complete(await searches('collab', inARow)),
    theirs: complete(await searches('bonjour', 4)),
  };
  return [
    {
      what: `find all ${devices} devices, cold starts`,
      unit: 'ms',
      ours,
      peer: { name: 'bonjour-service', values: theirs },
      target: { of: 'ratio', atMost: 0.25 },
      note: coldNote,
    },
    {
      what: `searches of ${inARow} without a pause that found all ${devices}`,
      unit: '',
      ours: row.ours,
      target: { of: 'value', atLeast: inARow },
      note: `${rowNote} bonjour-service alone found all in ${row.theirs[0] ?? 0} of 4 such searches.`,
    },
  ];
}

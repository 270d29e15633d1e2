import type { BoardState } from '../../logs/index.js';
import { programText } from '../../package-folder.js';
import type { Shell } from '../shell/index.js';
import { Sections } from './sections.js';

const stateScript = programText('network/facts/board-state.sh');

/** Reads the current settings of a device; null if that is not possible. Never throws, so that no run fails because of it. */
export async function readBoardState(shell: Shell, now: Date): Promise<BoardState | null> {
  const result = await shell.exec(['sh', '-s'], { input: stateScript, timeoutMs: 10_000 }).catch(() => null);
  return result?.stdout.includes('@@end') === true ? parseBoardState(result.stdout, now) : null;
}

/** Parses the output of `stateScript`. Missing values are null or empty, never guessed. */
export function parseBoardState(text: string, now: Date): BoardState {
  const sections = new Sections(text);
  const throttled = /(?:throttled=)?(0x[0-9a-f]+|[0-9a-f]+)\s*$/i.exec(sections.get('throttled'));
  return {
    read_at: now.toISOString(),
    cpu_policies: sections.lines('policies').map((line) => {
      const [name = '', governor = '', ...limits] = line.split('\t');
      const [minKhz, maxKhz, lowestKhz, highestKhz] = limits.map(wholeNumber);
      return {
        name,
        governor: governor || null,
        min_khz: minKhz ?? null,
        max_khz: maxKhz ?? null,
        lowest_khz: lowestKhz ?? null,
        highest_khz: highestKhz ?? null,
      };
    }),
    turbo: turboOf(sections),
    platform_profile: sections.get('profile') || null,
    nvpmodel: nvpmodelOf(sections.get('nvpmodel')),
    throttled_flags:
      throttled?.[1] === undefined ? null : Number.parseInt(throttled[1].replace(/^0x/i, ''), 16),
    on_mains: sections.lines('supply').length === 0 ? null : sections.lines('supply').includes('1'),
    temperatures_c: sections.lines('thermal').flatMap((line) => {
      const [zone = '', milliC = ''] = line.split('\t');
      const read = wholeNumber(milliC);
      return read === null ? [] : [{ zone, celsius: read / 1000 }];
    }),
    load_1min: numberOf(sections.get('load').split(' ')[0] ?? ''),
  };
}

function turboOf(sections: Sections): boolean | null {
  if (sections.get('no_turbo') !== '') return sections.get('no_turbo') === '0';
  return sections.get('boost') === '' ? null : sections.get('boost') === '1';
}

/** Parses `NV Power Mode: MAXN` and the number of the mode on the next line. */
function nvpmodelOf(text: string): string | null {
  const mode = /NV Power Mode:\s*(.+)/.exec(text)?.[1]?.trim();
  const number = /^(\d+)\s*$/m.exec(text)?.[1];
  if (mode === undefined) return null;
  return number === undefined ? mode : `${mode} (${number})`;
}

const wholeNumber = (text: string): number | null => (/^-?\d+$/.test(text.trim()) ? Number(text) : null);
const numberOf = (text: string): number | null => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : null);

import type { PythonVersion } from './base-facts.js';

/** The first error that the controller's Python found in a file. */
export interface PythonError {
  /** 1-based; null if Python does not tell. */
  line: number | null;
  message: string;
  /** The line of the error, last, and a few before it. */
  source: string;
}

interface Addition {
  since: PythonVersion;
  /** How it looks in the lines that end with the error, or only in the last of them. */
  near?: RegExp;
  line?: RegExp;
}

/** Syntax by the version of Python that brought it (docs.python.org, What's New): an older one calls it an error. */
const additions: readonly Addition[] = [
  { since: [3, 8], near: /:=|[(,]\s*\/\s*[,)]/, line: /^\s*(return|yield)\b.*\*|\bf['"].*=\}/ },
  { since: [3, 9], line: /^\s*@/ },
  { since: [3, 10], near: /^\s*(async\s+)?with\s*\(/m, line: /^\s*(match|case)\b/ },
  { since: [3, 11], line: /\bexcept\s*\*|\[[^\]]*\*|\*args\s*:\s*\*/ },
  {
    since: [3, 12],
    near: /^\s*(async\s+)?def\s+\w+\s*\[|^\s*class\s+\w+\s*\[/m,
    line: /^\s*type\s+\w|(^|\W)([rR]?[fF]|[fF][rR])['"]/,
  },
  { since: [3, 14], line: /(^|\W)([rR]?[tT]|[tT][rR])['"]|^\s*except\b[^(:]*,/ },
  { since: [3, 15], line: /^\s*lazy\s|[[({]\s*\*{1,2}[^,]*\bfor\b/ },
];

/** Names before Python 3.7, and words of the language since. */
const onceNames = /\b(async|await)\b/;

/**
 * Whether an error of the controller's Python may be none for the Python that will run the file.
 * @param target version that runs it; null if it is not known
 */
export function mayBeOtherSyntax(
  { message, source }: PythonError,
  here: PythonVersion,
  target: PythonVersion | null,
): boolean {
  const line = source.split('\n').at(-1) ?? '';
  const isOld = target !== null && isBefore(target, [3, 7]) && !isBefore(here, [3, 7]);
  if (isOld && onceNames.test(line)) return true;
  if (target !== null && !isBefore(here, target)) return false;
  if (/future feature .* is not defined/.test(message)) return true;
  return additions.some(({ since, near, line: own }) => {
    const isNews = isBefore(here, since) && (target === null || !isBefore(target, since));
    const isFString = since[1] === 12 && message.includes('f-string');
    return isNews && (isFString || (near?.test(source) ?? false) || (own?.test(line) ?? false));
  });
}

function isBefore(a: PythonVersion, b: PythonVersion): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

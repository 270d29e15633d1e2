import picomatch from 'picomatch';

export interface NamePattern {
  /** All names that match are this one or lie below it; `` is all. */
  folder: string;
  matches(name: string): boolean;
}

const special = /[*?{}[\]()!\\]/;

/**
 * Reads a pattern for names: `*` and `?` within a folder, `**` over folders, `{a,b}`. A pattern without any of these is a file,
 * or a folder with everything below it.
 */
export function namePattern(pattern: string): NamePattern {
  const bare = pattern.replace(/\/+$/, '');
  if (bare === '') return { folder: '', matches: () => true };
  const segments = bare.split('/');
  const firstSpecial = segments.findIndex((segment) => special.test(segment));
  if (firstSpecial === -1)
    return { folder: bare, matches: (name) => name === bare || name.startsWith(`${bare}/`) };
  const isMatch = picomatch(bare, { dot: true, nonegate: true, noextglob: true });
  return { folder: segments.slice(0, firstSpecial).join('/'), matches: (name) => isMatch(name) };
}

/**
 * Quotes any text as one shell word. Command lines for remote shells are built only here. A leading `=` is quoted too:
 * zsh expands `=name` to the path of a program.
 */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new TypeError('An argument of a command contains a NUL byte.');
  return /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The command line from which a POSIX shell reads exactly these arguments. */
export function commandLine(argv: readonly string[]): string {
  if (argv.length === 0) throw new TypeError('A command needs at least a program.');
  return argv.map(quoteWord).join(' ');
}

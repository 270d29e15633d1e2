/**
 * Makes one shell word of any text. The only place where a command line is built for a remote shell. A leading `=` is
 * quoted as well: zsh takes `=name` for the path of a program.
 */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new TypeError('An argument of a command holds a NUL byte.');
  return /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The command line that gives a POSIX shell exactly these arguments. */
export function commandLine(argv: readonly string[]): string {
  if (argv.length === 0) throw new TypeError('A command needs at least a program.');
  return argv.map(quoteWord).join(' ');
}

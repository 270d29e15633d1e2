const notPrograms = new Set(
  (
    'if then else elif fi for in do done while until case esac select function ' +
    'alias break cd command compgen continue echo eval exec exit export false kill local mapfile printf pwd read ' +
    'readonly return set shift source test time trap true type ulimit umask unset wait'
  ).split(' '),
);
/** Words that may precede a program name. */
const before = new Set('if then else elif do while until exec command time eval ! env'.split(' '));

/**
 * The programs that a shell script calls by name. Not a full parser: it handles quotes, comments, functions,
 * substitutions and `case` labels, and misses programs named by a variable or in a quoted script.
 */
export function programsInShell(script: string): string[] {
  const plain = withoutQuotes(script).replace(/^\s*[^()\n]*[^\s()]\)(?=\s|$)/gm, '\n');
  const functions = functionsInShell(script);
  const found = plain.split(/[\n;|&(){}`]+/).flatMap((piece) => {
    const words = piece.trim().split(/\s+/);
    while (words[0] !== undefined && (before.has(words[0]) || /^\w+\+?=/.test(words[0]))) words.shift();
    const [name = ''] = words;
    return /^[a-z][\w.+-]*$/.test(name) && !notPrograms.has(name) && !functions.has(name) ? [name] : [];
  });
  return [...new Set(found)];
}

export function functionsInShell(script: string): Set<string> {
  return new Set([...script.matchAll(/^\s*([\w-]+)\(\)/gm)].map(([, name = '']) => name));
}

/** Replaces quoted text with `_`, except for the commands in its substitutions; drops comments and redirections. */
function withoutQuotes(script: string): string {
  let plain = '';
  const commands: string[] = [];
  for (let at = 0; at < script.length; at += 1) {
    const rest = script.slice(at);
    const comment = /^#[^\n]*/.exec(rest)?.[0];
    const skipped =
      /^\\[\s\S]/.exec(rest)?.[0] ??
      /^'[^']*'/.exec(rest)?.[0] ??
      /^\$\(\([^\n]*?\)\)/.exec(rest)?.[0] ??
      /^\$\{[^}]*\}/.exec(rest)?.[0] ??
      /^\d?[<>]&\S/.exec(rest)?.[0] ??
      (/(^|\s)$/.test(plain) ? comment : undefined);
    if (skipped !== undefined) {
      plain += skipped === '\\\n' ? ' ' : skipped === comment ? '' : '_';
      at += skipped.length - 1;
    } else if (rest.startsWith('"')) {
      const length = lengthOfQuote(rest, commands);
      plain += '_';
      at += length - 1;
    } else plain += rest.charAt(0);
  }
  return [plain, ...commands.map(withoutQuotes)].join('\n');
}

/** Length of the double-quoted text at the start; its substitutions are added to `commands`. */
function lengthOfQuote(text: string, commands: string[]): number {
  let at = 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\') at += 2;
    else if (text.startsWith('$(', at)) {
      const inner = lengthOfSubstitution(text.slice(at));
      commands.push(text.slice(at + 2, at + inner - 1));
      at += inner;
    } else at += 1;
  }
  return at + 1;
}

function lengthOfSubstitution(text: string): number {
  let depth = 0;
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === '"') at += lengthOfQuote(text.slice(at), []) - 1;
    else if (text[at] === '(') depth += 1;
    else if (text[at] === ')' && --depth === 0) return at + 1;
  }
  return text.length;
}

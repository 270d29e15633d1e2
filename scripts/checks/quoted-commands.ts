import type { Command } from 'commander';
import ts from 'typescript';

/** Words that follow `collab` in a sentence about it, and are no commands. */
const prose = new Set(
  `again and are asks assumes cannot could creates does excludes from has have instead is keeps made
  may needs on or prints project reads runs search shows that to uses was wrapper`.split(/\s+/),
);

/** The texts in a source file: literals, and templates with `<...>` for each value. */
export function textsOf(source: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) texts.push(node.text);
    if (ts.isTemplateExpression(node))
      texts.push(node.head.text + node.templateSpans.map(({ literal }) => `<...>${literal.text}`).join(''));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('x.ts', source, ts.ScriptTarget.Latest));
  return texts;
}

/** What is wrong with the commands of collab that a text quotes: unknown ones, and options that they do not have. */
export function commandFaults(program: Command, text: string): string[] {
  return text
    .split(/\bcollab +(?=[a-z-])/)
    .slice(1)
    .flatMap((rest) => faultOf(program, /^[^\n]*/.exec(rest)?.[0].split(' ') ?? []) ?? []);
}

function faultOf(program: Command, words: readonly string[]): string | null {
  let command = program;
  for (const [at, quoted] of words.entries()) {
    // Quotes and punctuation belong to the sentence, and end a command.
    const word = /^\(?(.*?)[`'".,;:)]*$/.exec(quoted)?.[1] ?? '';
    if (['--', '|', '>'].includes(word)) return null;
    const sub = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    const isWord = /^[a-z][a-z-]*$/.test(word);
    if (sub !== undefined) command = sub;
    else if (command.commands.length > 0 && prose.has(word)) return null;
    // `collab runs` takes an experiment as well as a command.
    else if (command.commands.length > 0 && !takesWords(command) && isWord && word !== 'help')
      return `${[...words.slice(0, at), word].join(' ')}: no such command`;
    else if (/^--?[a-z]/.test(word) && !hasOption(command, word.replace(/=.*/, '')))
      return `${[...words.slice(0, at), word].join(' ')}: no such option`;
    if (word !== quoted.replace(/^\(/, '')) return null;
  }
  return null;
}

const takesWords = (command: Command): boolean => command.registeredArguments.length > 0;

/** `collab api --local` is `collab api serve --local`: options of a default command count too. */
function hasOption(command: Command, flag: string): boolean {
  const own = [...command.options, ...command.commands.flatMap(({ options }) => options)];
  return ['-h', '--help'].includes(flag) || own.some(({ short, long }) => short === flag || long === flag);
}

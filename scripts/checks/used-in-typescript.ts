import ts from 'typescript';
import { programsInShell } from './used-in-shell.js';

export interface Uses {
  programs: string[];
  /** Python modules that a program in a string imports. */
  modules: string[];
}

/** Functions whose first argument is a program name or a list that begins with one. */
const starters = new Set(
  'spawn spawnSync execFile execFileSync exec execSync program took firstLine run needPrograms'.split(' '),
);
const namespaces = new Set(['inner', 'gw', 'outer']);
const systemPath = /^\/(?:usr\/(?:local\/)?)?s?bin\/([\w.+-]+)$/;

/** The system programs that a TypeScript or JavaScript file starts or names by path, as far as they are literals. */
export function usesInTypeScript(text: string): Uses {
  const programs = new Set<string>();
  const modules = new Set<string>();
  const file = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) {
      const path = systemPath.exec(node.text)?.[1];
      if (path !== undefined) programs.add(path);
      for (const name of importsIn(node.text)) modules.add(name);
    } else if (ts.isCallExpression(node)) for (const name of startedBy(node)) programs.add(name);
    else if (isProgramsTable(node)) for (const name of firstWords(node.initializer)) programs.add(name);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { programs: [...programs], modules: [...modules] };
}

function startedBy(call: ts.CallExpression): string[] {
  const callee = ts.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression;
  if (!ts.isIdentifier(callee)) return [];
  if (callee.text === 'needPrograms') return literals(call.arguments);
  const words = wordsOf(call);
  if (/^(run|runWith|start)$/.test(callee.text) && words.some((word) => namespaces.has(word ?? '')))
    return named(words[words.findIndex((word) => namespaces.has(word ?? '')) + 1]);
  if (!starters.has(callee.text)) return [];
  const [name, flag, script] = words;
  const shell = /^(?:\/(?:usr\/)?bin\/)?(?:ba)?sh$/.test(name ?? '') && /^-\w*c$/.test(flag ?? '');
  return [...named(name), ...(shell && script !== undefined ? programsInShell(script) : [])];
}

/** `f('a', ['b'])`, `f('a', 'b')` and `f(['a', 'b'])` all give a, b; non-literals are undefined. */
function wordsOf(call: ts.CallExpression): (string | undefined)[] {
  return call.arguments.flatMap((argument) =>
    ts.isArrayLiteralExpression(argument) ? argument.elements.map(literal) : [literal(argument)],
  );
}

/** `programs: { Name: ['program', ...] }`, whose versions a bench prints. */
function isProgramsTable(node: ts.Node): node is ts.PropertyAssignment | ts.VariableDeclaration {
  return (
    (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && node.name.getText() === 'programs'
  );
}

function firstWords(table: ts.Expression | undefined): string[] {
  if (table === undefined || !ts.isObjectLiteralExpression(table)) return [];
  return table.properties.flatMap((one) =>
    ts.isPropertyAssignment(one) && ts.isArrayLiteralExpression(one.initializer)
      ? named(literal(one.initializer.elements[0]))
      : [],
  );
}

const literal = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
const literals = (nodes: readonly ts.Node[]): string[] =>
  nodes.map(literal).filter((text) => text !== undefined);
const named = (word: string | undefined): string[] =>
  word !== undefined && /^[a-z][\w.+-]*$/.test(word) ? [word] : [];

/** Matches only text that looks like Python: an import at the start of a line or after a semicolon. */
export function importsIn(text: string): string[] {
  const lines = text.matchAll(
    /(?:^|[;\n])[ \t]*(?:import[ ]+([\w., ]+?)|from[ ]+([\w.]+)[ ]+import [\w*(, ]+)[ ]*(?=[;\n]|$)/g,
  );
  return [...lines]
    .flatMap(([, imported, from]) =>
      (imported ?? from ?? '').split(',').map((name) => /^\s*(\w*)/.exec(name)?.[1] ?? ''),
    )
    .filter(Boolean);
}

import type { Document, LineCounter, Node } from 'yaml';

/** A step into a document: key of a map or index of a list. */
export type DocumentPath = readonly (string | number)[];

/** A YAML text, parsed: its value where it could be read, and the line of every part of it. */
export interface ParsedYaml {
  /** Plain data; undefined when there are faults. */
  value: unknown;
  /** Faults of YAML itself: syntax, a key twice, too many aliases. Lines are 1-based. */
  faults: { line: number; message: string }[];
  /** 1-based line of a path, or of its nearest ancestor that is in the document. */
  lineOf(path: DocumentPath): number;
}

/** Parses YAML 1.2 (one document, text keys). Never throws on bad text: faults are data. */
export async function parseYaml(text: string): Promise<ParsedYaml> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'error',
  });
  const faults = [...document.errors, ...document.warnings].map((fault) => ({
    line: lineAt(lines, fault.pos[0]),
    message: fault.code === 'MULTIPLE_DOCS' ? 'holds more than one document (---); keep one' : fault.message,
  }));
  yaml.visit(document, {
    Pair(_, pair) {
      if (!yaml.isScalar(pair.key) || pair.key.value !== '__proto__') return;
      faults.push({
        line: lineAt(lines, pair.key.range?.[0] ?? 0),
        message: 'the key __proto__ is not allowed',
      });
    },
  });
  let value: unknown;
  if (faults.length === 0) {
    try {
      value = document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      faults.push({ line: 1, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return { value, faults, lineOf: (path) => lineAt(lines, offsetOf(yaml, document, path)) };
}

function lineAt(lines: LineCounter, offset: number): number {
  return Math.max(1, lines.linePos(offset).line);
}

/** Offset of the key or item that a path names; of the last step that is there when it ends early. */
function offsetOf(yaml: typeof import('yaml'), document: Document, path: DocumentPath): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const step of path) {
    if (yaml.isAlias(node)) node = node.resolve(document);
    if (yaml.isMap(node)) {
      const pair = node.items.find(
        (item) => yaml.isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (yaml.isSeq(node)) {
      const item = node.items[Number(step)];
      if (!yaml.isNode(item)) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return offset;
}

import type { Document, LineCounter, Node } from 'yaml';

/** A step into a document: key of a map or index of a list. */
export type DocumentPath = readonly (string | number)[];

/** A parsed YAML document: its value and the line of each part. */
export interface ParsedYaml {
  /** Plain data; undefined if there are faults. */
  value: unknown;
  /** YAML errors: syntax, duplicate keys, too many aliases. Lines are 1-based. */
  faults: { line: number; message: string }[];
  /** 1-based line of a path, or of its nearest existing ancestor. */
  lineOf(path: DocumentPath): number;
  /** The text of a scalar without quotes, as it is written; null for everything else. */
  plainAt(path: DocumentPath): string | null;
}

/** Parses YAML 1.2 (one document, text keys). Never throws for invalid text: faults are returned. */
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
    message:
      fault.code === 'MULTIPLE_DOCS' ? 'contains more than one document (---); keep one' : fault.message,
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
  return {
    value,
    faults,
    lineOf: (path) => lineAt(lines, offsetOf(yaml, document, path)),
    plainAt: (path) => plainAt(yaml, document, path),
  };
}

function lineAt(lines: LineCounter, offset: number): number {
  return Math.max(1, lines.linePos(offset).line);
}

/** Offset of the key or item at a path, or of the last step that exists. */
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

function plainAt(yaml: typeof import('yaml'), document: Document, path: DocumentPath): string | null {
  const resolved = (node: unknown) => (yaml.isAlias(node) ? node.resolve(document) : node);
  const at = path.reduce<unknown>((node, step) => {
    const parent = resolved(node);
    if (yaml.isSeq(parent)) return parent.items[Number(step)];
    if (!yaml.isMap(parent)) return undefined;
    return parent.items.find(({ key }) => yaml.isScalar(key) && String(key.value) === String(step))?.value;
  }, document.contents);
  const node = resolved(at);
  return yaml.isScalar(node) && node.type === 'PLAIN' ? (node.source ?? null) : null;
}

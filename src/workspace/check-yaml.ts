import type { z } from 'zod';
import { type Fault, type PathFault, schemaFaults } from './schema-faults.js';
import { parseYaml } from './yaml.js';

/** What a YAML file must be. */
export interface YamlForm<S extends z.ZodType> {
  /** For messages. */
  fileName: string;
  /** A larger file is refused without being parsed. */
  maxBytes: number;
  schema: S;
  /** What the schema does not say. */
  others: (file: z.output<S>) => PathFault[];
}

/** Reads the text of a YAML file: what it says, or every fault of it, in the order of its lines. An empty text has no keys. */
export async function checkYaml<S extends z.ZodType>(
  text: string,
  { fileName, maxBytes, schema, others }: YamlForm<S>,
): Promise<{ file: z.output<S> } | { faults: Fault[] }> {
  const whole = (message: string, line: number | null): Fault => ({
    file: fileName,
    line,
    path: '',
    message,
  });
  const size = maxBytes < 1_000_000 ? `${maxBytes / 1000} kB` : `${maxBytes / 1_000_000} MB`;
  if (text.length > maxBytes) return { faults: [whole(`is larger than ${size}`, null)] };
  const yaml = await parseYaml(text);
  if (yaml.faults.length > 0) return { faults: yaml.faults.map(({ line, message }) => whole(message, line)) };
  const raw = yaml.value ?? {};
  const parsed = schema.safeParse(raw);
  const found = parsed.success ? others(parsed.data) : schemaFaults(schema, parsed.error, raw);
  if (parsed.success && found.length === 0) return { file: parsed.data };
  const faults = found
    .map(({ path, message }) => ({ file: fileName, line: yaml.lineOf(path), path: path.join('.'), message }))
    .sort((a, b) => a.line - b.line);
  return { faults };
}

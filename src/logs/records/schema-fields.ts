import type { z } from 'zod';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A field of a record, as docs/records.md lists it. */
export interface Field {
  /** From the record down, e.g. `devices[].clock.offset_ms`; `<name>` stands for a key of any name. */
  path: string;
  type: string;
  optional: boolean;
  description: string;
}

/** Every field below a schema, parents before children. An object that is listed already is named instead of repeated. */
export function fieldsOf(schema: JsonSchema): Field[] {
  return new FieldList().below(schema, '');
}

class FieldList {
  /** Where an object with these properties is listed. */
  private readonly listed = new Map<string, string>();

  below(schema: JsonSchema, path: string): Field[] {
    const shapes = shapesOf(schema).filter(({ type }) => type === 'object' || type === 'array');
    const fields = new Map<string, Field>();
    for (const shape of shapes)
      for (const field of this.inShape(shape, path)) {
        const missing = shapes.some((other) => shape !== other && !has(other, field.path, path));
        if (!fields.has(field.path))
          fields.set(field.path, { ...field, optional: field.optional || missing });
      }
    return [...fields.values()];
  }

  private inShape(shape: JsonSchema, path: string): Field[] {
    if (shape.type === 'array') return this.below(itemsOf(shape), `${path}[]`);
    const prefix = path === '' ? '' : `${path}.`;
    const named = Object.entries(shape.properties ?? {}).flatMap(([name, value]) =>
      this.field(schemaOf(value), prefix + name, shape.required?.includes(name) !== true),
    );
    const others = shape.additionalProperties;
    if (others === undefined || others === false) return named;
    return [...named, ...this.field(schemaOf(others), `${prefix}<name>`, false)];
  }

  private field(schema: JsonSchema, path: string, optional: boolean): Field[] {
    const type = typeText(schema);
    const description = schema.description ?? '';
    const content = contentOf(schema);
    const first = content === null ? undefined : this.listed.get(content);
    if (first !== undefined) return [{ path, type: `${type}, like \`${first}\``, optional, description }];
    if (content !== null) this.listed.set(content, path);
    return [{ path, type, optional, description }, ...this.below(schema, path)];
  }
}

/** The properties of an object or of the objects in an array; null for anything else. */
function contentOf(schema: JsonSchema): string | null {
  const [shape, ...others] = shapesOf(schema).filter(({ type }) => type !== 'null');
  if (shape === undefined || others.length > 0) return null;
  if (shape.type === 'array') return contentOf(itemsOf(shape));
  return shape.properties === undefined ? null : JSON.stringify(shape.properties);
}

function typeText(schema: JsonSchema): string {
  return [...new Set(shapesOf(schema).map(shapeText))].join(' or ');
}

function shapeText(shape: JsonSchema): string {
  if (shape.const !== undefined) return `\`${JSON.stringify(shape.const)}\``;
  if (shape.enum !== undefined) return shape.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (shape.type === 'array') return `array of ${typeText(itemsOf(shape))}`;
  return typeof shape.type === 'string' ? shape.type : 'any JSON';
}

/** The alternatives of a schema. */
function shapesOf(schema: JsonSchema): JsonSchema[] {
  const { type } = schema;
  if (Array.isArray(type)) return type.map((one) => ({ ...schema, type: one }));
  const alternatives = schema.anyOf ?? schema.oneOf;
  return alternatives === undefined ? [schema] : alternatives.flatMap(shapesOf);
}

function has(shape: JsonSchema, path: string, below: string): boolean {
  const name = path.slice(below === '' ? 0 : below.length + 1).split(/[.[]/)[0] ?? '';
  return name in (shape.properties ?? {});
}

function itemsOf(shape: JsonSchema): JsonSchema {
  return Array.isArray(shape.items) ? {} : schemaOf(shape.items);
}

function schemaOf(schema: z.core.JSONSchema._JSONSchema | undefined): JsonSchema {
  return typeof schema === 'object' ? schema : {};
}

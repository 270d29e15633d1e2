import type { Row, Table } from '../../tables/index.js';
import { type ColumnType, doubleOf, jsonText, type Value } from '../../reading/index.js';
import { pythonText } from '../format/index.js';
import { integerOf, plainCell } from './plain-cell.js';

const alignment = 64;
/** NaT, and the missing value of a column of integers. */
const notAValue = -(2n ** 63n);

/** A column of a structured array: its numpy type, and how to write a value as bytes. */
interface Field {
  readonly dtype: string;
  readonly bytes: number;
  put(value: Value, view: DataView, offset: number): void;
}

/**
 * A table as the bytes of a .npy file: a structured array with a field per column. Numbers are f8, times datetime64[ms]
 * (UTC), booleans i1, integers that a double cannot hold i8, everything else text; missing values are NaN, NaT, -1, the
 * least integer and ''. The rows are read twice, because the
 * header needs their number and the longest text.
 */
export async function* npyTable(
  table: Table,
  batches: (table: Table) => AsyncIterable<readonly Row[]>,
): AsyncGenerator<Buffer> {
  const { rows, longest } = await measure(table, batches(table));
  const fields = table.types.map((type, at) => fieldOf(type, longest[at] ?? 0));
  yield headerOf(table.columns, fields, rows);
  const rowBytes = fields.reduce((sum, { bytes }) => sum + bytes, 0);
  for await (const batch of batches(table)) {
    const block = Buffer.alloc(batch.length * rowBytes);
    const view = new DataView(block.buffer, block.byteOffset, block.length);
    let offset = 0;
    for (const row of batch) {
      for (const [at, field] of fields.entries()) {
        field.put(row[at], view, offset);
        offset += field.bytes;
      }
    }
    yield block;
  }
}

async function measure(
  { types }: Table,
  batches: AsyncIterable<readonly Row[]>,
): Promise<{ rows: number; longest: number[] }> {
  const longest = types.map(() => 1);
  const texts = [...types.entries()].flatMap(([at, type]) => (type === 'text' || type === 'any' ? [at] : []));
  let rows = 0;
  for await (const batch of batches) {
    rows += batch.length;
    for (const row of batch)
      for (const at of texts) longest[at] = Math.max(longest[at] ?? 1, textOf(row[at]).length);
  }
  return { rows, longest };
}

function fieldOf(type: ColumnType, longest: number): Field {
  if (type === 'number')
    return { dtype: '<f8', bytes: 8, put: (value, view, at) => view.setFloat64(at, numberOf(value), true) };
  if (type === 'integer')
    return {
      dtype: '<i8',
      bytes: 8,
      put: (value, view, at) => view.setBigInt64(at, integerOf(value) ?? notAValue, true),
    };
  if (type === 'boolean')
    return {
      dtype: '|i1',
      bytes: 1,
      put: (value, view, at) => view.setInt8(at, typeof value === 'boolean' ? Number(value) : -1),
    };
  if (type === 'time') {
    const put = (value: Value, view: DataView, at: number) =>
      view.setBigInt64(at, value instanceof Date ? BigInt(value.getTime()) : notAValue, true);
    return { dtype: '<M8[ms]', bytes: 8, put };
  }
  return {
    dtype: `<U${longest}`,
    bytes: 4 * longest,
    put(value, view, at) {
      let place = at;
      for (const character of textOf(value)) {
        view.setUint32(place, character.codePointAt(0) ?? 0, true);
        place += 4;
      }
    },
  };
}

function numberOf(value: Value): number {
  return doubleOf(value) ?? Number.NaN;
}

function textOf(value: Value): string {
  const plain = plainCell(value);
  return plain === null ? '' : typeof plain === 'string' ? plain : jsonText(value);
}

/** Version 3.0 of the format: the header is UTF-8 and padded so that the data can be memory-mapped. */
function headerOf(columns: readonly string[], fields: readonly Field[], rows: number): Buffer {
  const types = columns.map((name, at) => `(${pythonText(name)}, ${pythonText(fields[at]?.dtype ?? '')})`);
  const text = `{'descr': [${types.join(', ')}], 'fortran_order': False, 'shape': (${rows},), }`;
  const bare = 12 + Buffer.byteLength(text) + 1;
  const padded = `${text}${' '.repeat((alignment - (bare % alignment)) % alignment)}\n`;
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 3, 0, 0, 0, 0, 0]);
  start.writeUInt32LE(Buffer.byteLength(padded), 8);
  return Buffer.concat([start, Buffer.from(padded)]);
}

import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ParquetWriter } from 'hyparquet-writer';
import type { Row, Table } from '../../tables/index.js';
import type { ColumnType } from '../../reading/index.js';
import { ColumnStore } from './column-store.js';
import { mainFile, type ReportFormat, shellText, writeWhole } from '../format/index.js';

/** Rows per row group. V8 keeps larger arrays longer: twice as many rows take 30 MB more. */
const rowsPerGroup = 8_000;

/** Readings hardly compress; repeated values do, with a dictionary that the library builds where it pays off. */
const readings = { encoding: 'PLAIN', codec: 'UNCOMPRESSED' } as const;
const repeated = { codec: 'SNAPPY' } as const;

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

/** A file per table, compressed with Snappy. Times are UTC timestamps in milliseconds; nested values are JSON text. */
export const parquet: ReportFormat = {
  name: 'parquet',
  write({ tables, outputDir, batches }) {
    const paths = tables.map(({ name }) => join(outputDir, `${name}.parquet`));
    return writeWhole(paths, async (temporary) => {
      for (const [index, table] of tables.entries()) {
        const file = await open(temporary[index] ?? '', 'w');
        try {
          await writeTable(table, batches(table), file);
        } finally {
          await file.close();
        }
      }
    });
  },
  load: (paths) => `duckdb -c ${shellText(`SELECT * FROM '${mainFile(paths).replaceAll("'", "''")}'`)}`,
};

async function writeTable(
  { columns, types }: Table,
  batches: AsyncIterable<readonly Row[]>,
  file: FileHandle,
): Promise<void> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const bytes = new ByteWriter(4 * 1024 * 1024);
  const schema = schemaOf(columns, types);
  const writer = new ParquetWriter({ writer: bytes, schema, createdBy: 'collab', statistics: false });
  const stores = types.map((type) => new ColumnStore(type, rowsPerGroup));
  let rows = 0;
  const writeGroup = async () => {
    const columnData = stores.map((store, at) => {
      const { data, isReading } = store.take(rows);
      const form = isReading ? readings : repeated;
      return { name: columns[at] ?? '', data, ...form };
    });
    if (rows > 0) await writer.write({ columnData, rowGroupSize: rowsPerGroup, pageSize: 0 });
    rows = 0;
    shareLists(writer);
    await writeOut(bytes, file);
  };
  for await (const batch of batches) {
    for (let from = 0; from < batch.length;) {
      const count = Math.min(batch.length - from, rowsPerGroup - rows);
      for (const [at, store] of stores.entries()) store.fill(rows, batch, from, count, at);
      from += count;
      rows += count;
      if (rows === rowsPerGroup) await writeGroup();
    }
  }
  await writeGroup();
  await writer.finish();
  await writeOut(bytes, file);
}

/** The library keeps metadata per column and group until the end: this stores equal lists only once. */
function shareLists(writer: ParquetWriter): void {
  const [first, latest] = [writer.row_groups[0], writer.row_groups.at(-1)];
  for (const [at, { meta_data: own }] of (latest?.columns ?? []).entries()) {
    const model = first?.columns[at]?.meta_data;
    if (own === undefined || model === undefined) continue;
    own.path_in_schema = model.path_in_schema;
    if (own.encodings.join() === model.encodings.join()) own.encodings = model.encodings;
    // Optional, and all pages have the same encoding.
    delete own.encoding_stats;
  }
  // A group has one page per column, so a page index is not needed.
  writer.pendingIndexes.length = 0;
}

async function writeOut(bytes: { getBytes(): Uint8Array; index: number }, file: FileHandle): Promise<void> {
  const piece = bytes.getBytes();
  for (let start = 0; start < piece.length;) start += (await file.write(piece, start)).bytesWritten;
  bytes.index = 0;
}

function schemaOf(columns: readonly string[], types: readonly ColumnType[]): Schema {
  const leaf = (name: string, type: ColumnType | undefined): Schema[number] => {
    const repetition = { name, repetition_type: 'OPTIONAL' } as const;
    if (type === 'number') return { ...repetition, type: 'DOUBLE' };
    if (type === 'integer') return { ...repetition, type: 'INT64' };
    if (type === 'boolean') return { ...repetition, type: 'BOOLEAN' };
    if (type !== 'time') return { ...repetition, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    const utc = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } as const;
    return { ...repetition, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', logical_type: utc };
  };
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map((name, at) => leaf(name, types[at])),
  ];
}

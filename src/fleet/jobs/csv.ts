/** A row of a CSV file, and the line on which it begins. */
export interface CsvRow {
  line: number;
  fields: string[];
}

/**
 * Reads CSV as RFC 4180 has it: commas, rows on lines, and fields in double quotes, which may hold commas, line breaks and doubled
 * quotes. Empty lines are left out.
 */
export function parseCsv(text: string): { rows: CsvRow[] } | { line: number; fault: string } {
  const rows: CsvRow[] = [];
  const field = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y;
  const source = text.replace(/^\ufeff/, '');
  let line = 1;
  let row: CsvRow = { line, fields: [] };
  for (field.lastIndex = 0; field.lastIndex < source.length || row.fields.length > 0;) {
    const found = field.exec(source);
    if (found === null) return { line, fault: 'a quote is not closed, or stands beside other text' };
    const [whole, quoted, plain = '', end = ''] = found;
    row.fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.match(/\r?\n|\r/g)?.length ?? 0;
    if (end === ',') continue;
    const isEmpty = row.fields.length === 1 && quoted === undefined && plain === '';
    if (!isEmpty) rows.push(row);
    row = { line, fields: [] };
  }
  return { rows };
}

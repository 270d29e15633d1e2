/** Reads CSV according to RFC 4180, independently of the code that writes it. */
export function parseCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  let value = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? '';
    if (quoted && sign === '"' && text[at + 1] === '"') {
      value += '"';
      at++;
    } else if (sign === '"') quoted = !quoted;
    else if (quoted || (sign !== ',' && sign !== '\n' && sign !== '\r')) value += sign;
    else if (sign !== '\r') {
      rows.at(-1)?.push(value);
      value = '';
      if (sign === '\n') rows.push([]);
    }
  }
  const [headings = [], ...lines] = rows.filter((row) => row.length > 0);
  return lines.map((line) => Object.fromEntries(headings.map((name, column) => [name, line[column] ?? ''])));
}

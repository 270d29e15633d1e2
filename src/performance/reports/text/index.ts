/** Report formats that are plain text: CSV, JSON, JSON lines and Chrome traces. */
export { csv } from './csv.js';
export { json } from './json.js';
export { jsonl } from './jsonl.js';
export { table } from './results-table.js';
export { trace } from './trace.js';

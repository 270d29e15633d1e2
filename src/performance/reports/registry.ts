import { csv } from './csv.js';
import type { ReportFormat } from './format.js';
import { html } from './html.js';
import { json } from './json.js';
import { jsonl } from './jsonl.js';
import { npy } from './npy.js';
import { npz } from './npz.js';
import { parquet } from './parquet.js';
import { pickle } from './pickle.js';
import { trace } from './trace.js';
import { xlsx } from './xlsx.js';

/** All formats of a report. */
export const reportFormats: readonly ReportFormat[] = [
  ...[csv, xlsx, json, jsonl, parquet, npy, npz],
  ...[pickle, trace, html],
];

import { csv, json, jsonl, table, trace } from './text/index.js';
import type { ReportFormat } from './format/index.js';
import { html } from './html/index.js';
import { npy, npz, parquet, pickle, xlsx } from './binary/index.js';

/** All report formats, the defaults first. */
export const reportFormats: readonly ReportFormat[] = [
  html,
  table,
  csv,
  xlsx,
  json,
  jsonl,
  parquet,
  npy,
  npz,
  pickle,
  trace,
];

/** What a report is without a choice: a page to read, and the table for a paper. */
export const usualFormats: readonly string[] = [html.name, table.name];

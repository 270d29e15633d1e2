import { csv, json, jsonl, trace } from './text/index.js';
import type { ReportFormat } from './format/index.js';
import { html } from './html/index.js';
import { npy, npz, parquet, pickle, xlsx } from './binary/index.js';

/** All report formats. */
export const reportFormats: readonly ReportFormat[] = [
  csv,
  xlsx,
  json,
  jsonl,
  parquet,
  npy,
  npz,
  pickle,
  trace,
  html,
];

import { csv } from './csv.js';
import type { ReportFormat } from './format.js';
import { html } from './html.js';
import { json } from './json.js';
import { xlsx } from './xlsx.js';

/** All formats of a report. */
export const reportFormats: readonly ReportFormat[] = [csv, xlsx, json, html];

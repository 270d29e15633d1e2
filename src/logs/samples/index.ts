/** Fast readers of the JSONL files that roles write; there may be millions of lines. */
export { JsonLines } from './json-lines.js';
export { type SampleBlock, SampleLines } from './sample-lines.js';

/** Fast readers for the JSONL files of roles, which may have millions of lines. */
export { JsonLines } from './json-lines.js';
export { type SampleBlock, SampleLines } from './sample-lines.js';

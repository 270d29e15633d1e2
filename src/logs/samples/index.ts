export { JsonLines } from './json-lines.js';
export { type SampleBlock, SampleLines } from './sample-lines.js';

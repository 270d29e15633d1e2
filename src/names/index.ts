/** Names of what a workspace has, for completion: read quickly, from this machine's files only, and without checks. */
export { readNames, type Named, type Names } from './names.js';

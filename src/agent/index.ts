/** What a program beside the agent of a keeper uses of it. */
export { openKeeper, type OpenKeeper } from './open-keeper.js';

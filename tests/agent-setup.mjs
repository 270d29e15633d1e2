import { buildAgent } from '../scripts/agent.mjs';

/** Builds the agent from the sources, for tests that start fleets. */
export default () => buildAgent();

/** The code of experiments that ran: kept once per id, below `Logs/`, so that a run can be looked at and run again. */
export { keepExperiment, keptFolder } from './keep-experiment.js';
export { openKept } from './open-kept.js';

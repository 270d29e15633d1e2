/** Drills for a fleet: what happens when a member is killed, paused, refused or flooded, really tried. */
export { checkFleet, chosenDrills, drillTexts, type FleetCheck } from './check-fleet.js';
export { type DrillName, drillNames, type Measurement, type NetworkActs } from './drill.js';
export { type CheckReport, checkReport } from './report.js';
export type { DrillResult, DrillState } from './run-drills.js';

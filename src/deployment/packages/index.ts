/** Which packages an image has, or this machine: for the record of a run. */
export { packagesHere } from './packages-here.js';
export { type Packages, readPackages } from './read-packages.js';

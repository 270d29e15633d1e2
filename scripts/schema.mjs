// Writes experiment.schema.json, job.schema.json, and model.schema.json from the zod schemas beside them. Run: npm run schema
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { experimentJsonSchema } from '../src/experiments/definition/schema.ts';
import { modelFileJsonSchema } from '../src/fleet/inference/model-file.ts';
import { jobFileJsonSchema } from '../src/fleet/jobs/job-file.ts';

write('../src/experiments/definition/experiment.schema.json', experimentJsonSchema());
write('../src/fleet/jobs/job.schema.json', jobFileJsonSchema());
write('../src/fleet/inference/model.schema.json', modelFileJsonSchema());

function write(path, schema) {
  writeFileSync(fileURLToPath(new URL(path, import.meta.url)), `${JSON.stringify(schema, null, 2)}\n`);
}

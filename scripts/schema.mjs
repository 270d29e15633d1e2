// Writes src/experiments/definition/experiment.schema.json from the zod schema beside it. Run: npm run schema
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { experimentJsonSchema } from '../src/experiments/definition/schema.ts';

const path = fileURLToPath(new URL('../src/experiments/definition/experiment.schema.json', import.meta.url));
writeFileSync(path, `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);

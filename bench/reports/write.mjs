// Writes the samples of a run in one format, and prints the duration: write.mjs <run folder> <format> <output folder>
const [folder, format, output] = process.argv.slice(2);
const { Performance, writeReport } = await import(new URL('../../dist/index.js', import.meta.url).href);
const begun = performance.now();
const opened = await Performance.open(folder);
const read = performance.now();
await writeReport(opened, format, output, { tables: ['samples'] });
const written = performance.now();
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ readMs: read - begun, writeMs: written - read, peakMb }));

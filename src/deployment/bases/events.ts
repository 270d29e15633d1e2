/** Events of exporting and importing base images. */
export type BasesEvent =
  | { kind: 'bases.saving'; ref: string; sizeBytes: number }
  | { kind: 'bases.written'; file: string; sizeBytes: number }
  | { kind: 'bases.checking'; file: string; sizeBytes: number }
  | { kind: 'bases.present'; ref: string }
  | { kind: 'bases.loading'; ref: string; sizeBytes: number }
  | { kind: 'bases.loaded'; ref: string }
  | { kind: 'bases.flavor'; name: string; folder: string };

/** Events of exporting and importing base images. */
export type BasesEvent =
  | { kind: 'bases.saving'; ref: string; size_bytes: number }
  | { kind: 'bases.written'; file: string; size_bytes: number }
  | { kind: 'bases.checking'; file: string; size_bytes: number }
  | { kind: 'bases.present'; ref: string }
  | { kind: 'bases.loading'; ref: string; size_bytes: number }
  | { kind: 'bases.loaded'; ref: string }
  | { kind: 'bases.flavor'; name: string; folder: string };

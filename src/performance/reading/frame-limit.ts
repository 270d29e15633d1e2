/** The frame ledger leaves out trials with this many spans of frames, which limits its memory. */
export const mostFrameSpans = 500_000;

/** A base image takes 0.2 GB unpacked, and up to three times that while it is loaded. */
export const leastDiskBytes = 1e9;

/** A clock that is further off than this is told. */
export const clockNoteMs = 1000;

/** Beyond this, certificates and package lists are refused as expired or not valid yet. */
export const clockLimitMs = 24 * 3600 * 1000;

import type { AgainstBaseline } from '../../../compare/index.js';

/** What was found, with a symbol for those who skim and for grey print. */
export const findingText: Readonly<Record<AgainstBaseline['finding'], string>> = {
  higher: '▲ higher',
  lower: '▼ lower',
  perhaps: '? possibly',
  none: '– none found',
  same: '= the same',
  'too few': '… too few',
};

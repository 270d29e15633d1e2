import { drawSeries } from './series.js';
import { offerThemes, openForPrint } from './theme.js';
import { drawTimeline } from './timeline.js';

export { color } from './theme.js';

offerThemes();
openForPrint();
drawSeries();
drawTimeline();

import { offerPictures } from './pictures.js';
import { drawSeries } from './series.js';
import { offerThemes, openForPrint } from './theme.js';
import { drawTimeline } from './timeline.js';

offerThemes();
openForPrint();
drawSeries();
drawTimeline();
offerPictures();

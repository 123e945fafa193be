/**
 * What few visitors need, in a file of its own that loads when they do. It shares no code with the rest, only types:
 * shared code would become a third file that everybody has to fetch.
 */
export { createApi } from './rare/api.ts';
export { list } from './rare/list.ts';
export { menu } from './rare/menu.ts';
export { ring } from './rare/sound.ts';
export { survey } from './rare/survey.ts';

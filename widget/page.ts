/** The page around us: where she is, and the number of unread messages in front of its title. */
import { TITLE_CHARS, URL_CHARS } from '../protocol/limits.ts';
import type { Page } from '../protocol/messages.ts';

let mark = '';

/** The title as the page wrote it. */
const bareTitle = (): string => document.title.startsWith(mark) ? document.title.slice(mark.length) : document.title;

export function markTitle(unread: number): void {
  const bare = bareTitle();
  mark = unread ? `(${unread}) ` : '';
  // Even the same title written again wakes a page that watches it.
  if (mark + bare !== document.title) document.title = mark + bare;
}

export function here(): Page {
  const referrer = document.referrer.slice(0, URL_CHARS);
  return { url: location.href.slice(0, URL_CHARS), title: bareTitle().slice(0, TITLE_CHARS), ...(referrer && { referrer }) };
}

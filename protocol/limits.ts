/**
 * Every number both ends must agree on. A limit that only the server needs stands in `server/limits.ts`.
 * Times are milliseconds; characters are UTF-16 units, as `String.length` counts them.
 */

export const VERSION = 1;
/** The WebSocket sub-protocol; the token travels beside it as `t.<token>`. */
export const SUBPROTOCOL = 'chat.v1';

/** One frame from a client, as UTF-8. A body of `BODY_CHARS` fits even with every character escaped. */
export const FRAME_BYTES = 65_536;
export const BODY_CHARS = 10_000;
/** Checked on the text before anything recursive touches it: `JSON.stringify` overflows at 32,000 levels. */
export const DEPTH = 8;
export const KEYS = 64;

export const NAME_CHARS = 80;
export const EMAIL_CHARS = 254;
export const TITLE_CHARS = 200;
export const URL_CHARS = 2_000;
export const LANG_CHARS = 35;
export const ZONE_CHARS = 64;
export const EVENT_CHARS = 64;
export const ID_CHARS = 64;

export const NOTE_CHARS = 5_000;
export const MENTIONS_MOST = 20;
export const TAG_CHARS = 40;
export const TAGS_MOST = 20;
export const RATING_CHARS = 1_000;
export const SEARCH_CHARS = 200;
export const SEARCH_ROWS_MOST = 50;
/** A rating may be given and changed for so long after the end. */
export const RATE_MS = 24 * 3_600_000;
/** An order counts for the agent of an episode until so long after its end. */
export const CONVERT_MS = 48 * 3_600_000;

/** Sends without an answer yet. More wait in the outbox. */
export const WINDOW = 8;
/** Rows of one page of history. */
export const PAGE_ROWS = 50;
export const PAGE_ROWS_MOST = 200;
/** A client further behind than this gets a fresh start instead of every row it missed. */
export const CATCH_UP_ROWS = 200;
/** Frames of one POST. */
export const POST_FRAMES = 32;

/** The first frame must be `hi`, and within this time. */
export const HELLO_MS = 5_000;
export const HEARTBEAT_MS = 25_000;
/** No `pong` for this long means the line is dead: 25 s + 10 s keeps us inside the 45 s promise. */
export const PONG_MS = 10_000;
/** Not heard for this long means away. A browser runs the timers of a page that is long hidden once a minute. */
export const LEASE_MS = 75_000;
/** A closed socket counts as away only after this: people walk from page to page. */
export const PAGE_TURN_MS = 10_000;

export const TYPING_EVERY_MS = 3_000;
export const TYPING_SHOWN_MS = 6_000;

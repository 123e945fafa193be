/** In what the two hosts differ because the platform below them does: all of it, each with its reason. */
export interface Truths {
  /**
   * S7: workerd answers `ping` itself, with a text kept beside the object, so that a sleeping brand is not woken by heartbeats.
   * There is one such text, so it names the brand's head and not each visitor's own; a `sync` too many does no harm.
   */
  pongHead: 'hers' | 'of the brand';
  /** P2: workerd puts pieces together before anybody can count them. */
  countsPieces: boolean;
  /** P1: workerd reads what is no UTF-8 with U+FFFD in its place, before anybody can look. */
  brokenText: 'closes the line' | 'is mended';
  /**
   * Cloudflare sends files before any Worker runs, which costs nothing: with headers that are written down once (so HSTS too, for
   * all comes by https there), with 405 for every method but GET and HEAD, and with a redirect from another spelling of an address.
   */
  files: 'sent by us' | 'sent by the platform';
  /**
   * C9: workerd itself is told by `wrangler.jsonc` to take no compression, and takes none. On one's own machine wrangler
   * stands before it, and compresses between itself and the client as it likes.
   */
  compresses: 'never' | 'before the server';
}

export const ON_NODE: Truths = { pongHead: 'hers', countsPieces: true, brokenText: 'closes the line', compresses: 'never', files: 'sent by us' };
export const ON_WORKERD: Truths = { pongHead: 'of the brand', countsPieces: false, brokenText: 'is mended', compresses: 'before the server', files: 'sent by the platform' };

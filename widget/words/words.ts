/** What the widget says, a file a language. A file of this shape beside this one is all that a further language needs. */

/** A text for each plural form of the language; `{n}` stands for the number. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export interface Words {
  dir: 'ltr' | 'rtl';
  /** Name of the panel until the brand's is known. */
  chat: string;
  open: string;
  close: string;
  unread: Forms;
  menu: string;
  sound: string;
  forget: string;
  forgetAsk: string;
  forgetDo: string;
  cancel: string;
  back: string;
  threads: string;
  here: string;
  away: string;
  /** `{when}`: a day or a time of day. */
  opens: string;
  replies: { minutes: string; hours: string; day: string };
  greeting: string;
  hint: string;
  messages: string;
  automatic: string;
  you: string;
  ended: string;
  /** Above the first message not read yet. */
  fresh: string;
  /** `{name}`: who is writing. */
  typing: string;
  write: string;
  send: string;
  fates: { saved: string; sending: string; sent: string; delivered: string; seen: string; refused: string };
  /** Why a message was refused; `other` for reasons that tell a visitor nothing. */
  reasons: { blocked: string; other: string };
  retry: string;
  discard: string;
  offline: string;
  /** As many wait as the brand lets wait. */
  busy: string;
  stopped: string;
  memory: string;
  address: {
    /** Before `offer`, of a brand that lets nobody wait, or has as many waiting as may, and is not there. */
    nobody: string;
    offer: string;
    /** `{email}`: hers. */
    thanks: string;
    change: string;
    wrong: string;
    no: string;
  };
}

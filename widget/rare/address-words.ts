/** What is said about her address alone, a language each; `test/widget-address.test.ts` sees to it that none is missing. */
export interface AddressWords {
  /** In place of `offer`, of a brand that lets nobody wait, or has as many waiting as may, and is not there. */
  nobody: string;
  offer: string;
  /** `{email}`: hers. */
  thanks: string;
  change: string;
  wrong: string;
  no: string;
}

export const ADDRESS_WORDS: Record<string, AddressWords> = {
  en: {
    nobody: 'Nobody is in right now. Leave your e-mail and we will write to you',
    offer: 'Leave your e-mail and we will write to you',
    thanks: 'Thank you: we will write to {email}.',
    change: 'Change',
    wrong: 'An e-mail looks like name@example.com.',
    no: 'No, thank you',
  },
  ar: {
    nobody: 'لا يوجد أحد الآن. اترك بريدك الإلكتروني وسنكتب إليك',
    offer: 'اترك بريدك الإلكتروني وسنكتب إليك',
    thanks: 'شكرًا لك: سنكتب إليك على {email}.',
    change: 'تغيير',
    wrong: 'البريد الإلكتروني مثل name@example.com.',
    no: 'لا، شكرًا',
  },
};

/** What is said about her address alone, a language each; `test/widget-address.test.ts` sees to it that none is missing. */
export interface AddressWords {
  offer: string;
  /** `{email}`: hers. */
  thanks: string;
  change: string;
  wrong: string;
  no: string;
}

export const ADDRESS_WORDS: Record<string, AddressWords> = {
  en: {
    offer: 'Leave your e-mail and we will write to you',
    thanks: 'Thank you: we will write to {email}.',
    change: 'Change',
    wrong: 'Please check it: an e-mail looks like name@example.com.',
    no: 'No, thank you',
  },
  ar: {
    offer: 'اترك بريدك الإلكتروني وسنكتب إليك',
    thanks: 'شكرًا لك: سنكتب إليك على {email}.',
    change: 'تغيير',
    wrong: 'تحقق منه: البريد الإلكتروني مثل name@example.com.',
    no: 'لا، شكرًا',
  },
};

/** What only the survey says, a language each; `test/widget-survey.test.ts` sees to it that none is missing. */
export interface SurveyWords {
  ask: string;
  /** From 1, very bad, to 5, very good. */
  faces: [string, string, string, string, string];
  thanks: string;
  add: string;
  added: string;
}

export const SURVEY_WORDS: Record<string, SurveyWords> = {
  en: {
    ask: 'How was this conversation?',
    faces: ['Very bad', 'Bad', 'Okay', 'Good', 'Very good'],
    thanks: 'Thank you.',
    add: 'Anything to add? (optional)',
    added: 'Thank you for your words.',
  },
  ar: {
    ask: 'كيف كانت هذه المحادثة؟',
    faces: ['سيئة جدًا', 'سيئة', 'مقبولة', 'جيدة', 'جيدة جدًا'],
    thanks: 'شكرًا لك.',
    add: 'هل تود إضافة شيء؟ (اختياري)',
    added: 'شكرًا على كلماتك.',
  },
};

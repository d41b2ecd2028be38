/** English: the first language, and the shape that every other language follows. */
export const en = {
  /** For dates and numbers, and the `lang` of what is written in it. */
  language: 'en',
  direction: 'ltr' as 'ltr' | 'rtl',
  mail: {
    readMore: 'Read the whole article',
    by: (author: string) => `By ${author}`,
    imageCredit: (credit: string) => `Image: ${credit}`,
    webView: 'View in a browser',
    unsubscribe: 'Unsubscribe',
  },
  page: {
    unsubscribe: 'Unsubscribe',
  },
};

export type Strings = typeof en;

/** English: the first language, and the shape that every other language follows. */
export const en = {
  /** For dates and numbers, and the `lang` of what is written in it. */
  language: 'en',
  direction: 'ltr' as 'ltr' | 'rtl',
  mail: {
    readMore: 'Read the whole article',
    by: (author: string) => `By ${author}`,
    imageCredit: (credit: string) => `Image: ${credit}`,
    /** Before the article's address in the text part. */
    readAt: 'Read the whole article:',
    /** `programs` is a list, as "A and B". */
    why: (programs: string) => `You receive this e-mail because you follow ${programs}.`,
    webView: 'View in a browser',
    unsubscribe: 'Unsubscribe',
  },
  page: {
    unsubscribe: 'Unsubscribe',
    /** Above the list of programs. */
    reads: (newsroom: string) => `This link belongs to an e-mail from ${newsroom} about:`,
    alreadyLeft: (newsroom: string) => `You receive no e-mails from ${newsroom} any more about:`,
    nothingYet: 'Nothing changes until you press a button.',
    leave: (programs: string) => `Stop e-mails about ${programs}`,
    leaveAll: (newsroom: string) => `Stop all e-mails from ${newsroom}`,
    goodbye: 'You are unsubscribed',
    left: (programs: string) => `You will get no more e-mails about ${programs}.`,
    leftAll: (newsroom: string) => `You will get no more e-mails from ${newsroom}.`,
    stillReads: 'You still receive e-mails about:',
    notFound: 'Page not found',
    notFoundText: 'There is nothing at this address. It may have been cut off or mistyped.',
    unknownLink: 'This link does not work',
    unknownLinkText:
      'The unsubscribe link is not complete, or not ours. Open it again from the e-mail itself, or reply to that e-mail and ask us to stop.',
    unclear: 'That did not say what to stop',
    unclearText: 'Open the unsubscribe link of the e-mail again and press one of its buttons.',
    failed: 'Something went wrong',
    failedText: 'This is our fault, and it was noted. Please try again in a few minutes.',
  },
};

export type Strings = typeof en;
